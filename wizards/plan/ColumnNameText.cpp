// Names of columns as a person types them on a command line.
#include "wizards/plan/Planner.h"

namespace es::wizards {

namespace {

base::Error badName(std::string_view text)
{
    return base::makeError(kBadColumnName, std::string(text) + " is not the name of a column.", "column",
        "Write SCHEMA.TABLE.COLUMN, or TABLE.COLUMN for the schema dbo; names with dots or blanks go in [brackets].");
}

// Splits at dots outside brackets; ]] inside brackets is one ].
base::Result<std::vector<std::string>> partsOf(std::string_view text)
{
    std::vector<std::string> parts(1);
    bool inBrackets = false;
    bool closed = false; // behind a ], where only a dot may follow
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inBrackets) {
            if (c != ']')
                parts.back() += c;
            else if (i + 1 < text.size() && text[i + 1] == ']')
                parts.back() += text[++i];
            else {
                inBrackets = false;
                closed = true;
            }
        } else if (c == '.') {
            parts.emplace_back();
            closed = false;
        } else if (closed) {
            return badName(text);
        } else if (c == '[' && parts.back().empty()) {
            inBrackets = true;
        } else {
            parts.back() += c;
        }
    }
    if (inBrackets) return badName(text);
    return parts;
}

} // namespace

base::Result<ColumnName> parseColumnName(std::string_view text, std::string_view defaultSchema)
{
    ES_TRY(auto parts, partsOf(text));
    if (parts.size() < 2 || parts.size() > 3) return badName(text);
    for (const std::string& part : parts)
        if (part.empty()) return badName(text);
    if (parts.size() == 2) parts.insert(parts.begin(), std::string(defaultSchema));
    return ColumnName{std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
}

} // namespace es::wizards
