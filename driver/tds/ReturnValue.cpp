#include "driver/tds/ReturnValue.h"

#include "driver/tds/Token.h"

namespace es::tds {

void appendToken(base::ByteWriter& out, const ReturnStatus& status)
{
    out.u8(token::kReturnStatus);
    out.i32le(status.value);
}

void appendToken(base::ByteWriter& out, const ReturnValue& value)
{
    out.u8(token::kReturnValue);
    out.u16le(value.ordinal);
    out.bVarchar(value.name);
    out.u8(value.status);
    out.u32le(value.userType);
    out.u16le(value.flags);
    appendTypeInfo(out, value.type, Place::kResult);
    if (value.crypto)
        appendCryptoMetadata(out, *value.crypto, false);
    const Cell cell = value.value ? Cell{*value.value, false} : Cell{};
    appendCell(out, cellLayoutOf(value.type, Place::kResult), cell);
}

base::Result<ReturnValue> readReturnValueHead(base::ByteReader& reader, bool columnEncryption)
{
    ReturnValue value;
    value.ordinal = reader.u16le();
    value.name = reader.bVarchar();
    value.status = reader.u8();
    value.userType = reader.u32le();
    value.flags = reader.u16le();
    ES_TRY(value.type, readTypeInfo(reader, Place::kResult));
    if (columnEncryption && (value.flags & kColumnEncrypted) != 0) {
        ES_TRY(value.crypto, readCryptoMetadata(reader, false));
    }
    return value;
}

}  // namespace es::tds
