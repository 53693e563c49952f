// Parameters of a remote procedure call as the engine wants them: matched with the declarations, converted to the declared types.
// Thread: any (pure).                                                     tds reference 6.3; always-encrypted-wire 2.4
#pragma once

#include "app/sandbox/engine/EngineSession.h"
#include "driver/tds/Request.h"

namespace es::sandbox {

// Text of a parameter that must be text (statement, declarations): UTF-8, and its UTF-16LE bytes.
struct RpcText {
    std::string text;
    base::Bytes rawUtf16;
};
// Errors: kBadCall with server error 214.
[[nodiscard]] base::Result<RpcText> textOf(const tds::RpcParameter& parameter, std::string_view what);
[[nodiscard]] base::Result<std::int32_t> intOf(const tds::RpcParameter& parameter, std::string_view what);

// Fills the declared parameters with the values given, by name where there is one, else by position.
// Errors: kBadCall with server error 8178 (one is missing), 8144 (too many), 8145 (unknown name), or that of the conversion.
[[nodiscard]] base::Result<void> fillParameters(std::vector<EngineParameter>& declared, std::span<const tds::RpcParameter> given);

// The last part of a procedure's name in lower case, without brackets: "[sys].[sp_executesql]" -> "sp_executesql".
[[nodiscard]] std::string plainProcedureName(std::string_view name);

inline constexpr base::ErrorCode kBadCall{"frontdoor", "BadCall"};
// An Error that the client sees as it stands.
[[nodiscard]] base::Error callError(std::int32_t number, std::string message);

}  // namespace es::sandbox
