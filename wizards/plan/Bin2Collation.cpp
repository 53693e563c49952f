#include "wizards/plan/Bin2Collation.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace es::wizards {

namespace {

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return upper(x) == upper(y); });
}

std::vector<std::string_view> partsOf(std::string_view name)
{
    std::vector<std::string_view> parts;
    for (std::size_t start = 0;;) {
        const std::size_t end = name.find('_', start);
        parts.push_back(name.substr(start, end - start));
        if (end == std::string_view::npos) return parts;
        start = end + 1;
    }
}

// Parts that say how a collation compares; what stands before them is its locale and version.
bool isComparisonPart(std::string_view part)
{
    static constexpr std::array<std::string_view, 12> kParts{"CI", "CS", "AI", "AS", "KI", "KS", "WI", "WS", "SC", "VSS", "BIN", "BIN2"};
    return std::any_of(kParts.begin(), kParts.end(), [&](std::string_view p) { return same(p, part); });
}

// The SQL_ collations have no BIN2 of their own but for two code pages; the others get the Windows one of their code page.
std::optional<std::string> bin2OfSqlCollation(const std::vector<std::string_view>& parts)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kByCodePage{{
        {"CP1", "Latin1_General_BIN2"},
        {"CP437", "SQL_Latin1_General_CP437_BIN2"},
        {"CP850", "SQL_Latin1_General_CP850_BIN2"},
        {"CP1250", "Croatian_BIN2"},
        {"CP1251", "Cyrillic_General_BIN2"},
        {"CP1253", "Greek_BIN2"},
        {"CP1254", "Turkish_BIN2"},
        {"CP1255", "Hebrew_BIN2"},
        {"CP1256", "Arabic_BIN2"},
        {"CP1257", "Lithuanian_BIN2"},
    }};
    for (std::string_view part : parts)
        for (const auto& [codePage, bin2] : kByCodePage)
            if (same(part, codePage)) return std::string(bin2);
    return std::nullopt;
}

} // namespace

bool isBin2Name(std::string_view collation)
{
    const auto parts = partsOf(collation);
    return std::any_of(parts.begin(), parts.end(), [](std::string_view p) { return same(p, "BIN2"); });
}

bool isUtf8Name(std::string_view collation)
{
    return same(partsOf(collation).back(), "UTF8");
}

std::optional<std::string> bin2Of(std::string_view collation)
{
    if (isBin2Name(collation)) return std::string(collation);
    const auto parts = partsOf(collation);
    if (same(parts.front(), "SQL")) return bin2OfSqlCollation(parts);
    const auto comparison = std::find_if(parts.begin(), parts.end(), isComparisonPart);
    if (comparison == parts.begin() || comparison == parts.end()) return std::nullopt;
    std::string name;
    for (auto part = parts.begin(); part != comparison; ++part)
        name += std::string(*part) + "_";
    return name + "BIN2" + (isUtf8Name(collation) ? "_UTF8" : "");
}

} // namespace es::wizards
