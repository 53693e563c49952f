// A connection profile as JSON, for the files that keep profiles. Never a secret. Thread: any (pure).
#pragma once

#include "ui/services/ConnectionProfile.h"

#include <QJsonObject>

namespace es::ui {

[[nodiscard]] QJsonObject profileToJson(const ConnectionProfile& profile);
// What is missing or of another kind keeps its default.
[[nodiscard]] ConnectionProfile profileFromJson(const QJsonObject& json);

} // namespace es::ui
