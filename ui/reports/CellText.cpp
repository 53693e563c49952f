#include "ui/reports/CellText.h"

#include "driver/base/Utf16.h"
#include "driver/json/Json.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <QChar>

namespace es::ui {

namespace {

QByteArray toBytes(const std::string& text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

// East Asian Wide and Fullwidth, as blocks: Hangul Jamo, CJK, Hangul, compatibility forms, emoji, planes 2 and 3.
bool isWide(char32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) || (c >= 0x3041 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6)
        || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

} // namespace

QByteArray tableCell(const types::RowBlock& block, std::size_t row, std::size_t column, const types::SqlType& type)
{
    if (block.isNull(row, column)) return QByteArrayLiteral("NULL");
    QByteArray text = toBytes(types::displayCell(block.cell(row, column), type));
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return text;
}

QByteArray csvText(std::string_view text)
{
    QByteArray plain(text.data(), static_cast<qsizetype>(text.size()));
    const bool blankEdge = !text.empty() && (text.front() == ' ' || text.back() == ' ');
    const bool mustQuote = text.empty() || blankEdge || text.find_first_of(",\"\r\n") != std::string_view::npos;
    return mustQuote ? plain.replace('"', "\"\"").prepend('"').append('"') : plain;
}

QByteArray csvCell(const types::RowBlock& block, std::size_t row, std::size_t column, const types::SqlType& type)
{
    return block.isNull(row, column) ? QByteArray() : csvText(types::displayCell(block.cell(row, column), type));
}

QByteArray jsonText(std::string_view text)
{
    return toBytes(json::write(json::Json(text)));
}

QByteArray jsonCell(const types::RowBlock& block, std::size_t row, std::size_t column, const types::SqlType& type)
{
    if (block.isNull(row, column)) return QByteArrayLiteral("null");
    const std::string text = types::displayCell(block.cell(row, column), type);
    if (type.id == types::TypeId::kBit) return text == "1" ? QByteArrayLiteral("true") : QByteArrayLiteral("false");
    return types::isNumber(type.id) ? toBytes(text) : jsonText(text);
}

int displayWidth(std::string_view utf8)
{
    int width = 0;
    for (std::size_t offset = 0; offset < utf8.size();) {
        const base::CodePoint at = base::codePointAt(utf8, offset);
        offset += at.sizeBytes;
        const auto category = QChar::category(at.value);
        if (category != QChar::Mark_NonSpacing && category != QChar::Mark_Enclosing && category != QChar::Other_Format)
            width += isWide(at.value) ? 2 : 1;
    }
    return width;
}

} // namespace es::ui
