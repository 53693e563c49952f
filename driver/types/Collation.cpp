// Order and equality of text.
#include "driver/types/Collation.h"

#include "driver/base/Utf16.h"
#include "driver/types/BinaryOrder.h"
#include "driver/types/CodePage.h"
#include "driver/types/TurkishLetters.h"
#include "driver/types/Weights.h"

#include <algorithm>
#include <iterator>

namespace es::types {
namespace {

struct Fold {
    std::uint16_t codePoint;
    std::uint16_t base;
    std::uint32_t info;
};

constexpr Fold kFolds[] = {
#include "driver/types/FoldTable.inc"
};

// Primary weights: 0 nothing, kSpace, symbols, digits, letters.
constexpr std::uint32_t kSpace = 1u << 8, kSymbol = 0x1000, kOtherSymbol = 0x10000, kDigit = 0x20000000, kLetter = 0x40000000;

std::uint32_t asciiPrimary(unsigned char c, bool sqlOrder)
{
    if (c == ' ')
        return kSpace;
    if (c >= '0' && c <= '9')
        return kDigit + c;
    if (c >= 'a' && c <= 'z')
        return kLetter + (static_cast<std::uint32_t>(c) << 8);
    if (c >= 'A' && c <= 'Z')
        return kLetter + (static_cast<std::uint32_t>(c - 'A' + 'a') << 8);
    if (c < 0x20 || c == 0x7F)
        return c + 1u;
    // Windows orders + < = > after the other symbols; SQL_ sort orders keep the order of ASCII.
    const bool late = c == '+' || c == '<' || c == '=' || c == '>';
    return kSymbol + (late && !sqlOrder ? 0x100u : 0u) + c;
}

bool isSpecial(char32_t c) { return c == '-' || c == '\'' || c == 0xAD; }
bool isCombining(char32_t c) { return c >= 0x300 && c <= 0x36F; }

const Fold* foldOf(char32_t codePoint)
{
    if (codePoint > 0xFFFF)
        return nullptr;
    const auto* at = std::lower_bound(std::begin(kFolds), std::end(kFolds), codePoint,
                                      [](const Fold& fold, char32_t value) { return fold.codePoint < value; });
    return at != std::end(kFolds) && at->codePoint == codePoint ? at : nullptr;
}

// Walks a text weight by weight.
class Cursor {
public:
    Cursor(std::string_view text, const Rules& rules) : m_text(text), m_rules(rules) {}

    // False at the end.
    bool next(Weight& weight, std::uint32_t& specials)
    {
        specials = 0;
        while (true) {
            if (m_pending != 0) {
                weight = weightOf(m_pending, m_rules);
                m_pending = 0;
                return true;
            }
            if (m_offset >= m_text.size())
                return false;
            char32_t codePoint = take();
            if (!m_rules.sqlOrder && isSpecial(codePoint)) {
                specials = specials * 4 + (codePoint == '\'' ? 1 : codePoint == '-' ? 2 : 3);
                continue;
            }
            char32_t first = 0;
            if (!m_rules.sqlOrder && codePoint >= 0x80)
                if (const char32_t second = expansionOf(codePoint, first); second != 0) {
                    m_pending = second;
                    codePoint = first;
                }
            weight = weightOf(codePoint, m_rules);
            takeMarks(weight);
            return true;
        }
    }

private:
    char32_t take()
    {
        const auto byte = static_cast<unsigned char>(m_text[m_offset]);
        if (byte < 0x80) {
            ++m_offset;
            return byte;
        }
        const auto [value, size] = base::codePointAt(m_text, m_offset);
        m_offset += size;
        return value;
    }

    // Combining marks that follow belong to the character before them.
    void takeMarks(Weight& weight)
    {
        std::uint32_t shift = 1;
        while (m_offset < m_text.size() && static_cast<unsigned char>(m_text[m_offset]) >= 0xCC) {
            const auto [value, size] = base::codePointAt(m_text, m_offset);
            if (!isCombining(value))
                return;
            m_offset += size;
            if (m_rules.facts.accentSensitive) {
                while (shift <= weight.accent)
                    shift *= 128;
                weight.accent += shift * (value - 0x300 + 1);
            }
        }
    }

    std::string_view m_text;
    const Rules& m_rules;
    std::size_t m_offset = 0;
    char32_t m_pending = 0;
};

int compareLinguistic(std::string_view a, std::string_view b, const Rules& rules)
{
    Cursor left(a, rules), right(b, rules);
    int accentOrder = 0, tertiaryOrder = 0, specialOrder = 0;
    const auto note = [](int& order, std::uint32_t x, std::uint32_t y) {
        if (order == 0 && x != y)
            order = x < y ? -1 : 1;
    };
    while (true) {
        Weight x, y;
        std::uint32_t specialX = 0, specialY = 0;
        const bool moreX = left.next(x, specialX), moreY = right.next(y, specialY);
        note(specialOrder, specialX, specialY);
        if (!moreX && !moreY)
            break;
        if (!moreX)
            x.primary = kSpace;
        if (!moreY)
            y.primary = kSpace;
        if (x.primary != y.primary)
            return x.primary < y.primary ? -1 : 1;
        note(accentOrder, x.accent, y.accent);
        note(tertiaryOrder, x.tertiary, y.tertiary);
    }
    return accentOrder != 0 ? accentOrder : tertiaryOrder != 0 ? tertiaryOrder : specialOrder;
}

}  // namespace

char32_t expansionOf(char32_t codePoint, char32_t& first)
{
    switch (codePoint) {
    case 0xDF: case 0x1E9E: first = codePoint == 0xDF ? U's' : U'S'; return codePoint == 0xDF ? U's' : U'S';
    case 0xE6: first = U'a'; return U'e';
    case 0xC6: first = U'A'; return U'E';
    case 0x153: first = U'o'; return U'e';
    case 0x152: first = U'O'; return U'E';
    case 0xFE: first = U't'; return U'h';
    case 0xDE: first = U'T'; return U'H';
    default: return 0;
    }
}

Rules::Rules(Collation collation, TextKind kind)
    : facts(factsOf(collation)), turkish(hasTwoLettersI(collation)), sqlOrder(kind == TextKind::kCodePage && collation.sortId != 0)
{
}

Weight weightOf(char32_t codePoint, const Rules& rules)
{
    Weight weight;
    std::uint32_t upperCase = 0, wide = 0, kana = 0, variant = 0;
    char32_t letter = codePoint;
    if (rules.turkish && (codePoint == 'I' || codePoint == 0x130 || codePoint == 0x131)) {
        upperCase = codePoint == 0x131 ? 0 : 1;
        weight.primary = asciiPrimary('i', rules.sqlOrder) - (codePoint == 0x130 ? 0 : 1);  // ı stands before i
    } else if (codePoint < 0x80) {
        upperCase = codePoint >= 'A' && codePoint <= 'Z' ? 1 : 0;
        weight.primary = asciiPrimary(static_cast<unsigned char>(codePoint), rules.sqlOrder);
    } else {
        if (codePoint >= 0x3041 && codePoint <= 0x3096) {  // hiragana: katakana with another kana type
            letter = codePoint + 0x60;
            kana = 1;
        }
        if (const Fold* fold = foldOf(letter)) {
            letter = fold->base;
            weight.accent = fold->info & 0xFFFFFF;
            variant = fold->info >> 24 & 0xF;
            upperCase = fold->info >> 28 & 1;
            wide = fold->info >> 29 & 1;
        }
        if (letter < 0x80)
            weight.primary = asciiPrimary(static_cast<unsigned char>(letter), rules.sqlOrder) + variant;
        else if (letter == 0xA0)
            weight.primary = kSpace + 1;
        else if (letter < 0xC0 || letter == 0xD7 || letter == 0xF7 || (letter >= 0x2000 && letter < 0x2C00) ||
                 (letter >= 0x3000 && letter < 0x3040))
            weight.primary = kOtherSymbol + static_cast<std::uint32_t>(letter);
        else
            weight.primary = kLetter + (static_cast<std::uint32_t>(letter) << 8) + variant;
    }
    if (!rules.facts.accentSensitive)
        weight.accent = 0;
    if (rules.facts.caseSensitive)  // Windows: lower case first; SQL_ sort orders: upper case first
        weight.tertiary = rules.sqlOrder ? 1 - upperCase : upperCase;
    if (rules.facts.widthSensitive)
        weight.tertiary |= wide << 1;
    if (rules.facts.kanaSensitive)
        weight.tertiary |= kana << 2;
    return weight;
}

std::uint64_t packedWeight(char32_t codePoint, const Rules& rules)
{
    if (rules.facts.binary)
        return codePoint;
    const Weight weight = weightOf(codePoint, rules);
    return std::uint64_t{weight.primary} << 32 | std::uint64_t{weight.accent} << 4 | weight.tertiary;
}

base::Result<std::string> textFromCodePage(base::ByteView bytes, Collation collation)
{
    return decodeCodePage(bytes, factsOf(collation).codePage);
}

base::Result<base::Bytes> textToCodePage(std::string_view utf8, Collation collation)
{
    return encodeCodePage(utf8, factsOf(collation).codePage, std::nullopt);
}

base::Result<base::Bytes> textToCodePageLossy(std::string_view utf8, Collation collation)
{
    return encodeCodePage(utf8, factsOf(collation).codePage, '?');
}

int compareText(std::string_view a, std::string_view b, Collation collation, TextKind kind)
{
    const Rules rules(collation, kind);
    if (!rules.facts.binary)
        return compareLinguistic(a, b, rules);
    const bool ascii = isAscii(base::viewOf(a)) && isAscii(base::viewOf(b));
    if (kind == TextKind::kCodePage && !ascii && !rules.facts.utf8) {
        const auto left = encodeCodePage(a, rules.facts.codePage, '?'), right = encodeCodePage(b, rules.facts.codePage, '?');
        if (left && right)
            return compareCodePageBytes(*left, *right);
    }
    if (kind == TextKind::kUnicode && !rules.facts.bin2 && !ascii) {
        // BIN over UTF-16: the first character as a number, the others byte by byte as they lie in memory.
        const base::Bytes left = base::utf16leFromUtf8(a), right = base::utf16leFromUtf8(b);
        return compareUtf16Bin(left, right);
    }
    return compareCodePageBytes(base::viewOf(a), base::viewOf(b));  // UTF-8 keeps code-point order
}

std::string equalityKey(std::string_view utf8, Collation collation, TextKind kind)
{
    while (!utf8.empty() && utf8.back() == ' ')
        utf8.remove_suffix(1);
    const Rules rules(collation, kind);
    if (rules.facts.binary)
        return std::string(utf8);
    std::string key;
    Cursor cursor(utf8, rules);
    Weight weight;
    std::uint32_t specials = 0;
    const auto put = [&key](std::uint32_t value) { key.append(reinterpret_cast<const char*>(&value), sizeof value); };
    while (cursor.next(weight, specials)) {
        put(weight.primary);
        put(weight.accent << 4 | weight.tertiary);
        put(specials);
    }
    put(specials);
    return key;
}

}  // namespace es::types
