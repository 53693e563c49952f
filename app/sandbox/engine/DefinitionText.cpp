#include "app/sandbox/engine/DefinitionText.h"

#include "app/sandbox/engine/Functions.h"
#include "driver/tsql/Parser.h"

#include <algorithm>
#include <optional>

namespace es::sandbox {

namespace {

using Text = std::optional<std::string>; // empty: no public sample shows it

std::string bracketed(const std::string& name)
{
    std::string out = "[";
    for (const char c : name)
        out += c == ']' ? "]]" : std::string(1, c);
    return out + "]";
}

std::string quotedText(const std::string& text)
{
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
}

Text render(const tsql::Expr& expr);

Text literal(const tsql::Literal& node)
{
    switch (node.kind) {
    case tsql::LiteralKind::kNull: return "NULL";
    case tsql::LiteralKind::kInteger:
    case tsql::LiteralKind::kDecimal: return "(" + node.text + ")";
    case tsql::LiteralKind::kString: return quotedText(node.text);
    case tsql::LiteralKind::kNationalString: return "N" + quotedText(node.text);
    default: return std::nullopt;
    }
}

Text column(const tsql::ColumnRef& node)
{
    std::string out;
    for (const tsql::Identifier& part : node.parts)
        out += (out.empty() ? "" : ".") + bracketed(part.text);
    return out;
}

Text unary(const tsql::Unary& node)
{
    if (node.op != tsql::UnaryOperator::kMinus) return std::nullopt;
    if (const auto* number = std::get_if<tsql::Literal>(&node.operand->node);
        number && (number->kind == tsql::LiteralKind::kInteger || number->kind == tsql::LiteralKind::kDecimal))
        return "(-" + number->text + ")";
    const Text operand = std::holds_alternative<tsql::ColumnRef>(node.operand->node) ? render(*node.operand) : std::nullopt;
    return operand ? Text("-" + *operand) : std::nullopt;
}

bool isProduct(tsql::BinaryOperator op)
{
    return op == tsql::BinaryOperator::kMultiply || op == tsql::BinaryOperator::kDivide || op == tsql::BinaryOperator::kModulo;
}

Text binary(const tsql::Binary& node)
{
    static constexpr std::string_view kOperators[] = {"+", "-", "*", "/", "%", "&", "|", "^"};
    std::string out;
    for (const tsql::ExprPtr* side : {&node.left, &node.right}) {
        Text text = render(**side);
        if (!text) return std::nullopt;
        if (const auto* inner = std::get_if<tsql::Binary>(&(*side)->node)) {
            if (isProduct(inner->op) && !isProduct(node.op)) return std::nullopt; // a + b * c
            text = "(" + *text + ")";
        }
        out += (side == &node.right ? std::string(kOperators[static_cast<std::size_t>(node.op)]) : "") + *text;
    }
    return out;
}

Text call(const tsql::FunctionCall& node)
{
    const std::string name = upperAscii(node.name.object());
    if (name == "CURRENT_TIMESTAMP") return "getdate()";
    static constexpr std::string_view kRewritten[] = {"COALESCE", "NULLIF", "IIF", "CHOOSE", "CONCAT", "CONCAT_WS"};
    const FunctionSpec* spec = findFunction(name);
    if (!spec || node.name.parts.size() != 1 || node.star || node.distinct || node.over || node.withoutParentheses
        || std::find(std::begin(kRewritten), std::end(kRewritten), name) != std::end(kRewritten))
        return std::nullopt;
    std::string list;
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        if (i > 0) list += ",";
        if (i == 0 && spec->datePart) {
            static constexpr std::string_view kParts[] = {"year", "quarter", "month", "day", "week", "weekday", "hour", "minute", "second"};
            const auto* part = std::get_if<tsql::ColumnRef>(&node.arguments[0]->node);
            const std::string word = part ? foldName(part->parts[0].text) : "";
            if (std::find(std::begin(kParts), std::end(kParts), word) == std::end(kParts)) return std::nullopt;
            list += word;
            continue;
        }
        const Text argument = render(*node.arguments[i]);
        if (!argument) return std::nullopt;
        list += *argument;
    }
    return foldName(name) + "(" + list + ")";
}

Text cast(const tsql::Cast& node)
{
    const Text operand = render(*node.operand);
    const tsql::DataType& type = node.type;
    if (!operand || node.isTry || type.name.parts.size() != 1) return std::nullopt;
    const std::string name = foldName(type.name.object());
    static constexpr std::string_view kBare[] = {"bit", "tinyint", "smallint", "int", "bigint", "money", "smallmoney", "real", "date", "datetime",
        "smalldatetime", "uniqueidentifier"};
    static constexpr std::string_view kSized[] = {"char", "varchar", "nchar", "nvarchar", "binary", "varbinary", "decimal", "numeric"};
    const auto among = [&](const auto& list) { return std::find(std::begin(list), std::end(list), name) != std::end(list); };
    if (type.arguments.empty() ? !among(kBare) : !among(kSized)) return std::nullopt;
    std::string arguments;
    for (const int argument : type.arguments)
        arguments += (arguments.empty() ? "(" : ",") + (argument == tsql::kMaxArgument ? std::string("max") : std::to_string(argument));
    if (!arguments.empty()) arguments += ")";
    std::string out = "CONVERT(" + bracketed(name) + arguments + "," + *operand;
    if (node.style) {
        const Text style = render(*node.style);
        if (!style) return std::nullopt;
        out += "," + *style;
    }
    return out + ")";
}

Text searched(const tsql::Case& node)
{
    if (node.operand) return std::nullopt;
    std::string out = "case";
    for (const tsql::CaseWhen& when : node.whens) {
        const Text condition = render(*when.when);
        const Text value = render(*when.then);
        if (!condition || !value) return std::nullopt;
        out += " when " + *condition + " then " + *value;
    }
    if (node.otherwise) {
        const Text value = render(*node.otherwise);
        if (!value) return std::nullopt;
        out += " else " + *value;
    }
    return out + " end";
}

// --- conditions ---
Text compared(const tsql::Expr& left, std::string_view op, const tsql::Expr& right)
{
    const Text a = render(left);
    const Text b = render(right);
    return a && b ? Text(*a + std::string(op) + *b) : std::nullopt;
}

Text comparison(const tsql::Comparison& node)
{
    static constexpr std::string_view kOperators[] = {"=", "<>", "<", "<=", ">", ">="};
    return compared(*node.left, kOperators[static_cast<std::size_t>(node.op)], *node.right);
}

Text between(const tsql::Between& node)
{
    const Text low = compared(*node.operand, ">=", *node.low);
    const Text high = compared(*node.operand, "<=", *node.high);
    return low && high && !node.negated ? Text(*low + " AND " + *high) : std::nullopt;
}

// IN becomes a chain of OR, the last value first.
Text inList(const tsql::InList& node)
{
    if (node.negated) return std::nullopt;
    std::string out;
    for (auto item = node.items.rbegin(); item != node.items.rend(); ++item) {
        const Text equal = compared(*node.operand, "=", **item);
        if (!equal) return std::nullopt;
        out += (out.empty() ? "" : " OR ") + *equal;
    }
    return out;
}

bool isOr(const tsql::Expr& expr)
{
    const auto* logical = std::get_if<tsql::Logical>(&expr.node);
    const auto* list = std::get_if<tsql::InList>(&expr.node);
    return (logical && logical->op == tsql::LogicalOperator::kOr) || (list && list->items.size() > 1);
}

Text logical(const tsql::Logical& node)
{
    std::string out;
    for (const tsql::ExprPtr& operand : node.operands) {
        Text text = render(*operand);
        if (!text) return std::nullopt;
        if (node.op == tsql::LogicalOperator::kAnd && isOr(*operand)) text = "(" + *text + ")";
        out += (out.empty() ? "" : node.op == tsql::LogicalOperator::kAnd ? " AND " : " OR ") + *text;
    }
    return out;
}

Text isNull(const tsql::IsNull& node)
{
    const Text operand = render(*node.operand);
    return operand ? Text(*operand + (node.negated ? " IS NOT NULL" : " IS NULL")) : std::nullopt;
}

Text like(const tsql::Like& node)
{
    return node.negated || node.escape ? std::nullopt : compared(*node.operand, " like ", *node.pattern);
}

Text render(const tsql::Expr& expr)
{
    return std::visit(tsql::Overloaded{[](const tsql::Literal& n) { return literal(n); }, [](const tsql::ColumnRef& n) { return column(n); },
                          [](const tsql::Unary& n) { return unary(n); }, [](const tsql::Binary& n) { return binary(n); },
                          [](const tsql::FunctionCall& n) { return call(n); }, [](const tsql::Cast& n) { return cast(n); },
                          [](const tsql::Case& n) { return searched(n); }, [](const tsql::Comparison& n) { return comparison(n); },
                          [](const tsql::Between& n) { return between(n); }, [](const tsql::InList& n) { return inList(n); },
                          [](const tsql::Logical& n) { return logical(n); }, [](const tsql::IsNull& n) { return isNull(n); },
                          [](const tsql::Like& n) { return like(n); }, [](const auto&) { return Text(); }},
        expr.node);
}

// Parentheses around the whole.
bool isWrapped(const std::string& text)
{
    if (text.size() < 2 || text.front() != '(' || text.back() != ')') return false;
    int depth = 0;
    bool inText = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'') inText = !inText;
        if (inText) continue;
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth == 0 && i + 1 < text.size()) return false;
    }
    return true;
}

} // namespace

std::string definitionText(const std::string& text)
{
    for (const auto parse : {&tsql::parseCondition, &tsql::parseExpression})
        if (const auto tree = parse(text, {}))
            if (const Text written = render(**tree)) return "(" + *written + ")";
    std::string out = text;
    while (isWrapped(out))
        out = out.substr(1, out.size() - 2);
    const bool number = !out.empty() && out.find_first_not_of("0123456789.-") == std::string::npos;
    return number ? "((" + out + "))" : "(" + out + ")";
}

} // namespace es::sandbox
