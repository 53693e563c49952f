// Always Encrypted, normalization rule version 1: the bytes that are encrypted.   always-encrypted-wire reference, section 5
// Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::types {

// False for text, ntext, image, xml, json, vector, sql_variant, UDT and NULL.
[[nodiscard]] bool canBeEncrypted(const SqlType& type);

// Value (never NULL) to the plaintext of a cell. Rescales decimals (half away from zero), cuts time digits beyond the scale, never
// pads. Errors: kWrongValueKind, kValueOutOfRange (also longer than declared), kUnmappable, kNoCodePage, kCannotBeEncrypted.
[[nodiscard]] base::Result<base::Bytes> normalize(const Value& value, const SqlType& type);
// The plaintext of a cell to a value; char, nchar, binary are padded to the declared length.
// Errors: kMalformedValue (wrong size, out of the range of the base type), kNoCodePage, kCannotBeEncrypted.
[[nodiscard]] base::Result<Value> denormalize(base::ByteView plaintext, const SqlType& type);

// Cell by cell, millions of times: APPEND to `out`, no allocation beyond its growth. The type must be the same for both sides.
// Errors: kMalformedValue, kCannotBeEncrypted; `out` then keeps its old size.
[[nodiscard]] base::Result<void> rowFormFromNormalized(base::ByteView plaintext, const SqlType& type, base::Bytes& out);
// char, nchar and binary keep the padding that the row form has (server-side encryption of stored cells does so too).
[[nodiscard]] base::Result<void> normalizedFromRowForm(base::ByteView rowForm, const SqlType& type, base::Bytes& out);

// Bytes of the encrypted cell that holds n bytes of plaintext: 1 version + 32 MAC + 16 IV + whole blocks.
[[nodiscard]] constexpr std::size_t cipherCellBytes(std::size_t plaintextBytes)
{
    return 1 + 32 + 16 + (plaintextBytes / 16 + 1) * 16;
}

}  // namespace es::types
