// Where a server stands, in words: what chip and tab say, and the names that the style sheet and the saved file know.
// Thread: any (pure).
#pragma once

#include "ui/services/ConnectionProfile.h"

namespace es::ui {

// "SANDBOX", "DEVELOPMENT", "TEST", "PRODUCTION", the person's own word, or nothing when no environment was chosen.
[[nodiscard]] QString environmentWord(const ConnectionProfile& profile);
[[nodiscard]] QString environmentWord(Environment environment); // without a word of the person's own
// For lists: "Production"; "None" for kNone.
[[nodiscard]] QString environmentName(Environment environment);
// "sandbox", "development", "test", "production", "" - the property `environment` of chips, and the name in files.
[[nodiscard]] const char* environmentKey(Environment environment);
[[nodiscard]] Environment environmentFromKey(const QString& key); // anything else: kNone

} // namespace es::ui
