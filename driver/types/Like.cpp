#include "driver/types/Like.h"

#include "driver/base/Utf16.h"
#include "driver/types/CodePage.h"
#include "driver/types/Errors.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Weights.h"

namespace es::types {
namespace {

// A cursor walks code points: at a position that copies cheaply, so that % can come back to it.
class Utf8Cursor {
public:
    explicit Utf8Cursor(std::string_view text) : m_text(text) {}
    [[nodiscard]] bool atEnd() const { return m_text.empty(); }
    char32_t next()
    {
        const auto byte = static_cast<unsigned char>(m_text.front());
        if (byte < 0x80) {
            m_text.remove_prefix(1);
            return byte;
        }
        const auto [value, size] = base::codePointAt(m_text, 0);
        m_text.remove_prefix(size);
        return value;
    }

private:
    std::string_view m_text;
};

class Utf16Cursor {
public:
    explicit Utf16Cursor(base::ByteView text) : m_text(text.first(text.size() / 2 * 2)) {}
    [[nodiscard]] bool atEnd() const { return m_text.empty(); }
    char32_t next()
    {
        const char32_t unit = unitAt(0);
        const bool pair = unit >= 0xD800 && unit < 0xDC00 && m_text.size() >= 4 && unitAt(2) >= 0xDC00 && unitAt(2) < 0xE000;
        const char32_t value = pair ? 0x10000 + ((unit - 0xD800) << 10) + (unitAt(2) - 0xDC00) : unit;
        m_text = m_text.subspan(pair ? 4 : 2);
        return value;
    }

private:
    [[nodiscard]] char32_t unitAt(std::size_t at) const { return m_text[at] | static_cast<char32_t>(m_text[at + 1]) << 8; }
    base::ByteView m_text;
};

class PageCursor {
public:
    PageCursor(base::ByteView text, const SingleBytePage& page) : m_text(text), m_page(&page) {}
    [[nodiscard]] bool atEnd() const { return m_text.empty(); }
    char32_t next()
    {
        const char32_t value = m_page->toUnicode[m_text.front()];
        m_text = m_text.subspan(1);
        return value;
    }

private:
    base::ByteView m_text;
    const SingleBytePage* m_page;
};

}  // namespace

// Reads a pattern once into the program of one kind of text.
class LikeCompiler {
public:
    LikeCompiler(std::string_view pattern, std::optional<char32_t> escape, const Rules& rules, LikePattern::Program& out)
        : m_text(pattern), m_escape(escape), m_rules(rules), m_out(out)
    {
    }

    void run()
    {
        while (!m_text.atEnd()) {
            const char32_t c = m_text.next();
            if (isEscape(c)) {
                if (m_text.atEnd())
                    return never();
                literal(m_text.next());
            } else if (c == '%') {
                if (m_out.items.empty() || m_out.items.back().kind != LikePattern::Kind::kMany)
                    m_out.items.push_back({LikePattern::Kind::kMany});
            } else if (c == '_') {
                m_out.items.push_back({LikePattern::Kind::kAny});
            } else if (c != '[') {
                literal(c);
            } else if (!set()) {
                return never();
            }
        }
    }

private:
    [[nodiscard]] bool isEscape(char32_t c) const { return m_escape && *m_escape == c; }
    void literal(char32_t c)
    {
        char32_t first = c;
        const char32_t second = m_out.expands ? expansionOf(c, first) : 0;
        m_out.items.push_back({LikePattern::Kind::kLiteral, packedWeight(first, m_rules)});
        if (second != 0)
            m_out.items.push_back({LikePattern::Kind::kLiteral, packedWeight(second, m_rules)});
    }
    void never()
    {
        m_out.items.clear();
        m_out.items.push_back({LikePattern::Kind::kNever});
    }

    // After "[": up to "]". False if the set never ends.
    bool set()
    {
        LikePattern::Item item{LikePattern::Kind::kSet};
        item.firstRange = static_cast<std::uint32_t>(m_out.ranges.size());
        std::vector<std::pair<char32_t, bool>> members;  // character, escaped
        bool closed = false;
        while (!m_text.atEnd()) {
            char32_t c = m_text.next();
            bool escaped = false;
            if (isEscape(c)) {
                if (m_text.atEnd())
                    return false;
                c = m_text.next();
                escaped = true;
            } else if (c == ']') {
                closed = true;
                break;
            } else if (c == '^' && members.empty() && item.kind == LikePattern::Kind::kSet) {
                item.kind = LikePattern::Kind::kNotSet;
                continue;
            }
            members.emplace_back(c, escaped);
        }
        if (!closed)
            return false;
        for (std::size_t i = 0; i < members.size(); ++i) {
            const bool range = i + 2 < members.size() && members[i + 1] == std::pair<char32_t, bool>(U'-', false);
            const std::uint64_t first = packedWeight(members[i].first, m_rules);
            m_out.ranges.push_back({first, range ? packedWeight(members[i + 2].first, m_rules) : first});
            i += range ? 2 : 0;
        }
        item.rangeCount = static_cast<std::uint32_t>(m_out.ranges.size()) - item.firstRange;
        m_out.items.push_back(item);
        return true;
    }

    Utf8Cursor m_text;
    std::optional<char32_t> m_escape;
    const Rules& m_rules;
    LikePattern::Program& m_out;
};

std::uint64_t LikePattern::Program::weightOf(char32_t codePoint) const
{
    return binary ? codePoint : packedWeight(codePoint, Rules(collation, kind));
}

bool LikePattern::Program::accepts(const Item& item, std::uint64_t weight) const
{
    switch (item.kind) {
    case Kind::kLiteral:
        return item.literal == weight;
    case Kind::kAny:
        return true;
    case Kind::kSet:
    case Kind::kNotSet:
        for (std::uint32_t i = 0; i < item.rangeCount; ++i) {
            const Range& range = ranges[item.firstRange + i];
            if (weight >= range.first && weight <= range.last)
                return item.kind == Kind::kSet;
        }
        return item.kind == Kind::kNotSet;
    default:
        return false;
    }
}

// A letter that counts as two stands for two literals, never for half of itself; for _ and for a set it is one.
std::size_t LikePattern::Program::taken(std::size_t item, char32_t c) const
{
    char32_t first = c;
    const bool mayExpand = c >= 128 && expands && items[item].kind == Kind::kLiteral;
    if (const char32_t second = mayExpand ? expansionOf(c, first) : 0; second != 0) {
        const bool pair = item + 1 < items.size() && items[item + 1].kind == Kind::kLiteral && items[item].literal == weightOf(first)
            && items[item + 1].literal == weightOf(second);
        return pair ? 2 : 0;
    }
    return accepts(items[item], c < 128 ? asciiWeights[c] : weightOf(c)) ? 1 : 0;
}

// One pass with one place to come back to: the last % seen. Never worse than text times pattern.
template <class Cursor>
bool LikePattern::run(const Program& program, Cursor text, bool ignoreTrailingBlanks)
{
    const auto onlyBlanks = [](Cursor rest) {
        while (!rest.atEnd())
            if (rest.next() != U' ')
                return false;
        return true;
    };
    std::size_t item = 0, afterMany = 0;
    std::optional<Cursor> retry;
    while (true) {
        const bool patternDone = item == program.items.size();
        if (patternDone && (text.atEnd() || (ignoreTrailingBlanks && onlyBlanks(text))))
            return true;
        if (!patternDone && program.items[item].kind == Kind::kMany) {
            if (++item == program.items.size())
                return true;
            afterMany = item;
            retry = text;
            continue;
        }
        if (!patternDone && !text.atEnd()) {
            Cursor ahead = text;
            if (const std::size_t taken = program.taken(item, ahead.next()); taken != 0) {
                text = ahead;
                item += taken;
                continue;
            }
        }
        if (!retry || retry->atEnd())
            return false;
        (void)retry->next();
        text = *retry;
        item = afterMany;
    }
}

base::Result<LikePattern> LikePattern::compile(std::string_view patternUtf8, std::optional<char32_t> escape, Collation collation)
{
    if (escape && *escape > 0x10FFFF)
        return base::makeError(kBadPattern, "The escape character of LIKE is no character.", "pattern", "Use one character after ESCAPE.");
    LikePattern pattern;
    for (const TextKind kind : {TextKind::kUnicode, TextKind::kCodePage}) {
        Program& program = pattern.m_programs[static_cast<std::size_t>(kind)];
        const Rules rules(collation, kind);
        program.kind = kind;
        program.collation = collation;
        program.binary = rules.facts.binary;
        program.expands = !rules.facts.binary && !rules.sqlOrder;
        for (char32_t c = 0; c < 128; ++c)
            program.asciiWeights[c] = packedWeight(c, rules);
        LikeCompiler(patternUtf8, escape, rules, program).run();
    }
    return pattern;
}

bool LikePattern::matches(std::string_view utf8, bool unicode) const
{
    return run(m_programs[unicode ? 0 : 1], Utf8Cursor(utf8), !unicode);
}

bool LikePattern::matchesNormalized(base::ByteView plaintext, const SqlType& type) const
{
    if (isUnicode(type.id))
        return run(m_programs[0], Utf16Cursor(plaintext), false);
    const std::uint16_t codePage = factsOf(type.collation).codePage;
    if (codePage == kCodePageUtf8 || isAscii(plaintext))
        return matches({reinterpret_cast<const char*>(plaintext.data()), plaintext.size()});
    if (const SingleBytePage* page = singleBytePage(codePage))
        return run(m_programs[1], PageCursor(plaintext, *page), true);
    const auto text = textFromCodePage(plaintext, type.collation);
    return text && matches(*text);
}

}  // namespace es::types
