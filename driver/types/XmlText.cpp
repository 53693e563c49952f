#include "driver/types/XmlText.h"

#include "driver/base/Utf16.h"
#include "driver/types/ServerErrors.h"
#include "driver/types/XmlParts.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace es::types {
namespace {

constexpr std::u32string_view kXmlNamespace = U"http://www.w3.org/XML/1998/namespace";
constexpr std::size_t kDeepest = 128;

using Declarations = std::vector<std::pair<std::u32string, std::u32string>>;  // prefix, URI
struct Element {
    XmlName name;
    Declarations declared;
    bool preserve = false;
};

class Reader {
public:
    Reader(std::u32string text, XmlRules rules) : m_text(std::move(text)), m_rules(rules)
    {
        if (!m_text.empty() && m_text.front() == 0xFEFF)
            m_text.erase(0, 1);
    }

    base::Result<std::string> run()
    {
        while (m_at < m_text.size())
            if (!step())
                return error();
        if (!m_open.empty() && !fail(kEndOfInput, m_text.size()))
            return error();
        flushText();
        return m_out.utf8();
    }

private:
    // --- faults: the first one counts ---
    bool fail(XmlFault fault, std::size_t at)
    {
        m_fault = fault;
        m_faultAt = std::min<std::size_t>(at, m_text.empty() ? 0 : m_text.size() - 1);
        return false;
    }
    base::Error error() const
    {
        if (m_whole == kTooDeep)
            return serverError(6335, 101, "XML datatype instance has too many levels of nested nodes. Maximum allowed depth is 128 levels.");
        if (m_whole == kDoctype)
            return serverError(6359, 1, "Parsing XML with internal subset DTDs not allowed. Use CONVERT with style option 2 to enable limited internal "
                                        "subset DTD support.");
        std::size_t line = 1, start = 0;
        for (std::size_t i = 0; i < m_faultAt; ++i)
            if (m_text[i] == '\n' || (m_text[i] == '\r' && at(i + 1) != '\n')) {
                ++line;
                start = i + 1;
            }
        return serverError(m_fault, 1, "XML parsing: line " + std::to_string(line) + ", character " + std::to_string(m_faultAt - start + 1) + ", "
                                           + std::string(xmlFaultWords(m_fault)));
    }

    // --- looking ---
    [[nodiscard]] char32_t at(std::size_t i) const { return i < m_text.size() ? m_text[i] : 0; }
    [[nodiscard]] bool ended() const { return m_at >= m_text.size(); }
    [[nodiscard]] bool startsWith(std::u32string_view word) const { return std::u32string_view(m_text).substr(m_at).starts_with(word); }
    bool skipSpace()
    {
        const std::size_t from = m_at;
        while (!ended() && isSpace(m_text[m_at]))
            ++m_at;
        return m_at > from;
    }
    // One character of content; a line end of any kind is one \n.
    bool take(std::u32string& out)
    {
        const char32_t c = m_text[m_at];
        if (!isXmlCharacter(c))
            return fail(kBadCharacter, m_at);
        out += c == '\r' ? U'\n' : c;
        m_at += c == '\r' && at(m_at + 1) == '\n' ? 2 : 1;
        return true;
    }

    bool step()
    {
        const char32_t c = m_text[m_at];
        if (c == '<')
            return markup();
        if (c == '&') {
            m_prolog = false;
            m_marked = true;
            return reference(m_run);
        }
        if (startsWith(U"]]>"))
            return fail(kCDataEnd, m_at);
        m_prolog = m_prolog && isSpace(c);
        return take(m_run);
    }

    bool markup()
    {
        if (m_at + 1 >= m_text.size())
            return fail(kEndOfInput, m_at);
        const char32_t next = m_text[m_at + 1];
        if (next == '!' && at(m_at + 2) == '[')
            return cdata();
        flushText();
        if (next == '!')
            return at(m_at + 2) == '-' ? comment() : doctype();
        if (next == '/')
            return endTag();
        return next == '?' ? instruction() : startTag();
    }

    bool qualifiedName(XmlName& name)
    {
        const auto part = [&](std::u32string& out) {
            if (ended() || !startsName(m_text[m_at]))
                return fail(ended() ? kEndOfInput : kBadQualifiedName, m_at);
            while (!ended() && isNameCharacter(m_text[m_at]))
                out += m_text[m_at++];
            return true;
        };
        if (!part(name.local))
            return false;
        if (at(m_at) != ':')
            return true;
        ++m_at;
        name.prefix = std::exchange(name.local, {});
        if (!part(name.local))
            return false;
        return at(m_at) != ':' || fail(kManyColons, m_at);
    }

    bool reference(std::u32string& out)
    {
        ++m_at;
        if (ended())
            return fail(kEndOfInput, m_at);
        const auto semicolon = [&] { return (!ended() && m_text[m_at] == ';') || fail(kSemicolonExpected, m_at); };
        if (m_text[m_at] == '#') {
            ++m_at;
            const bool hex = at(m_at) == 'x';
            m_at += hex ? 1 : 0;
            char32_t value = 0;
            const std::size_t from = m_at;
            for (; !ended(); ++m_at) {
                const char32_t c = m_text[m_at];
                const bool decimal = c >= '0' && c <= '9';
                if (!decimal && !(hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))))
                    break;
                const char32_t digit = decimal ? c - '0' : (c | 0x20) - 'a' + 10;
                value = std::min<char32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
            }
            if (m_at == from)
                return fail(hex ? kHexExpected : kDigitExpected, m_at);
            if (!semicolon())
                return false;
            if (!isXmlCharacter(value))
                return fail(kBadCharacter, m_at);
            out += value;
            ++m_at;
            return true;
        }
        if (!startsName(m_text[m_at]))
            return fail(kBadName, m_at);
        const std::size_t from = m_at;
        while (!ended() && (isNameCharacter(m_text[m_at]) || m_text[m_at] == ':'))
            ++m_at;
        if (!semicolon())
            return false;
        static constexpr std::pair<std::u32string_view, char32_t> kEntities[]
            = {{U"amp", '&'}, {U"apos", '\''}, {U"gt", '>'}, {U"lt", '<'}, {U"quot", '"'}};
        const std::u32string_view word = std::u32string_view(m_text).substr(from, m_at - from);
        const auto found = std::find_if(std::begin(kEntities), std::end(kEntities), [&](const auto& entity) { return entity.first == word; });
        if (found == std::end(kEntities))
            return fail(kUnknownEntity, m_at);
        out += found->second;
        ++m_at;
        return true;
    }

    bool attributeValue(std::u32string& out)
    {
        skipSpace();
        if (ended() || m_text[m_at] != '=')
            return fail(kEqualExpected, m_at);
        ++m_at;
        skipSpace();
        if (ended() || (m_text[m_at] != '"' && m_text[m_at] != '\''))
            return fail(kStringExpected, m_at);
        const char32_t quote = m_text[m_at++];
        while (!ended() && m_text[m_at] != quote) {
            if (m_text[m_at] == '<')
                return fail(kLessInAttribute, m_at);
            if (m_text[m_at] == '&') {
                if (!reference(out))
                    return false;
            } else if (!take(out)) {
                return false;
            } else if (out.back() == '\n' || out.back() == '\t') {
                out.back() = ' ';
            }
        }
        if (ended())
            return fail(kEndOfInput, m_at);
        ++m_at;
        return true;
    }

    bool startTag()
    {
        ++m_at;
        Element element;
        if (!qualifiedName(element.name))
            return false;
        std::vector<XmlAttribute> attributes;
        for (;;) {
            const bool space = skipSpace();
            if (ended())
                return fail(kEndOfInput, m_at);
            const bool empty = m_text[m_at] == '/';
            if (empty && at(m_at + 1) != '>')
                return fail(kGreaterExpected, m_at + 1);
            if (empty || m_text[m_at] == '>') {
                m_at += empty ? 1 : 0;
                return completeTag(std::move(element), attributes, empty);
            }
            if (!space)
                return fail(attributes.empty() ? kBadQualifiedName : kSpaceExpected, m_at);
            XmlAttribute attribute;
            if (!qualifiedName(attribute.name) || !attributeValue(attribute.value))
                return false;
            attributes.push_back(std::move(attribute));
        }
    }

    [[nodiscard]] std::optional<std::u32string> namespaceOf(const std::u32string& prefix, const Declarations& own) const
    {
        if (prefix == U"xml")
            return std::u32string(kXmlNamespace);
        const auto in = [&](const Declarations& all) {
            return std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == prefix; });
        };
        if (const auto found = in(own); found != own.end())
            return found->second;
        for (auto element = m_open.rbegin(); element != m_open.rend(); ++element)
            if (const auto found = in(element->declared); found != element->declared.end())
                return found->second;
        return std::nullopt;
    }

    // The checks that want the whole tag; they report at its end.
    bool completeTag(Element element, const std::vector<XmlAttribute>& attributes, bool empty)
    {
        for (const XmlAttribute& attribute : attributes) {
            const auto prefix = attribute.declares();
            if (!prefix)
                continue;
            if (*prefix == U"xmlns")
                return fail(kXmlnsPrefix, m_at);
            if ((*prefix == U"xml") != (attribute.value == kXmlNamespace))
                return fail(kXmlPrefix, m_at);
            if (!prefix->empty() && attribute.value.empty())
                return fail(kEmptyNamespace, m_at);
            if (std::any_of(element.declared.begin(), element.declared.end(), [&](const auto& entry) { return entry.first == *prefix; }))
                return fail(kPrefixTwice, m_at);
            element.declared.emplace_back(*prefix, attribute.value);
        }
        if (!element.name.prefix.empty() && !namespaceOf(element.name.prefix, element.declared))
            return fail(kUnknownPrefix, m_at);
        std::vector<std::pair<std::u32string, std::u32string>> seen;
        for (const XmlAttribute& attribute : attributes) {
            if (attribute.declares())
                continue;
            const auto uri = attribute.name.prefix.empty() ? std::optional(std::u32string{}) : namespaceOf(attribute.name.prefix, element.declared);
            if (!uri)
                return fail(kUnknownPrefix, m_at);
            const std::pair key(*uri, attribute.name.local);
            if (std::find(seen.begin(), seen.end(), key) != seen.end())
                return fail(kTwiceAttribute, m_at);
            seen.push_back(key);
        }
        m_prolog = false;
        m_out.openTag(element.name);
        for (const bool declarations : {true, false})
            for (const XmlAttribute& attribute : attributes)
                if (attribute.declares().has_value() == declarations)
                    m_out.attribute(attribute);
        ++m_at;
        if (empty) {
            m_out.emptyTag();
            return true;
        }
        if (m_open.size() >= kDeepest) {
            m_whole = kTooDeep;
            return false;
        }
        element.preserve = !m_open.empty() && m_open.back().preserve;
        for (const XmlAttribute& attribute : attributes)
            if (attribute.name == XmlName{U"xml", U"space"})
                element.preserve = attribute.value == U"preserve";
        m_open.push_back(std::move(element));
        m_out.leaveOpen();
        return true;
    }

    bool endTag()
    {
        if (m_open.empty() && m_prolog)
            return fail(kBadQualifiedName, m_at + 1);
        m_at += 2;
        XmlName name;
        if (!qualifiedName(name))
            return false;
        skipSpace();
        if (ended() || m_text[m_at] != '>')
            return fail(kGreaterExpected, m_at);
        if (m_open.empty() || !(m_open.back().name == name))
            return fail(kTagMismatch, m_at);
        m_out.endTag(name);
        m_open.pop_back();
        ++m_at;
        return true;
    }

    bool comment()
    {
        if (at(m_at + 3) != '-')
            return fail(kBadComment, m_at + 3);
        m_at += 4;
        std::u32string content;
        while (!ended()) {
            if (startsWith(U"--")) {
                if (at(m_at + 2) != '>')
                    return fail(kGreaterExpected, m_at + 2);
                m_at += 3;
                m_out.whole(U"<!--" + content + U"-->");
                return true;
            }
            if (!take(content))
                return false;
        }
        return fail(kBadComment, m_at);
    }

    bool cdata()
    {
        static constexpr std::u32string_view kOpening = U"<![CDATA[";
        for (std::size_t i = 0; i < kOpening.size(); ++i)
            if (at(m_at + i) != kOpening[i])
                return fail(kBadCData, m_at + i);
        m_at += kOpening.size();
        m_prolog = false;
        m_marked = true;
        while (!ended()) {
            if (startsWith(U"]]>")) {
                m_at += 3;
                return true;
            }
            if (!take(m_run))
                return false;
        }
        return fail(kBadCData, m_at);
    }

    // Refused whole once it is there whole.
    bool doctype()
    {
        static constexpr std::u32string_view kKeyword = U"<!DOCTYPE";
        if (!m_open.empty())
            return fail(kBadDocument, m_at + 2);
        for (std::size_t i = 0; i < kKeyword.size(); ++i)
            if (at(m_at + i) != kKeyword[i])
                return fail(m_at + i < m_text.size() || i == 2 ? kBadDocument : kEndOfInput, m_at + i);
        int depth = 0;
        char32_t quote = 0;
        for (std::size_t i = m_at + kKeyword.size(); i < m_text.size(); ++i) {
            const char32_t c = m_text[i];
            if (quote != 0)
                quote = c == quote ? 0 : quote;
            else if (c == '"' || c == '\'')
                quote = c;
            else if (c == '[' || c == ']')
                depth += c == '[' ? 1 : -1;
            else if (c == '>' && depth <= 0) {
                m_whole = kDoctype;
                return false;
            }
        }
        return fail(kEndOfInput, m_text.size());
    }

    bool instruction()
    {
        const bool first = m_at == 0;
        m_at += 2;
        if (ended() || !startsName(m_text[m_at]))
            return fail(ended() ? kEndOfInput : kBadName, m_at);
        std::u32string target, content;
        while (!ended() && (isNameCharacter(m_text[m_at]) || m_text[m_at] == ':'))
            target += m_text[m_at++];
        if (target == U"xml")
            return first ? declaration() : fail(kLateDeclaration, m_at);
        if (target.size() == 3 && (target[0] | 0x20) == 'x' && (target[1] | 0x20) == 'm' && (target[2] | 0x20) == 'l')
            return fail(kReservedName, m_at);
        if (ended() || (m_text[m_at] != '?' && !isSpace(m_text[m_at])))
            return fail(ended() ? kBadInstruction : kBadName, m_at);
        skipSpace();
        while (!ended()) {
            if (startsWith(U"?>")) {
                m_at += 2;
                m_out.whole(U"<?" + target + U" " + content + U"?>");
                return true;
            }
            if (!take(content))
                return false;
        }
        return fail(kBadInstruction, m_at);
    }

    bool declaration()
    {
        const XmlStop stop = readXmlDeclaration(m_text, m_at, m_rules.unicodeSource);
        if (stop.fault)
            return fail(*stop.fault, stop.at);
        m_at = stop.at;
        return true;
    }

    void flushText()
    {
        const bool preserve = m_rules.preserveWhitespace || (!m_open.empty() && m_open.back().preserve);
        m_out.text(m_run, m_marked || preserve);
        m_run.clear();
        m_marked = false;
    }

    XmlWriter m_out;
    std::u32string m_text, m_run;  // m_run: the text since the last tag
    XmlRules m_rules;
    std::vector<Element> m_open;
    std::size_t m_at = 0, m_faultAt = 0;
    XmlFault m_fault = kEndOfInput;
    enum { kPlaced, kDoctype, kTooDeep } m_whole = kPlaced;  // faults of the whole text have no place
    bool m_prolog = true;   // nothing but white space, comments and instructions so far
    bool m_marked = false;  // some of m_run was written as a reference or CDATA
};

}  // namespace

base::Result<std::string> canonicalXml(std::string_view utf8, XmlRules rules)
{
    std::u32string text;
    for (std::size_t i = 0; i < utf8.size();) {
        const base::CodePoint c = base::codePointAt(utf8, i);
        text += c.value;
        i += c.sizeBytes;
    }
    return Reader(std::move(text), rules).run();
}

}  // namespace es::types
