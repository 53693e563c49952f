// One saved connection as a JSON object, and back. Thread: any (pure).
#pragma once

#include "ui/services/ProfileStore.h"

namespace es::ui {

// The profile alone; never a secret. Members of `object` that are not known here are kept.
[[nodiscard]] QJsonObject profileToJson(const ConnectionProfile& profile, QJsonObject object = {});
// Members that are missing or of another type have their default.
[[nodiscard]] ConnectionProfile profileFromJson(const QJsonObject& object);
// Members of `before` that are not known here are kept.
[[nodiscard]] QJsonObject toJson(const SavedConnection& connection, QJsonObject before);
// Members that are missing or of another type have their default. Nothing: no id or no host.
[[nodiscard]] std::optional<SavedConnection> savedConnectionFromJson(const QJsonObject& object);

} // namespace es::ui
