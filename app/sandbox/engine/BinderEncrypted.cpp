// Binder: encryption schemes of operands, and questions to the enclave instead of comparisons.
#include "app/sandbox/engine/Functions.h"

#include "app/sandbox/engine/EncryptedIndex.h"

#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;

namespace {

// What a client's parameter may be declared as for a column of this type: no conversion happens on ciphertext.
bool sameFamily(const SqlType& a, const SqlType& b)
{
    const auto family = [](TypeId id) {
        switch (id) {
        case TypeId::kVarChar: return TypeId::kChar;
        case TypeId::kNVarChar: return TypeId::kNChar;
        case TypeId::kVarBinary: return TypeId::kBinary;
        case TypeId::kNumeric: return TypeId::kDecimal;
        default: return id;
        }
    };
    if (family(a.id) != family(b.id)) return false;
    if (types::isDecimal(a.id)) return a.precision == b.precision && a.scale == b.scale;
    if (a.id == TypeId::kTime || a.id == TypeId::kDateTime2 || a.id == TypeId::kDateTimeOffset) return a.scale == b.scale;
    return true;
}

CellOperator cellOperator(tsql::ComparisonOperator op)
{
    static constexpr CellOperator kMap[] = {CellOperator::kEqual, CellOperator::kNotEqual, CellOperator::kLess, CellOperator::kLessEqual,
        CellOperator::kGreater, CellOperator::kGreaterEqual};
    return kMap[static_cast<std::size_t>(op)];
}

tsql::ComparisonOperator mirrored(tsql::ComparisonOperator op)
{
    using Op = tsql::ComparisonOperator;
    static constexpr Op kMap[] = {Op::kEqual, Op::kNotEqual, Op::kGreater, Op::kGreaterOrEqual, Op::kLess, Op::kLessOrEqual};
    return kMap[static_cast<std::size_t>(op)];
}

constexpr std::string_view kSymbols[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
constexpr std::string_view kNames[]
    = {"equal to", "not equal to", "less than", "less than or equal to", "greater than", "greater than or equal to"};

// 12 of "q12.rowid": tables are numbered as they are named. -1: a row id handed on by a derived table.
int baseAliasNumber(const std::string& rowId)
{
    return rowId.starts_with('q') && rowId.ends_with(".rowid") ? std::atoi(rowId.c_str() + 1) : -1;
}

bool isEquality(tsql::ComparisonOperator op)
{
    return op == tsql::ComparisonOperator::kEqual || op == tsql::ComparisonOperator::kNotEqual;
}

} // namespace

std::string Binder::typeText(const SqlType& type, const tsql::EncryptionScheme& scheme) const
{
    if (!scheme.encrypted()) return types::typeName(type);
    return tsql::describeEncryptedType(types::typeName(type), scheme, types::isText(type.id) ? types::collationName(type.collation) : "");
}

std::string Binder::typeText(const BoundExpr& expr) const
{
    // A literal is named by its kind alone, as SQL Server does.
    if (expr.literal && !expr.scheme.encrypted())
        return expr.isNullLiteral() ? "void type" : std::string(types::baseTypeName(expr.type.id));
    return typeText(expr.type, expr.scheme);
}

void Binder::needEnclave(const tsql::EncryptionScheme& scheme)
{
    auto& all = m_facts.enclaveSchemes;
    if (std::find(all.begin(), all.end(), scheme) == all.end()) all.push_back(scheme);
}

bool Binder::involvesEncryption(const BoundExpr& a, const BoundExpr& b) const
{
    return a.scheme.encrypted() || b.scheme.encrypted();
}

void Binder::tie(const BoundExpr& a, const BoundExpr& b, std::int32_t line)
{
    tsql::SchemeInference* inference = m_context.inference;
    if (!inference || a.isNullLiteral() || b.isNullLiteral() || (!a.variable && !b.variable)) return;
    const auto nodeOf = [&](const BoundExpr& expr) {
        if (expr.variable) return *m_context.variables[*expr.variable].node;
        return expr.scheme.encrypted() ? inference->addColumn(expr.name, expr.scheme) : inference->addPlaintext(expr.name);
    };
    const auto isFixed = [&](const BoundExpr& expr) { return expr.variable && m_context.variables[*expr.variable].schemeFixed; };
    auto tied = inference->tie(nodeOf(a), nodeOf(b), line);
    // One variable for two encryptions is said at once (33278). Whatever else cannot be tied is judged, with its message, when the
    // statement is bound for good: plaintext, and parameters that came encrypted with a wrong key.
    if (!tied && tied.error().server && tied.error().server->number == 33278 && !isFixed(a) && !isFixed(b))
        inference->keepConflict(std::move(tied).error());
}

void Binder::tieToColumn(const BoundExpr& value, const SqlType& type, const tsql::EncryptionScheme& scheme, std::int32_t line)
{
    BoundExpr column;
    column.type = type;
    column.scheme = scheme;
    tie(value, column, line);
}

Result<void> Binder::requirePlain(const BoundExpr& expr, std::int32_t line, std::string_view what)
{
    if (inferring()) {
        BoundExpr plain;
        tie(expr, plain, line);
        return {};
    }
    if (!expr.scheme.encrypted()) return {};
    if (expr.variable || !expr.name.empty())
        return sqlError(33277,
            "Encryption scheme mismatch for columns/variables '" + expr.name + "'. The encryption scheme for the columns/variables is "
                + tsql::describeScheme(expr.scheme) + " and the expression near line '" + std::to_string(line) + "' expects it to be "
                + tsql::describeScheme({}) + ".",
            line, 6);
    return sqlError(206, "Operand type clash: " + typeText(expr) + " is incompatible with " + std::string(what), line, 2);
}

Result<void> Binder::sameScheme(const BoundExpr& a, const BoundExpr& b, std::string_view operatorName, std::int32_t line) const
{
    if (inferring()) return {};
    const bool fits = sameFamily(a.type, b.type);
    if (a.scheme == b.scheme && fits) return {};
    const BoundExpr& plain = a.scheme.encrypted() ? b : a;
    const BoundExpr& encrypted = a.scheme.encrypted() ? a : b;
    if (fits && !plain.scheme.encrypted() && plain.variable) {
        const bool weaker = encrypted.scheme.kind == tsql::EncryptionKind::kDeterministic || encrypted.scheme.enclaveEnabled;
        return sqlError(weaker ? 33299 : 33277,
            "Encryption scheme mismatch for columns/variables '" + plain.name + "'. The encryption scheme for the columns/variables is "
                + tsql::describeScheme(plain.scheme) + " and the expression near line '" + std::to_string(line) + "' expects it to be "
                + tsql::describeScheme(encrypted.scheme) + (weaker ? " (or weaker)." : "."),
            line, 6);
    }
    if (fits && !plain.scheme.encrypted())
        return sqlError(206, "Operand type clash: " + typeText(plain) + " is incompatible with " + typeText(encrypted), line, 2);
    return sqlError(402,
        "The data types " + typeText(a) + " and " + typeText(b) + " are incompatible in the " + std::string(operatorName) + " operator.",
        line);
}

Result<tsql::Place> Binder::judgeUse(const BoundExpr& expr, tsql::Operation operation, std::int32_t line)
{
    if (inferring() || !expr.scheme.encrypted()) return tsql::Place::kCiphertext;
    const tsql::SchemeClass scheme = tsql::classOf(expr.scheme);
    tsql::Verdict verdict = tsql::judge(operation, scheme, m_context.profile);
    if (types::isText(expr.type.id)) {
        const types::CollationFacts facts = types::factsOf(expr.type.collation);
        verdict = tsql::judgeText(operation, scheme, m_context.profile, {facts.bin2, facts.utf8});
    }
    if (verdict.allowed()) {
        if (verdict.place == tsql::Place::kEnclave) needEnclave(expr.scheme);
        return verdict.place;
    }
    if (verdict.errorNumber == 33542)
        return sqlError(33542,
            "The operation near line '" + std::to_string(line) + "' inside the secure enclave needs " + std::string(verdict.expected)
                + ", but the column or variable '" + expr.name + "' has the collation '" + types::collationName(expr.type.collation) + "'.",
            line);
    if (verdict.errorNumber == 33277 || verdict.errorNumber == 33299)
        return sqlError(verdict.errorNumber,
            "Encryption scheme mismatch for columns/variables '" + expr.name
                + "'. The encryption scheme for the "
                  "columns/variables is "
                + tsql::describeScheme(expr.scheme) + " and the expression near line '" + std::to_string(line) + "' expects it to be "
                + std::string(verdict.expected) + ".",
            line, 6);
    return sqlError(verdict.errorNumber,
        "Operand data type " + typeText(expr) + " is invalid for " + std::string(tsql::operationName(operation)) + " operator.", line);
}

Result<std::string> Binder::compareEncrypted(
    tsql::ComparisonOperator op, const BoundExpr& a, const BoundExpr& b, std::int32_t line, bool join)
{
    if (a.isNullLiteral() || b.isNullLiteral()) return std::string("NULL"); // unknown, whatever the cells hold
    ES_CHECK(sameScheme(a, b, kNames[static_cast<std::size_t>(op)], line));
    const bool bothColumns = !a.variable && !b.variable;
    const bool isJoin = join || bothColumns;
    const auto operation = isEquality(op) ? (isJoin ? tsql::Operation::kEqualityJoin : tsql::Operation::kEquality)
                                          : (isJoin ? tsql::Operation::kNonEqualityJoin : tsql::Operation::kRange);
    const BoundExpr& column = a.variable ? b : a;
    if (!bothColumns && !column.variable) {
        const auto direction = &column == &a ? op : mirrored(op);
        return matchEncrypted(cellOperator(direction), operation, column, {&column == &a ? b : a}, {}, line);
    }
    ES_TRY(const tsql::Place place, judgeUse(a, operation, line));
    const std::string symbol(kSymbols[static_cast<std::size_t>(op)]);
    if (place == tsql::Place::kCiphertext) return "(" + a.sql + symbol + b.sql + ")";
    if (!bothColumns) return notSupported("A comparison of two encrypted variables inside the enclave", line);
    if (a.rowId.empty() || b.rowId.empty())
        return notSupported("A comparison of encrypted columns behind DISTINCT, GROUP BY or a set operation", line);
    const std::size_t group = ++m_rankGroups; // ranked together, so that the ranks of both mean the same
    const std::string left = rankText(a, group, line), right = rankText(b, group, line);
    const std::string compared = left + symbol + right;
    if (op != tsql::ComparisonOperator::kEqual || !m_filtering) return "(" + compared + ")";
    // The rows of the table named last can be looked up by the other's rank: else SQLite would compare each row with each.
    const int orderA = baseAliasNumber(a.rowId), orderB = baseAliasNumber(b.rowId);
    if (orderA < 0 || orderB < 0) return "(" + compared + ")";
    const BoundExpr& last = orderA > orderB ? a : b;
    const std::size_t number = rankPass(last, group, line);
    m_facts.passes[number].peers = true;
    return "(" + compared + " AND " + last.rowId + " IN (SELECT value FROM json_each(es_peers(" + std::to_string(number) + ", "
        + (&last == &a ? right : left) + "))))";
}

Result<std::string> Binder::matchEncrypted(CellOperator op, tsql::Operation operation, const BoundExpr& column,
    const std::vector<BoundExpr>& operands, std::optional<char32_t> escape, std::int32_t line)
{
    const bool like = op == CellOperator::kLike;
    EncryptedPass pass;
    for (const BoundExpr& operand : operands) {
        if (operand.isNullLiteral()) return notSupported("NULL written out among the operands of an encrypted comparison", line);
        ES_CHECK(sameScheme(column, operand, like ? "like" : "equal to", line));
        if (operand.variable) pass.operands.push_back(*operand.variable);
    }
    ES_TRY(const tsql::Place place, judgeUse(column, operation, line));
    if (inferring()) return std::string("NULL");
    if (place == tsql::Place::kCiphertext && (op == CellOperator::kEqual || op == CellOperator::kNotEqual || op == CellOperator::kIn)) {
        std::string out;
        for (const BoundExpr& operand : operands)
            out += (out.empty() ? "(" : " OR ") + column.sql + (op == CellOperator::kNotEqual ? " <> " : " = ") + operand.sql;
        return out + ")";
    }
    if (pass.operands.size() != operands.size())
        return notSupported("An encrypted comparison with something that is neither a parameter nor a variable", line);
    if (!column.origin || column.rowId.empty())
        return notSupported("An encrypted comparison behind DISTINCT, GROUP BY or a set operation", line);
    pass.kind = EncryptedPass::Kind::kMatch;
    pass.origin = *column.origin;
    pass.op = op;
    pass.escape = escape;
    pass.line = line;
    pass.number = m_facts.passes.size();
    const CatalogIndex* index = m_filtering ? searchable(pass) : nullptr;
    if (index) {
        pass.indexId = index->id;
        m_facts.passes.push_back(std::move(pass));
        return column.rowId + " IN (SELECT value FROM json_each(es_seek(" + std::to_string(m_facts.passes.size() - 1) + ")))";
    }
    m_facts.passes.push_back(std::move(pass));
    return "es_match(" + std::to_string(m_facts.passes.size() - 1) + ", " + column.rowId + ")";
}

// A valid encrypted index whose key is the pass's column, if a search can answer the question.
const CatalogIndex* Binder::searchable(const EncryptedPass& pass) const
{
    const CatalogTable* table = m_catalog.tableById(pass.origin.objectId);
    const CatalogColumn* column = table ? table->columnById(pass.origin.columnId) : nullptr;
    if (!column || !EncryptedIndex::serves(pass.op, column->type)) return nullptr;
    const auto found = std::find_if(table->indexes.begin(), table->indexes.end(),
        [&](const CatalogIndex& index) { return index.servesEnclave() && index.columns.front().columnId == column->id; });
    return found == table->indexes.end() ? nullptr : &*found;
}

std::size_t Binder::rankPass(const BoundExpr& column, std::size_t group, std::int32_t line)
{
    const auto same = std::find_if(m_facts.passes.begin(), m_facts.passes.end(), [&](const EncryptedPass& pass) {
        return pass.kind == EncryptedPass::Kind::kRank && pass.rankGroup == group && pass.origin == *column.origin;
    });
    std::size_t number = static_cast<std::size_t>(same - m_facts.passes.begin());
    if (same == m_facts.passes.end()) {
        EncryptedPass pass;
        pass.kind = EncryptedPass::Kind::kRank;
        pass.origin = *column.origin;
        pass.rankGroup = group;
        pass.line = line;
        pass.number = number;
        m_facts.passes.push_back(std::move(pass));
    }
    return number;
}

std::string Binder::rankText(const BoundExpr& column, std::size_t group, std::int32_t line)
{
    return "es_rank(" + std::to_string(rankPass(column, group, line)) + ", " + column.rowId + ")";
}

Result<std::string> Binder::orderKey(const BoundExpr& expr, tsql::Operation operation, std::int32_t line)
{
    if (!expr.scheme.encrypted() && isIncomparable(expr.type.id) && operation == tsql::Operation::kDistinct)
        return sqlError(421,
            "The " + std::string(types::baseTypeName(expr.type.id)) + " data type cannot be selected as DISTINCT because it is not comparable.",
            line);
    if (!expr.scheme.encrypted()) {
        Result<std::string> text = comparable(expr);
        return text ? text : Result<std::string>(atLine(std::move(text).error(), line));
    }
    ES_TRY(const tsql::Place place, judgeUse(expr, operation, line));
    if (place == tsql::Place::kCiphertext) return expr.sql;
    if (!expr.origin || expr.rowId.empty())
        return notSupported("Ordering or grouping an encrypted column behind DISTINCT, GROUP BY or a set operation", line);
    // One group per column and statement is enough: ordering and grouping ask the same question. Groups from 1 on belong to joins.
    for (const EncryptedPass& pass : m_facts.passes)
        if (pass.kind == EncryptedPass::Kind::kRank && pass.origin == *expr.origin) return rankText(expr, pass.rankGroup, line);
    return rankText(expr, ++m_rankGroups, line);
}

Result<void> Binder::checkAssignable(const BoundExpr& value, const SqlType& type, const tsql::EncryptionScheme& scheme, std::int32_t line)
{
    if (inferring()) {
        tieToColumn(value, type, scheme, line);
        return {};
    }
    if (value.isNullLiteral()) return {};
    const std::uint32_t wanted = types::declaredLength(type);
    const bool lengthFits = !(types::isText(type.id) || types::isBinary(type.id)) || wanted == types::kMaxLength
        || (types::declaredLength(value.type) != types::kMaxLength && types::declaredLength(value.type) <= wanted);
    if (value.scheme == scheme && (!scheme.encrypted() || (sameFamily(value.type, type) && lengthFits))) return {};
    return sqlError(206, "Operand type clash: " + typeText(value) + " is incompatible with " + typeText(type, scheme), line, 2);
}

} // namespace es::sandbox
