// sql_variant: a value together with the type it had.                                                 tds reference 8.4
// Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::types {

struct TypedValue {
    SqlType type;
    Value value;
};

// The value (never NULL) as a sql_variant of base type `type`; char, nchar and binary are padded. Errors: kWrongValueKind, kValueOutOfRange,
// kNoCodePage. (max) types, text, ntext, image, xml, json, UDT and sql_variant itself are kWrongValueKind.
[[nodiscard]] base::Result<Variant> makeVariant(const Value& value, const SqlType& type);
// What is inside. Errors: kMalformedValue.
[[nodiscard]] base::Result<TypedValue> variantContent(const Variant& variant);
// A cell as it came from the wire, checked to the last byte. Errors: kMalformedValue, kNoCodePage.
[[nodiscard]] base::Result<Variant> readVariant(base::ByteView cell);

// What is inside a cell: its type and its bytes (a view into `cell`). The bytes are not looked at. Errors: kMalformedValue.
struct VariantPart {
    SqlType type;
    base::ByteView bytes;
};
[[nodiscard]] base::Result<VariantPart> variantPart(base::ByteView cell);

// SQL Server's order: families first (date and time over approximate over exact numbers over text over binary over uniqueidentifier), inside a
// family by value; of text the collations are compared as numbers before the letters are. A total order; malformed ones come first.
[[nodiscard]] int compareVariants(const Variant& a, const Variant& b);

}  // namespace es::types
