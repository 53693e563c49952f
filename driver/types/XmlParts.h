// What reading and writing xml share. Room-internal. Thread: any; XmlWriter: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace es::types {

// The server's numbers.
enum XmlFault : std::int32_t {
    kEndOfInput = 9400, kUnknownEncoding = 9401, kOtherEncoding = 9402, kSpaceExpected = 9410, kSemicolonExpected = 9411, kGreaterExpected = 9412,
    kStringExpected = 9413, kEqualExpected = 9414, kLessInAttribute = 9415, kHexExpected = 9416, kDigitExpected = 9417, kBadCharacter = 9420,
    kBadName = 9421, kBadDocument = 9422, kBadCData = 9423, kBadComment = 9424, kTagMismatch = 9436, kTwiceAttribute = 9437, kLateDeclaration = 9438,
    kReservedName = 9439, kBadDeclaration = 9441, kUnknownEntity = 9448, kBadInstruction = 9451, kCDataEnd = 9454, kBadQualifiedName = 9455,
    kManyColons = 9456, kPrefixTwice = 9458, kUnknownPrefix = 9459, kEmptyNamespace = 9460, kXmlPrefix = 9464, kXmlnsPrefix = 9465
};
[[nodiscard]] inline bool isSpace(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
[[nodiscard]] inline bool isXmlCharacter(char32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}
// XML 1.0 (fifth edition), 2.3, without the colon.
[[nodiscard]] inline bool startsName(char32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7)
        || (c >= 0x370 && c <= 0x1FFF && c != 0x37E) || c == 0x200C || c == 0x200D || (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF)
        || (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0xEFFFF);
}
[[nodiscard]] inline bool isNameCharacter(char32_t c)
{
    return startsName(c) || c == '-' || c == '.' || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

struct XmlName {
    std::u32string prefix, local;
    [[nodiscard]] std::u32string written() const { return prefix.empty() ? local : prefix + U":" + local; }
    friend bool operator==(const XmlName&, const XmlName&) = default;
};
struct XmlAttribute {
    XmlName name;
    std::u32string value;
    // The prefix that it declares, empty for xmlns="..".
    [[nodiscard]] std::optional<std::u32string> declares() const
    {
        if (name.prefix == U"xmlns")
            return name.local;
        return name.prefix.empty() && name.local == U"xmlns" ? std::optional(std::u32string{}) : std::nullopt;
    }
};

[[nodiscard]] std::string_view xmlFaultWords(XmlFault fault);

// What stands between "<?xml" (`at` is behind it) and the end of "?>". Every departure from version, encoding, standalone is the same fault.
struct XmlStop {
    std::size_t at = 0;
    std::optional<XmlFault> fault;
};
[[nodiscard]] XmlStop readXmlDeclaration(std::u32string_view text, std::size_t at, bool unicodeSource);

// The text that SQL Server gives back.
class XmlWriter {
public:
    // A start tag stays open until something stands inside the element.
    void openTag(const XmlName& name);
    void attribute(const XmlAttribute& attribute);
    void emptyTag() { m_out += U"/>"; }
    void leaveOpen() { m_tagOpen = true; }
    void endTag(const XmlName& name);
    void whole(std::u32string_view markup);  // a comment or an instruction
    // Text between two tags: white space alone goes, unless `keep`; then its last character is written as a number, so that it stays when
    // the text is read again.
    void text(std::u32string_view run, bool keep);
    [[nodiscard]] std::string utf8() const;

private:
    void closeStartTag();
    void putNumber(char32_t c);
    void putEscaped(char32_t c);

    std::u32string m_out;
    bool m_tagOpen = false;
};

}  // namespace es::types
