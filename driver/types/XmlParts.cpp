#include "driver/types/XmlParts.h"

#include "driver/base/Utf16.h"

#include <algorithm>
#include <array>
#include <utility>

namespace es::types {
namespace {

constexpr std::array<std::pair<XmlFault, std::string_view>, 31> kWords{{{kEndOfInput, "unexpected end of input"},
    {kUnknownEncoding, "unrecognized encoding"}, {kOtherEncoding, "unable to switch the encoding"}, {kSpaceExpected, "whitespace expected"},
    {kSemicolonExpected, "semicolon expected"}, {kGreaterExpected, "'>' expected"}, {kStringExpected, "A string literal was expected"},
    {kEqualExpected, "equal expected"}, {kLessInAttribute, "well formed check: no '<' in attribute value"},
    {kHexExpected, "hexadecimal digit expected"}, {kDigitExpected, "decimal digit expected"}, {kBadCharacter, "illegal xml character"},
    {kBadName, "illegal name character"}, {kBadDocument, "incorrect document syntax"}, {kBadCData, "incorrect CDATA section syntax"},
    {kBadComment, "incorrect comment syntax"}, {kTagMismatch, "end tag does not match start tag"}, {kTwiceAttribute, "duplicate attribute"},
    {kLateDeclaration, "text/xmldecl not at the beginning of input"}, {kReservedName, "namespaces beginning with \"xml\" are reserved"},
    {kBadDeclaration, "incorrect xml declaration syntax"}, {kUnknownEntity, "well formed check: undeclared entity"},
    {kBadInstruction, "incorrect processing instruction syntax"}, {kCDataEnd, "no ']]>' in element content"},
    {kBadQualifiedName, "illegal qualified name character"}, {kManyColons, "multiple colons in qualified name"},
    {kPrefixTwice, "redeclared prefix"}, {kUnknownPrefix, "undeclared prefix"}, {kEmptyNamespace, "non default namespace with empty uri"},
    {kXmlPrefix, "XML namespace prefix 'xml' can only be associated with the URI http://www.w3.org/XML/1998/namespace. This URI cannot be "
                 "used with other prefixes."},
    {kXmlnsPrefix, "XML namespace prefix 'xmlns' is reserved for use by XML."}}};

}  // namespace

std::string_view xmlFaultWords(XmlFault fault)
{
    const auto words = std::find_if(kWords.begin(), kWords.end(), [&](const auto& entry) { return entry.first == fault; });
    return words == kWords.end() ? std::string_view{} : words->second;
}

void XmlWriter::openTag(const XmlName& name)
{
    closeStartTag();
    m_out += U"<" + name.written();
}

void XmlWriter::attribute(const XmlAttribute& attribute)
{
    m_out += U" " + attribute.name.written() + U"=\"";
    for (const char32_t c : attribute.value) {
        if (c == '\t' || c == '\n' || c == '\r')
            putNumber(c);
        else if (c == '"')
            m_out += U"&quot;";
        else
            putEscaped(c);
    }
    m_out += U'"';
}

void XmlWriter::endTag(const XmlName& name)
{
    m_out += m_tagOpen ? U"/>" : U"</" + name.written() + U">";
    m_tagOpen = false;
}

void XmlWriter::whole(std::u32string_view markup)
{
    closeStartTag();
    m_out += markup;
}

void XmlWriter::text(std::u32string_view run, bool keep)
{
    const bool blank = std::all_of(run.begin(), run.end(), isSpace);
    if (run.empty() || (blank && !keep))
        return;
    closeStartTag();
    const bool numberLast = blank && run.find(U'\r') == run.npos;
    for (std::size_t i = 0; i < run.size(); ++i)
        run[i] == '\r' || (numberLast && i + 1 == run.size()) ? putNumber(run[i]) : putEscaped(run[i]);
}

std::string XmlWriter::utf8() const
{
    std::string out;
    for (const char32_t c : m_out)
        base::appendUtf8(c, out);
    return out;
}

void XmlWriter::closeStartTag()
{
    if (m_tagOpen)
        m_out += U'>';
    m_tagOpen = false;
}

void XmlWriter::putNumber(char32_t c)
{
    static constexpr char32_t kDigits[] = U"0123456789ABCDEF";
    m_out += U"&#x";
    m_out += kDigits[c >> 4 & 15];
    m_out += kDigits[c & 15];
    m_out += U';';
}

void XmlWriter::putEscaped(char32_t c)
{
    if (c == '&')
        m_out += U"&amp;";
    else if (c == '<')
        m_out += U"&lt;";
    else if (c == '>')
        m_out += U"&gt;";
    else
        m_out += c;
}

}  // namespace es::types
