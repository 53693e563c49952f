// What can go wrong in the services themselves; everything else is passed on as the driver reported it.
#pragma once

#include "driver/base/Error.h"

namespace es::ui {

inline constexpr base::ErrorCode kNotConnected{"services", "NotConnected"};
inline constexpr base::ErrorCode kBusy{"services", "Busy"};
inline constexpr base::ErrorCode kKeyNotFound{"services", "KeyNotFound"}; // no such key in the database
inline constexpr base::ErrorCode kNameTaken{"services", "NameTaken"};
inline constexpr base::ErrorCode kMasterKeyNotSigned{"services", "MasterKeyNotSigned"}; // refused for safety
inline constexpr base::ErrorCode kInternal{"services", "Internal"};

} // namespace es::ui
