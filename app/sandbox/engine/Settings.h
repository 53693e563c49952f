// The options of sp_configure that this server has. Thread: any (plain values).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace es::sandbox {

struct SettingInfo {
    std::int32_t id; // configuration_id
    std::string_view name;
    std::int32_t minimum;
    std::int32_t maximum;
    bool dynamic; // RECONFIGURE is enough; else the next start
    std::string_view description;
};

// In the order of sp_configure, by name.
inline constexpr std::array<SettingInfo, 2> kSettings{{
    {1590, "column encryption enclave type", 0, 2, false, "Type of enclave used for computations on encrypted columns"},
    {518, "show advanced options", 0, 1, true, "show advanced options"},
}};
inline constexpr std::size_t kEnclaveTypeSetting = 0;

// value: as RECONFIGURE would install it; running: value_in_use.
struct SettingState {
    std::int32_t value = 0;
    std::int32_t running = 0;
};
using SettingStates = std::array<SettingState, kSettings.size()>;

} // namespace es::sandbox
