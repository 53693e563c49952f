// The word and the colour of a server's environment. Thread: any (pure).
#pragma once

#include "ui/services/ConnectionProfile.h"

namespace es::ui {

// "PRODUCTION", or the person's own word in capitals; empty when the profile names none.
[[nodiscard]] QString environmentWord(const ConnectionProfile& profile);
// As the style sheet knows it: "production"; empty for none.
[[nodiscard]] const char* environmentKey(Environment environment);

} // namespace es::ui
