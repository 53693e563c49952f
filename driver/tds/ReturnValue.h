// RETURNSTATUS and RETURNVALUE: what a procedure gives back.                                          MS-TDS 2.2.7.17, 2.2.7.18
//   RETURNVALUE: u16 ordinal, B_VARCHAR name, u8 status, u32 user type, u16 flags, TYPE_INFO, [crypto metadata], value
// Thread: any (plain values).
#pragma once

#include "driver/tds/ColMetadata.h"

namespace es::tds {

struct ReturnStatus {
    std::int32_t value = 0;
};

inline constexpr std::uint8_t kReturnOutputParameter = 1;
inline constexpr std::uint8_t kReturnFunctionResult = 2;

struct ReturnValue {
    std::uint16_t ordinal = 0;
    std::string name;
    std::uint8_t status = kReturnOutputParameter;
    std::uint32_t userType = 0;
    std::uint16_t flags = 0;
    TypeInfo type;
    std::optional<CryptoMetadata> crypto;   // no key ordinal in it
    std::optional<base::Bytes> value;       // row form; ciphertext when crypto is there; nullopt = NULL
};

void appendToken(base::ByteWriter& out, const ReturnStatus& status);
void appendToken(base::ByteWriter& out, const ReturnValue& value);
// All but the value. Errors: kTruncated (with reader.ok() false), kUnknownType.
[[nodiscard]] base::Result<ReturnValue> readReturnValueHead(base::ByteReader& reader, bool columnEncryption);

}  // namespace es::tds
