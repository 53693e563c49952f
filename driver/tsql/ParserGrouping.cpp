// GROUP BY: plain lists, ROLLUP, CUBE, GROUPING SETS, and what they mean together.
#include "driver/tsql/Grammar.h"

#include <algorithm>

namespace es::tsql {
namespace {

using GroupingSet = std::vector<std::size_t>;  // places in SelectSpec::groupBy

constexpr std::size_t kMostCubed = 8;
constexpr std::size_t kMostSets = 256;

void append(GroupingSet& to, const GroupingSet& from) { to.insert(to.end(), from.begin(), from.end()); }

// Reads the elements of one GROUP BY; the expressions go into the list as they come.
class Elements {
public:
    Elements(TokenCursor& c, std::vector<ExprPtr>& list) : m_cursor(c), m_list(list) {}

    // What stands between two commas: the sets that it means. A plain expression is one set of one.
    Result<std::vector<GroupingSet>> element()
    {
        TokenCursor& c = m_cursor;
        if (c.isAnyWord({"ROLLUP", "CUBE"}) && c.isSymbol("(", 1)) {
            m_plain = false;
            const bool cube = c.isWord("CUBE");
            c.take();
            const SourceRange where = c.peek().range;
            ES_TRY(const std::vector<GroupingSet> parts, composites());
            if (cube && parts.size() > kMostCubed)
                return c.refuse("CUBE of more than 8 parts", where);
            return cube ? cubed(parts) : rolledUp(parts);
        }
        if (c.isWord("GROUPING") && c.isWord("SETS", 1)) {
            m_plain = false;
            c.take();
            c.take();
            return groupingSets();
        }
        if (c.isSymbol("(") && c.isSymbol(")", 1)) {
            m_plain = false;
            c.take();
            c.take();
            return std::vector<GroupingSet>{{}};
        }
        ES_TRY(const std::size_t place, expression());
        return std::vector<GroupingSet>{{place}};
    }
    [[nodiscard]] bool plain() const { return m_plain; }

    static std::vector<GroupingSet> rolledUp(const std::vector<GroupingSet>& parts)
    {
        std::vector<GroupingSet> sets;
        for (std::size_t kept = parts.size() + 1; kept-- > 0;) {
            GroupingSet set;
            for (std::size_t i = 0; i < kept; ++i)
                append(set, parts[i]);
            sets.push_back(std::move(set));
        }
        return sets;
    }
    static std::vector<GroupingSet> cubed(const std::vector<GroupingSet>& parts)
    {
        std::vector<GroupingSet> sets;
        for (std::size_t bits = std::size_t{1} << parts.size(); bits-- > 0;) {
            GroupingSet set;
            for (std::size_t i = 0; i < parts.size(); ++i)
                if ((bits >> (parts.size() - 1 - i) & 1) != 0)
                    append(set, parts[i]);
            sets.push_back(std::move(set));
        }
        return sets;
    }

private:
    Result<std::size_t> expression()
    {
        ES_TRY(ExprPtr expr, value(m_cursor));
        m_list.push_back(std::move(expr));
        return m_list.size() - 1;
    }

    // "(a, b)" as one part, which is not the same as the expression "(a) + b".
    bool isComposite()
    {
        if (!m_cursor.isSymbol("("))
            return false;
        std::size_t depth = 0, ahead = 0;
        do {
            depth += m_cursor.isSymbol("(", ahead) ? 1 : 0;
            depth -= m_cursor.isSymbol(")", ahead) ? 1 : 0;
            if (m_cursor.isKind(TokenKind::kEnd, ahead))
                return false;
            ++ahead;
        } while (depth > 0);
        return m_cursor.isSymbol(",", ahead) || m_cursor.isSymbol(")", ahead);
    }

    Result<GroupingSet> composite()
    {
        GroupingSet set;
        if (!isComposite()) {
            ES_TRY(const std::size_t place, expression());
            return GroupingSet{place};
        }
        m_cursor.take();
        if (m_cursor.acceptSymbol(")"))
            return set;
        do {
            ES_TRY(const std::size_t place, expression());
            set.push_back(place);
        } while (m_cursor.acceptSymbol(","));
        ES_CHECK(m_cursor.expectSymbol(")"));
        return set;
    }

    Result<std::vector<GroupingSet>> composites()
    {
        std::vector<GroupingSet> parts;
        ES_CHECK(m_cursor.expectSymbol("("));
        do {
            ES_TRY(GroupingSet part, composite());
            parts.push_back(std::move(part));
        } while (m_cursor.acceptSymbol(","));
        ES_CHECK(m_cursor.expectSymbol(")"));
        return parts;
    }

    Result<std::vector<GroupingSet>> groupingSets()
    {
        std::vector<GroupingSet> sets;
        ES_CHECK(m_cursor.expectSymbol("("));
        do {
            if (m_cursor.isAnyWord({"ROLLUP", "CUBE"}) && m_cursor.isSymbol("(", 1)) {
                ES_TRY(const std::vector<GroupingSet> inner, element());
                sets.insert(sets.end(), inner.begin(), inner.end());
            } else {
                ES_TRY(GroupingSet set, composite());
                sets.push_back(std::move(set));
            }
        } while (m_cursor.acceptSymbol(","));
        ES_CHECK(m_cursor.expectSymbol(")"));
        return sets;
    }

    TokenCursor& m_cursor;
    std::vector<ExprPtr>& m_list;
    bool m_plain = true;
};

}  // namespace

Result<void> groupByClause(TokenCursor& c, SelectSpec& spec)
{
    const SourceRange start = c.peek().range;
    Elements elements(c, spec.groupBy);
    std::vector<GroupingSet> sets{{}};
    do {
        // Elements side by side: every set of one with every set of the next.
        ES_TRY(const std::vector<GroupingSet> next, elements.element());
        std::vector<GroupingSet> crossed;
        for (const GroupingSet& left : sets)
            for (const GroupingSet& right : next) {
                crossed.push_back(left);
                append(crossed.back(), right);
            }
        sets = std::move(crossed);
        if (sets.size() > kMostSets)
            return c.refuse("GROUP BY of more than 256 grouping sets", start);
    } while (c.acceptSymbol(","));
    if (!elements.plain())
        spec.groupingSets = std::move(sets);
    if (!c.isWord("WITH") || !c.isAnyWord({"ROLLUP", "CUBE"}, 1))
        return {};
    if (!elements.plain())
        return c.unexpected();
    c.take();
    const bool cube = c.isWord("CUBE");
    if (cube && spec.groupBy.size() > kMostCubed)
        return c.refuse("CUBE of more than 8 parts", start);
    c.take();
    std::vector<GroupingSet> parts;
    for (std::size_t i = 0; i < spec.groupBy.size(); ++i)
        parts.push_back({i});
    spec.groupingSets = cube ? Elements::cubed(parts) : Elements::rolledUp(parts);
    return {};
}

}  // namespace es::tsql
