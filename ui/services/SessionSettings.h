// From a profile to what the driver connects with. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/session/ConnectionSettings.h"
#include "ui/services/ConnectionProfile.h"

namespace es::ui {

// Errors: attestation::kBadPolicy, setting "attestation-policy" (the profile's policy cannot be read: nothing is loosened or left out).
[[nodiscard]] base::Result<session::ConnectionSettings> sessionSettings(const ConnectionRequest& request);

} // namespace es::ui
