// One value in the form TDS rows and RPC parameters carry it, without length prefix.           tds reference 8.2
// Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::types {

// Value to bytes. The value must be of the kind the type uses (no conversions: see Convert.h) and must fit: text and binary not
// longer than declared; char, nchar and binary are padded to the declared length, as a server does in rows. NULL is never passed.
// Errors: kWrongValueKind, kValueOutOfRange, kUnmappable, kNoCodePage.
[[nodiscard]] base::Result<base::Bytes> encodeRowForm(const Value& value, const SqlType& type);
// The same, but char, nchar and binary are not padded: for RPC parameters and Always Encrypted.
[[nodiscard]] base::Result<base::Bytes> encodeRowFormUnpadded(const Value& value, const SqlType& type);

// Bytes to value. Empty bytes are the empty text or binary. sql_variant: a Variant, checked to the last byte.
// Errors: kMalformedValue (a size or range that the type cannot have), kNoCodePage.
[[nodiscard]] base::Result<Value> decodeRowForm(base::ByteView bytes, const SqlType& type);

}  // namespace es::types
