// Names of collations and what their 5 bytes say.
#include "driver/types/Collation.h"

#include <algorithm>
#include <array>

namespace es::types {
namespace {

constexpr std::uint32_t kIgnoreCase = 1u << 20, kIgnoreAccent = 1u << 21, kIgnoreKana = 1u << 22, kIgnoreWidth = 1u << 23;
constexpr std::uint32_t kBinary = 1u << 24, kBinary2 = 1u << 25, kUtf8 = 1u << 26;
constexpr std::uint32_t kLcidMask = 0xFFFFF;

// Versions: 1 no suffix, 2 _90, 4 _100, 8 _140. On the wire 0, 1, 2, 3.
struct Locale {
    std::string_view name;
    std::uint32_t lcid;
    unsigned versions;
};

constexpr std::array kLocales{
    Locale{"Albanian", 0x41c, 5}, Locale{"Arabic", 0x401, 5}, Locale{"Assamese", 0x44d, 4}, Locale{"Azeri_Cyrillic", 0x82c, 6},
    Locale{"Azeri_Latin", 0x42c, 6}, Locale{"Bashkir", 0x46d, 4}, Locale{"Bengali", 0x445, 4}, Locale{"Bosnian_Cyrillic", 0x201a, 4},
    Locale{"Bosnian_Latin", 0x141a, 4}, Locale{"Breton", 0x47e, 4}, Locale{"Chinese_Hong_Kong_Stroke", 0xc04, 2},
    Locale{"Chinese_PRC", 0x804, 3}, Locale{"Chinese_PRC_Stroke", 0x20804, 3}, Locale{"Chinese_Simplified_Pinyin", 0x804, 4},
    Locale{"Chinese_Simplified_Stroke_Order", 0x20804, 4}, Locale{"Chinese_Taiwan_Bopomofo", 0x30404, 3},
    Locale{"Chinese_Taiwan_Stroke", 0x404, 3}, Locale{"Chinese_Traditional_Bopomofo", 0x30404, 4},
    Locale{"Chinese_Traditional_Pinyin", 0x1404, 4}, Locale{"Chinese_Traditional_Stroke_Count", 0x404, 4},
    Locale{"Chinese_Traditional_Stroke_Order", 0xc04, 4}, Locale{"Corsican", 0x483, 4}, Locale{"Croatian", 0x41a, 5},
    Locale{"Cyrillic_General", 0x419, 5}, Locale{"Czech", 0x405, 5}, Locale{"Danish_Greenlandic", 0x406, 4},
    Locale{"Danish_Norwegian", 0x406, 1}, Locale{"Dari", 0x48c, 4}, Locale{"Divehi", 0x465, 6}, Locale{"Estonian", 0x425, 5},
    Locale{"Finnish_Swedish", 0x40b, 5}, Locale{"French", 0x40c, 5}, Locale{"Frisian", 0x462, 4},
    Locale{"Georgian_Modern_Sort", 0x10437, 5}, Locale{"German_PhoneBook", 0x10407, 5}, Locale{"Greek", 0x408, 5},
    Locale{"Hebrew", 0x40d, 5}, Locale{"Hindi", 0x439, 1}, Locale{"Hungarian", 0x40e, 5}, Locale{"Hungarian_Technical", 0x1040e, 5},
    Locale{"Icelandic", 0x40f, 5}, Locale{"Indic_General", 0x439, 6}, Locale{"Japanese", 0x411, 3},
    Locale{"Japanese_Unicode", 0x10411, 1}, Locale{"Japanese_XJIS", 0x411, 12}, Locale{"Japanese_Bushu_Kakusu", 0x40411, 12},
    Locale{"Kazakh", 0x43f, 6}, Locale{"Khmer", 0x453, 4}, Locale{"Korean_Wansung", 0x412, 1}, Locale{"Korean", 0x412, 6},
    Locale{"Korean_Wansung_Unicode", 0x10412, 1}, Locale{"Lao", 0x454, 4}, Locale{"Latin1_General", 0x409, 5},
    Locale{"Latvian", 0x426, 5}, Locale{"Lithuanian", 0x427, 5}, Locale{"Lithuanian_Classic", 0x827, 1},
    Locale{"Macedonian_FYROM", 0x42f, 7}, Locale{"Maltese", 0x43a, 4}, Locale{"Maori", 0x481, 4}, Locale{"Mapudungan", 0x47a, 4},
    Locale{"Modern_Spanish", 0xc0a, 5}, Locale{"Mohawk", 0x47c, 4}, Locale{"Nepali", 0x461, 4}, Locale{"Norwegian", 0x414, 4},
    Locale{"Pashto", 0x463, 4}, Locale{"Persian", 0x429, 4}, Locale{"Polish", 0x415, 5}, Locale{"Romanian", 0x418, 5},
    Locale{"Romansh", 0x417, 4}, Locale{"Sami_Norway", 0x43b, 4}, Locale{"Sami_Sweden_Finland", 0x83b, 4},
    Locale{"Serbian_Cyrillic", 0xc1a, 4}, Locale{"Serbian_Latin", 0x81a, 4}, Locale{"Slovak", 0x41b, 5},
    Locale{"Slovenian", 0x424, 5}, Locale{"Syriac", 0x45a, 6}, Locale{"Tamazight", 0x85f, 4}, Locale{"Tatar", 0x444, 6},
    Locale{"Thai", 0x41e, 5}, Locale{"Tibetan", 0x451, 4}, Locale{"Traditional_Spanish", 0x40a, 5}, Locale{"Turkish", 0x41f, 5},
    Locale{"Turkmen", 0x442, 4}, Locale{"Uighur", 0x480, 4}, Locale{"Ukrainian", 0x422, 5}, Locale{"Upper_Sorbian", 0x42e, 4},
    Locale{"Urdu", 0x420, 4}, Locale{"Uzbek_Latin", 0x443, 6}, Locale{"Vietnamese", 0x42a, 5}, Locale{"Welsh", 0x452, 4},
    Locale{"Yakut", 0x485, 4},
};

// SQL Server's own sort orders: the sort id decides code page and order.
struct SqlSortOrder {
    std::uint8_t sortId;
    std::uint32_t lcid;
    std::string_view name;
};

constexpr std::array kSqlSortOrders{
    SqlSortOrder{30, 0x409, "SQL_Latin1_General_CP437_BIN"}, SqlSortOrder{31, 0x409, "SQL_Latin1_General_CP437_CS_AS"},
    SqlSortOrder{32, 0x409, "SQL_Latin1_General_CP437_CI_AS"}, SqlSortOrder{33, 0x409, "SQL_Latin1_General_Pref_CP437_CI_AS"},
    SqlSortOrder{34, 0x409, "SQL_Latin1_General_CP437_CI_AI"}, SqlSortOrder{35, 0x409, "SQL_Latin1_General_CP437_BIN2"},
    SqlSortOrder{40, 0x409, "SQL_Latin1_General_CP850_BIN"}, SqlSortOrder{41, 0x409, "SQL_Latin1_General_CP850_CS_AS"},
    SqlSortOrder{42, 0x409, "SQL_Latin1_General_CP850_CI_AS"}, SqlSortOrder{43, 0x409, "SQL_Latin1_General_Pref_CP850_CI_AS"},
    SqlSortOrder{44, 0x409, "SQL_Latin1_General_CP850_CI_AI"}, SqlSortOrder{45, 0x409, "SQL_Latin1_General_CP850_BIN2"},
    SqlSortOrder{51, 0x409, "SQL_Latin1_General_CP1_CS_AS"}, SqlSortOrder{52, 0x409, "SQL_Latin1_General_CP1_CI_AS"},
    SqlSortOrder{53, 0x409, "SQL_Latin1_General_Pref_CP1_CI_AS"}, SqlSortOrder{54, 0x409, "SQL_Latin1_General_CP1_CI_AI"},
    SqlSortOrder{81, 0x409, "SQL_Latin1_General_CP1250_CS_AS"}, SqlSortOrder{82, 0x409, "SQL_Latin1_General_CP1250_CI_AS"},
    SqlSortOrder{105, 0x419, "SQL_Latin1_General_CP1251_CS_AS"}, SqlSortOrder{106, 0x419, "SQL_Latin1_General_CP1251_CI_AS"},
    SqlSortOrder{113, 0x408, "SQL_Latin1_General_CP1253_CS_AS"}, SqlSortOrder{114, 0x408, "SQL_Latin1_General_CP1253_CI_AS"},
    SqlSortOrder{124, 0x408, "SQL_Latin1_General_CP1253_CI_AI"}, SqlSortOrder{129, 0x41f, "SQL_Latin1_General_CP1254_CS_AS"},
    SqlSortOrder{130, 0x41f, "SQL_Latin1_General_CP1254_CI_AS"}, SqlSortOrder{137, 0x40d, "SQL_Latin1_General_CP1255_CS_AS"},
    SqlSortOrder{138, 0x40d, "SQL_Latin1_General_CP1255_CI_AS"}, SqlSortOrder{145, 0x401, "SQL_Latin1_General_CP1256_CS_AS"},
    SqlSortOrder{146, 0x401, "SQL_Latin1_General_CP1256_CI_AS"}, SqlSortOrder{153, 0x425, "SQL_Latin1_General_CP1257_CS_AS"},
    SqlSortOrder{154, 0x425, "SQL_Latin1_General_CP1257_CI_AS"},
};

struct SortIdRange {
    std::uint8_t first, last;
    std::uint16_t codePage;
};

constexpr std::array kSortIdPages{
    SortIdRange{30, 35, 437}, SortIdRange{40, 45, 850}, SortIdRange{49, 49, 850}, SortIdRange{50, 54, 1252}, SortIdRange{55, 61, 850},
    SortIdRange{71, 75, 1252}, SortIdRange{80, 98, 1250}, SortIdRange{104, 108, 1251}, SortIdRange{112, 114, 1253},
    SortIdRange{120, 122, 1253}, SortIdRange{124, 124, 1253}, SortIdRange{128, 130, 1254}, SortIdRange{136, 138, 1255},
    SortIdRange{144, 146, 1256}, SortIdRange{152, 160, 1257}, SortIdRange{183, 186, 1252}, SortIdRange{192, 193, 932},
    SortIdRange{194, 195, 949}, SortIdRange{196, 197, 950}, SortIdRange{198, 199, 936}, SortIdRange{200, 200, 932},
    SortIdRange{201, 201, 949}, SortIdRange{202, 202, 950}, SortIdRange{203, 203, 936}, SortIdRange{204, 206, 874},
    SortIdRange{210, 217, 1252},
};

struct LcidPage {
    std::uint16_t codePage;
    std::initializer_list<std::uint16_t> lcids;
};

std::uint16_t codePageOfLcid(std::uint32_t lcid)
{
    static const LcidPage kPages[] = {
        {874, {0x41e}}, {932, {0x411}}, {936, {0x804, 0x1004}}, {949, {0x412}}, {950, {0x404, 0xc04, 0x1404}},
        {1250, {0x405, 0x40e, 0x415, 0x418, 0x41a, 0x41b, 0x41c, 0x424, 0x442, 0x81a, 0x101a, 0x141a, 0x181a}},
        {1251, {0x402, 0x419, 0x422, 0x423, 0x428, 0x42f, 0x43f, 0x440, 0x444, 0x450, 0x46d, 0x485, 0x82c, 0x843, 0x850, 0xc1a, 0x1c1a, 0x201a}},
        {1253, {0x408}}, {1254, {0x41f, 0x42c, 0x443}}, {1255, {0x40d}},
        {1256, {0x401, 0x420, 0x429, 0x480, 0x48c, 0x801, 0xc01, 0x1001, 0x1401, 0x1801, 0x1c01, 0x2001, 0x2401, 0x2801, 0x2c01, 0x3001,
                0x3401, 0x3801, 0x3c01, 0x4001}},
        {1257, {0x425, 0x426, 0x427, 0x827}}, {1258, {0x42a}},
        {0, {0x439, 0x43a, 0x445, 0x446, 0x447, 0x448, 0x449, 0x44a, 0x44b, 0x44c, 0x44d, 0x44e, 0x44f, 0x451, 0x453, 0x454, 0x457, 0x45a,
             0x45b, 0x461, 0x463, 0x465, 0x481, 0x845}},
    };
    if ((lcid & 0xFFFF) == 0x409)
        return 1252;
    for (const LcidPage& page : kPages)
        if (std::find(page.lcids.begin(), page.lcids.end(), lcid & 0xFFFF) != page.lcids.end())
            return page.codePage;
    return 1252;
}

std::string upper(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return out;
}

bool takeSuffix(std::string_view& text, std::string_view suffix)
{
    if (text.size() <= suffix.size() || text.substr(text.size() - suffix.size()) != suffix)
        return false;
    text.remove_suffix(suffix.size());
    return true;
}

std::string sensitivityText(const CollationFacts& facts)
{
    if (facts.binary)
        return facts.bin2 ? (facts.utf8 ? "_BIN2_UTF8" : "_BIN2") : "_BIN";
    std::string text = facts.caseSensitive ? "_CS" : "_CI";
    text += facts.accentSensitive ? "_AS" : "_AI";
    if (facts.kanaSensitive)
        text += "_KS";
    if (facts.widthSensitive)
        text += "_WS";
    if (facts.utf8)
        text += "_SC_UTF8";
    return text;
}

struct Parsed {
    Collation collation;
    bool supplementary = false;
    bool variation = false;
};

std::optional<Parsed> parseSqlName(std::string_view name)
{
    for (const SqlSortOrder& order : kSqlSortOrders) {
        if (upper(order.name) != name)
            continue;
        std::uint32_t flags = kIgnoreKana | kIgnoreWidth;
        if (name.ends_with("_BIN"))
            flags = kBinary;
        else if (name.ends_with("_BIN2"))
            flags = kBinary2;
        else
            flags |= (name.find("_CI") != name.npos ? kIgnoreCase : 0) | (name.ends_with("_AI") ? kIgnoreAccent : 0);
        return Parsed{{order.lcid | flags, order.sortId}};
    }
    return std::nullopt;
}

std::optional<Parsed> parseWindowsName(std::string_view rest)
{
    Parsed parsed;
    std::uint32_t flags = 0;
    const bool utf8 = takeSuffix(rest, "_UTF8");
    if (takeSuffix(rest, "_BIN2")) {
        flags = kBinary2;
    } else if (takeSuffix(rest, "_BIN")) {
        flags = kBinary;
        if (utf8)
            return std::nullopt;
    } else {
        parsed.variation = takeSuffix(rest, "_VSS");
        parsed.supplementary = takeSuffix(rest, "_SC");
        flags |= takeSuffix(rest, "_WS") ? 0 : kIgnoreWidth;
        flags |= takeSuffix(rest, "_KS") ? 0 : kIgnoreKana;
        if (takeSuffix(rest, "_AI"))
            flags |= kIgnoreAccent;
        else if (!takeSuffix(rest, "_AS"))
            return std::nullopt;
        if (takeSuffix(rest, "_CI"))
            flags |= kIgnoreCase;
        else if (!takeSuffix(rest, "_CS"))
            return std::nullopt;
    }
    const std::uint32_t version = takeSuffix(rest, "_140") ? 3 : takeSuffix(rest, "_100") ? 2 : takeSuffix(rest, "_90") ? 1 : 0;
    const bool linguistic = (flags & (kBinary | kBinary2)) == 0;
    if ((utf8 && (version < 2 || (linguistic && version == 2 && !parsed.supplementary))) || (parsed.supplementary && version == 0) ||
        (parsed.variation && version != 3))
        return std::nullopt;
    for (const Locale& locale : kLocales)
        if ((locale.versions >> version & 1) != 0 && upper(locale.name) == rest) {
            parsed.collation.info = locale.lcid | flags | (utf8 ? kUtf8 : 0) | version << 28;
            return parsed;
        }
    return std::nullopt;
}

std::optional<Parsed> parseName(std::string_view name)
{
    const std::string folded = upper(name);
    return folded.starts_with("SQL_") ? parseSqlName(folded) : parseWindowsName(folded);
}

}  // namespace

CollationFacts factsOf(Collation collation)
{
    CollationFacts facts;
    if (collation.info == 0 && collation.sortId == 0) {
        facts.bin2 = facts.binary = facts.caseSensitive = true;
        return facts;
    }
    facts.bin2 = (collation.info & kBinary2) != 0;
    facts.binary = facts.bin2 || (collation.info & kBinary) != 0;
    facts.utf8 = (collation.info & kUtf8) != 0;
    facts.caseSensitive = facts.binary || (collation.info & kIgnoreCase) == 0;
    facts.accentSensitive = facts.binary || (collation.info & kIgnoreAccent) == 0;
    facts.kanaSensitive = facts.binary || (collation.info & kIgnoreKana) == 0;
    facts.widthSensitive = facts.binary || (collation.info & kIgnoreWidth) == 0;
    facts.codePage = codePageOfLcid(collation.info & kLcidMask);
    for (const SortIdRange& range : kSortIdPages)
        if (collation.sortId >= range.first && collation.sortId <= range.last)
            facts.codePage = range.codePage;
    if (facts.utf8)
        facts.codePage = kCodePageUtf8;
    return facts;
}

std::optional<Collation> collationByName(std::string_view name)
{
    const auto parsed = parseName(name);
    return parsed ? std::optional(parsed->collation) : std::nullopt;
}

std::string collationName(Collation collation)
{
    for (const SqlSortOrder& order : kSqlSortOrders)
        if (collation.sortId != 0 && order.sortId == collation.sortId)
            return std::string(order.name);
    const std::uint32_t version = collation.info >> 28;
    for (const Locale& locale : kLocales) {
        if (collation.sortId != 0 || version > 3 || (locale.versions >> version & 1) == 0 || locale.lcid != (collation.info & kLcidMask))
            continue;
        constexpr std::string_view kVersions[] = {"", "_90", "_100", "_140"};
        std::string name(locale.name);
        name += kVersions[version];
        std::string text = sensitivityText(factsOf(collation));
        if (version == 3)  // _140 is always supplementary-aware and never says so
            if (const std::size_t at = text.find("_SC"); at != text.npos)
                text.erase(at, 3);
        return name + text;
    }
    base::Bytes raw;
    for (int shift = 24; shift >= 0; shift -= 8)
        raw.push_back(static_cast<base::Byte>(collation.info >> shift));
    return "Collation_0x" + base::toHex(raw) + "_" + std::to_string(collation.sortId);
}

std::string canonicalCollationName(std::string_view name)
{
    const auto parsed = parseName(name);
    if (!parsed)
        return {};
    std::string text = collationName(parsed->collation);
    if (parsed->supplementary && text.find("_SC") == text.npos && !text.ends_with("_UTF8"))
        text += "_SC";
    if (parsed->variation) {
        const std::size_t at = text.find("_UTF8");
        text.insert(at == text.npos ? text.size() : at, "_VSS");
    }
    return text;
}

}  // namespace es::types
