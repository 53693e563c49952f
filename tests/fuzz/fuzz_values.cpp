// Values that carry a shape of their own: sql_variant cells and xml texts. First byte: 0 cell, 1 text from nvarchar, 2 text from varchar.
#include "Fuzz.h"
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

using namespace es;

namespace {

void cell(base::ByteView bytes)
{
    const types::SqlType type = types::makeType(types::TypeId::kSqlVariant);
    static_cast<void>(types::displayCell(bytes, type));
    const auto variant = types::readVariant(bytes);
    if (!variant) return;
    const auto content = types::variantContent(*variant);
    ES_HOLDS(content);
    ES_HOLDS(types::compareVariants(*variant, *variant) == 0);
    const auto again = types::readVariant(variant->bytes);
    ES_HOLDS(again && *again == *variant);
    ES_HOLDS(*types::encodeRowForm(types::Value(*variant), type) == variant->bytes);
}

void xml(std::string text, bool unicode)
{
    const types::SqlType to = types::makeType(types::TypeId::kXml);
    const types::SqlType from = types::makeSized(unicode ? types::TypeId::kNVarChar : types::TypeId::kVarChar, types::kMaxLength);
    const auto read = types::convertValue(types::Value(std::move(text)), from, to);
    if (!read) {
        ES_HOLDS(read.error().server && read.error().server->number >= 6335 && read.error().server->number <= 9499);
        return;
    }
    const auto again = types::convertValue(*read, from, to);
    ES_HOLDS(again && *again == *read);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const base::ByteView rest(data + 1, size - 1);
    if (data[0] % 3 == 0)
        cell(rest);
    else
        xml(std::string(rest.begin(), rest.end()), data[0] % 3 == 1);
    return 0;
}
