#include "driver/tsql/Parameterizer.h"

#include "driver/tsql/Grammar.h"
#include "driver/tsql/LiteralConversion.h"
#include "driver/tsql/TypeResolve.h"

#include <algorithm>
#include <set>

namespace es::tsql {
namespace {

// A literal found as the only initial value of a declaration.
struct Found {
    Literal literal;
    bool negative = false;
    SourceRange range;  // with its sign and parentheses
};

bool isLiteralToken(TokenKind kind)
{
    switch (kind) {
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
    case TokenKind::kFloat:
    case TokenKind::kMoney:
    case TokenKind::kBinary:
    case TokenKind::kString:
    case TokenKind::kNationalString:
        return true;
    default:
        return false;
    }
}

LiteralKind literalKindOf(TokenKind kind)
{
    switch (kind) {
    case TokenKind::kInteger: return LiteralKind::kInteger;
    case TokenKind::kDecimal: return LiteralKind::kDecimal;
    case TokenKind::kFloat: return LiteralKind::kFloat;
    case TokenKind::kMoney: return LiteralKind::kMoney;
    case TokenKind::kBinary: return LiteralKind::kBinary;
    case TokenKind::kString: return LiteralKind::kString;
    default: return LiteralKind::kNationalString;
    }
}

bool isNumeric(LiteralKind kind)
{
    return kind == LiteralKind::kInteger || kind == LiteralKind::kDecimal || kind == LiteralKind::kFloat || kind == LiteralKind::kMoney;
}

// What may stand behind a complete initial value: the end, a comma, a semicolon, or the first word of another statement.
bool endsInitialValue(TokenCursor& c)
{
    if (c.atEnd() || c.isSymbol(",") || c.isSymbol(";"))
        return true;
    return c.isKind(TokenKind::kWord) && !c.isAnyWord({"COLLATE", "AT"});
}

// Walks the tokens of a batch from DECLARE to DECLARE and sorts what it finds.
class Finder {
public:
    Finder(std::string_view batch, types::Collation collation) : m_batch(batch), m_cursor(batch, {}), m_collation(collation) {}

    ParameterMarks run()
    {
        while (!m_cursor.atEnd() && !m_problem) {
            const Token& token = m_cursor.peek();
            if (token.problem == LexProblem::kUnclosedString || token.problem == LexProblem::kUnclosedComment
                || token.problem == LexProblem::kUnclosedName) {
                m_problem = m_cursor.unexpected();
            } else if (definesModule()) {
                break;  // parameters of a batch do not exist inside a module's body
            } else if (m_cursor.isWord("DECLARE")) {
                m_cursor.take();
                declarations();
            } else {
                noteName(m_cursor.take());
            }
        }
        return std::move(m_marks);
    }

    [[nodiscard]] const std::optional<base::Error>& problem() const { return m_problem; }
    // Every @name of the batch, upper case.
    [[nodiscard]] const std::set<std::string>& names() const { return m_names; }

private:
    void noteName(const Token& token)
    {
        if (token.kind == TokenKind::kVariable)
            m_names.insert(upperCase(token.range.in(m_batch)));
    }

    // CREATE|ALTER [OR ALTER] PROC|FUNCTION|TRIGGER|VIEW
    bool definesModule()
    {
        if (!m_cursor.isAnyWord({"CREATE", "ALTER"}))
            return false;
        const std::size_t kind = m_cursor.isWord("OR", 1) && m_cursor.isWord("ALTER", 2) ? 3 : 1;
        return m_cursor.isAnyWord({"PROC", "PROCEDURE", "FUNCTION", "TRIGGER", "VIEW"}, kind);
    }

    void declarations()
    {
        do {
            if (!declaration())
                return;
        } while (m_cursor.acceptSymbol(","));
    }

    // @x [AS] type [= value]; false when this is nothing we know: the walk then goes on word by word.
    bool declaration()
    {
        if (!m_cursor.isKind(TokenKind::kVariable))
            return false;
        const SourceRange start = m_cursor.peek().range;
        noteName(m_cursor.peek());
        const std::string variable(m_cursor.take().range.in(m_batch));
        m_cursor.acceptWord("AS");
        if (m_cursor.isAnyWord({"TABLE", "CURSOR"}))
            return false;
        auto type = dataType(m_cursor);
        if (!type)
            return false;
        if (!m_cursor.acceptSymbol("="))
            return true;
        const auto found = initialLiteral();
        if (!found || !endsInitialValue(m_cursor)) {
            const SourceRange seen = m_cursor.since(start);
            if (m_cursor.peek().problem == LexProblem::kNone)
                m_marks.skipped.push_back({variable, seen, "The initial value is not a single literal."});
            return false;
        }
        judge(variable, m_cursor.since(start), *type, *found);
        return true;
    }

    // Parentheses and signs around one literal; tokens are taken only as far as they fit.
    std::optional<Found> initialLiteral()
    {
        Found found;
        const SourceRange start = m_cursor.peek().range;
        std::size_t open = 0;
        bool isSigned = false;
        for (;;) {
            if (m_cursor.acceptSymbol("("))
                ++open;
            else if (m_cursor.acceptSymbol("-"))
                isSigned = true, found.negative = !found.negative;
            else if (m_cursor.acceptSymbol("+"))
                isSigned = true;
            else
                break;
        }
        if (m_cursor.isWord("NULL")) {
            m_cursor.take();
        } else if (isLiteralToken(m_cursor.peek().kind)) {
            const Token token = m_cursor.take();
            found.literal = Literal{literalKindOf(token.kind), tokenText(token, m_batch)};
        } else {
            return std::nullopt;
        }
        while (open > 0 && m_cursor.acceptSymbol(")"))
            --open;
        if (open > 0 || (isSigned && !isNumeric(found.literal.kind)))
            return std::nullopt;
        found.range = m_cursor.since(start);
        return found;
    }

    void judge(const std::string& variable, const SourceRange& declaration, const DataType& written, const Found& found)
    {
        const auto type = resolveType(written, m_collation);
        if (!type || equalWords(written.name.object(), "sysname") || !canBeParameter(*type)) {
            std::string reason = "The type ";
            reason.append(written.name.object()).append(" cannot be encrypted.");
            m_marks.skipped.push_back({variable, declaration, std::move(reason)});
            return;
        }
        auto value = convertLiteral(found.literal, found.negative, *type, m_collation);
        if (value) {
            m_marks.parameters.push_back({{}, *type, std::move(*value), variable, declaration, found.range});
            return;
        }
        base::Error error = std::move(value).error();
        std::string text = "The value of ";
        text.append(variable).append(" in line ").append(std::to_string(declaration.line)).append(" cannot become a parameter of type ");
        text.append(written.range.in(m_batch)).append(": ").append(error.text);
        error.text = std::move(text);
        m_marks.bad.push_back({variable, declaration, std::move(error)});
    }

    std::string_view m_batch;
    TokenCursor m_cursor;
    types::Collation m_collation;
    ParameterMarks m_marks;
    std::set<std::string> m_names;
    std::optional<base::Error> m_problem;
};

// "@p1", "@p2", ..: short, so that they fit into the place of the literal; never a name that the batch uses.
void giveNames(std::vector<LiteralParameter>& parameters, const std::set<std::string>& taken)
{
    std::size_t number = 0;
    for (LiteralParameter& parameter : parameters) {
        std::string name;
        do {
            name.assign("@p").append(std::to_string(number++));
        } while (taken.contains(upperCase(name)));
        parameter.name = std::move(name);
    }
}

// The parameter's name in place of the literal, padded with blanks to its width; line ends inside the literal stay.
std::string replacement(std::string_view literal, std::string_view name)
{
    std::string out(name);
    std::size_t lastLine = 0;  // characters of the literal's last line
    for (std::size_t i = 0; i < literal.size(); ++i) {
        if (literal[i] == '\n') {
            out += literal[i - (i > 0 && literal[i - 1] == '\r' ? 1 : 0)] == '\r' ? "\r\n" : "\n";
            lastLine = 0;
        } else if ((static_cast<unsigned char>(literal[i]) & 0xC0) != 0x80) {
            ++lastLine;
        }
    }
    const bool oneLine = literal.find('\n') == std::string_view::npos;
    const std::size_t used = oneLine ? name.size() : 0;
    if (lastLine > used)
        out.append(lastLine - used, ' ');
    return out;
}

// A word that touched the closing quote ("'x'SELECT") must not grow onto the name.
bool continuesName(std::string_view text, std::size_t offset)
{
    if (offset >= text.size())
        return false;
    const char c = text[offset];
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@' || c == '#' || c == '$'
        || static_cast<unsigned char>(c) >= 0x80;
}

base::Error tooLong()
{
    return base::makeError(kTooLong, "The batch is too long to be parameterized.", "parameterize",
                           "Switch parameterization off for this script, or split it with GO.");
}

}  // namespace

ParameterMarks markParameters(std::string_view batch, types::Collation collation)
{
    if (batch.size() > kMaxParameterizedBytes)
        return {};
    Finder finder(batch, collation);
    ParameterMarks marks = finder.run();
    giveNames(marks.parameters, finder.names());
    return marks;
}

base::Result<Parameterized> parameterize(std::string_view batch, types::Collation collation)
{
    if (batch.size() > kMaxParameterizedBytes)
        return tooLong();
    Finder finder(batch, collation);
    ParameterMarks marks = finder.run();
    if (finder.problem())
        return *finder.problem();
    if (!marks.bad.empty())
        return std::move(marks.bad.front().error);
    giveNames(marks.parameters, finder.names());

    Parameterized result;
    std::size_t copied = 0;
    for (const LiteralParameter& parameter : marks.parameters) {
        result.text.append(batch.substr(copied, parameter.literal.offset - copied));
        result.text.append(replacement(parameter.literal.in(batch), parameter.name));
        copied = parameter.literal.end();
        if (result.text.back() != ' ' && continuesName(batch, copied))
            result.text += ' ';
    }
    result.text.append(batch.substr(copied));
    result.parameters = std::move(marks.parameters);
    result.skipped = std::move(marks.skipped);
    return result;
}

}  // namespace es::tsql
