// Session: sp_describe_undeclared_parameters. The batch is bound with every undeclared parameter as NULL first: whoever meets something that
// says a type takes it (simple deduction). For each of the others the documented candidates are tried: the batch is bound with each, and the
// one that costs the fewest conversions wins, of several the one of the highest precedence (general deduction).
// sp_describe_undeclared_parameters (Transact-SQL), "Parameter Selection Algorithm"
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/RowBuilder.h"
#include "app/sandbox/engine/Silence.h"
#include "driver/tsql/Lexer.h"
#include "driver/tsql/Parser.h"
#include "driver/types/Collation.h"
#include "driver/types/Precedence.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Error;
using base::Result;
using types::SqlType;
using types::TypeId;

namespace {

using Types = std::vector<std::optional<SqlType>>; // by parameter; nothing: not known yet

const std::vector<SqlType>& candidates()
{
    using types::makeScaled;
    using types::makeSized;
    using types::makeType;
    static const std::vector<SqlType> kAll{makeType(TypeId::kBit), makeType(TypeId::kTinyInt), makeType(TypeId::kSmallInt),
        makeType(TypeId::kInt), makeType(TypeId::kBigInt), makeType(TypeId::kSmallMoney), makeType(TypeId::kMoney), makeType(TypeId::kReal),
        makeType(TypeId::kFloat), [] {
            SqlType numeric = types::makeDecimal(38, 19);
            numeric.id = TypeId::kNumeric;
            return numeric;
        }(),
        makeSized(TypeId::kVarChar, 8000), makeSized(TypeId::kVarChar, types::kMaxLength), makeSized(TypeId::kNVarChar, 4000),
        makeSized(TypeId::kNVarChar, types::kMaxLength), makeSized(TypeId::kVarBinary, 8000), makeSized(TypeId::kVarBinary, types::kMaxLength),
        makeType(TypeId::kDate), makeScaled(TypeId::kTime, 7), makeType(TypeId::kSmallDateTime), makeType(TypeId::kDateTime),
        makeScaled(TypeId::kDateTime2, 7), makeScaled(TypeId::kDateTimeOffset, 7)};
    return kAll;
}

bool contains(const std::vector<std::string>& names, std::string_view name)
{
    return std::any_of(names.begin(), names.end(), [&](const std::string& known) { return sameName(known, name); });
}

// Variables in the order of the text, each as often as it stands there.
std::vector<std::string> variablesIn(const std::string& text, bool quotedIdentifiers)
{
    std::vector<std::string> out;
    tsql::Lexer lexer(text, {quotedIdentifiers, false});
    for (tsql::Token token = lexer.next(); token.kind != tsql::TokenKind::kEnd; token = lexer.next()) {
        if (token.kind != tsql::TokenKind::kVariable) continue;
        std::string name = tsql::tokenText(token, text);
        if (!name.starts_with("@@")) out.push_back(std::move(name));
    }
    return out;
}

bool canBeAnalysed(const tsql::Statement& statement)
{
    return std::visit(
        tsql::Overloaded{[](const tsql::SelectStatement&) { return true; }, [](const tsql::Insert&) { return true; },
            [](const tsql::Update&) { return true; }, [](const tsql::Delete&) { return true; }, [](const tsql::Declare&) { return true; },
            [](const tsql::SetVariable&) { return true; }, [](const tsql::If&) { return true; }, [](const tsql::While&) { return true; },
            [](const tsql::Block&) { return true; }, [](const tsql::TryCatch&) { return true; }, [](const tsql::Execute&) { return true; },
            [](const tsql::Return&) { return true; }, [](const tsql::Print&) { return true; }, [](const tsql::SetOption&) { return true; },
            [](const auto&) { return false; }},
        statement.node);
}

// The undeclared ones. Errors: 11508, 40517.
Result<std::vector<std::string>> undeclaredIn(
    const std::string& text, const tsql::Script& script, const std::vector<EngineParameter>& declared, bool quotedIdentifiers, std::int32_t line)
{
    std::vector<std::string> known, formal;
    bool plain = true;
    for (const EngineParameter& parameter : declared)
        known.push_back(parameter.name);
    forEachStatement(script.statements, [&](const tsql::Statement& statement) {
        plain = plain && canBeAnalysed(statement);
        if (const auto* declare = std::get_if<tsql::Declare>(&statement.node))
            for (const tsql::VariableDeclaration& variable : declare->variables)
                known.push_back(variable.name);
        if (const auto* call = std::get_if<tsql::Execute>(&statement.node))
            for (const tsql::ExecuteArgument& argument : call->arguments)
                if (!argument.name.empty()) formal.push_back(argument.name);
    });
    std::vector<std::string> names;
    for (const std::string& name : variablesIn(text, quotedIdentifiers)) {
        if (contains(known, name)) continue;
        // EXEC p @name = ..: the procedure's parameter, not a variable of the batch.
        const auto named = std::find_if(formal.begin(), formal.end(), [&](const std::string& f) { return sameName(f, name); });
        if (named != formal.end()) {
            formal.erase(named);
            continue;
        }
        if (contains(names, name))
            return sqlError(11508, "The undeclared parameter '" + name + "' is used more than once in the batch being analyzed.", line);
        names.push_back(name);
    }
    if (!names.empty() && !plain) return notSupported("sp_describe_undeclared_parameters for a statement of this kind", line);
    return names;
}

Error ambiguous(const std::string& name, std::string_view one, std::string_view two, std::int32_t line)
{
    return sqlError(11506,
        "The parameter type for '" + name + "' cannot be uniquely deduced; two possibilities are '" + std::string(one) + "' and '"
            + std::string(two) + "'.",
        line);
}

struct Tried {
    SqlType type;
    std::int64_t cost = 0;
};

// Of those with the lowest cost the one of the highest precedence; the limited length of two that differ by length alone.
Result<SqlType> bestOf(const std::string& name, std::vector<Tried> tried, std::int32_t line)
{
    if (tried.empty())
        return sqlError(11507, "The parameter type for '" + name + "' cannot be deduced because no type would make the query valid.", line);
    // Nothing in the batch prefers any type; sql_variant and xml are among the server's candidates, and neither becomes the other.
    const auto [low, high] = std::minmax_element(tried.begin(), tried.end(), [](const Tried& a, const Tried& b) { return a.cost < b.cost; });
    if (low->cost == high->cost && tried.size() == candidates().size()) return ambiguous(name, "sql_variant", "xml", line);
    const std::int64_t least = low->cost;
    std::erase_if(tried, [&](const Tried& t) { return t.cost != least; });
    const auto best = std::max_element(tried.begin(), tried.end(), [](const Tried& a, const Tried& b) {
        const int x = types::precedenceOf(a.type.id), y = types::precedenceOf(b.type.id);
        return x != y ? x < y : a.type.lengthBytes > b.type.lengthBytes;
    });
    const auto numeric = [](const Tried& t) { return types::isNumber(t.type.id); };
    const auto text = [](const Tried& t) { return types::isText(t.type.id); };
    // Beside sql_variant, which is no candidate here, such a tie may end otherwise on the server.
    if (!std::all_of(tried.begin(), tried.end(), numeric) && !std::all_of(tried.begin(), tried.end(), text) && tried.size() > 1)
        return notSupported("Deducing the type of " + name + " among such different ones", line);
    return best->type;
}

std::int64_t wireTypeOf(TypeId id) // as RPC parameters and nullable columns say it
{
    switch (id) {
    case TypeId::kBit: return 104;
    case TypeId::kTinyInt:
    case TypeId::kSmallInt:
    case TypeId::kInt:
    case TypeId::kBigInt: return 38;
    case TypeId::kReal:
    case TypeId::kFloat: return 109;
    case TypeId::kSmallMoney:
    case TypeId::kMoney: return 110;
    case TypeId::kSmallDateTime:
    case TypeId::kDateTime: return 111;
    default: return types::systemTypeId(id);
    }
}

ResultShape undeclaredShape()
{
    const auto number = types::makeType(TypeId::kInt), tiny = types::makeType(TypeId::kTinyInt), yes = types::makeType(TypeId::kBit);
    const auto name = types::makeSized(TypeId::kNVarChar, 128);
    return {{resultColumn("parameter_ordinal", number), resultColumn("name", name), resultColumn("suggested_system_type_id", number),
                resultColumn("suggested_system_type_name", types::makeSized(TypeId::kNVarChar, 256), true),
                resultColumn("suggested_max_length", types::makeType(TypeId::kSmallInt)), resultColumn("suggested_precision", tiny),
                resultColumn("suggested_scale", tiny), resultColumn("suggested_user_type_id", number, true),
                resultColumn("suggested_user_type_database", name, true), resultColumn("suggested_user_type_schema", name, true),
                resultColumn("suggested_user_type_name", name, true),
                resultColumn("suggested_assembly_qualified_type_name", types::makeSized(TypeId::kNVarChar, 4000), true),
                resultColumn("suggested_xml_collection_id", number, true), resultColumn("suggested_xml_collection_database", name, true),
                resultColumn("suggested_xml_collection_schema", name, true), resultColumn("suggested_xml_collection_name", name, true),
                resultColumn("suggested_is_xml_document", yes), resultColumn("suggested_is_case_sensitive", yes),
                resultColumn("suggested_is_fixed_length_clr_type", yes), resultColumn("suggested_is_input", yes),
                resultColumn("suggested_is_output", yes), resultColumn("formal_parameter_name", name, true),
                resultColumn("suggested_tds_type_id", number), resultColumn("suggested_tds_length", number)},
        {}};
}

bool isCaseSensitive(const SqlType& type)
{
    const std::string name = types::isText(type.id) ? types::collationName(type.collation) : "";
    return name.find("_BIN") != std::string::npos || name.find("_CS_") != std::string::npos;
}

void sendUndeclared(const UndeclaredParameter& parameter, std::int64_t ordinal, SinkGuard& sink)
{
    constexpr int kUserTypeAndCollectionColumns = 9;
    const std::int16_t length = types::maxLengthColumn(parameter.type);
    RowBuilder row;
    row.integer(ordinal, 4);
    row.text(parameter.name);
    row.integer(types::systemTypeId(parameter.type.id), 4);
    row.text(types::typeName(parameter.type));
    row.integer(length, 2);
    row.integer(types::precisionColumn(parameter.type), 1);
    row.integer(types::scaleColumn(parameter.type), 1);
    for (int i = 0; i < kUserTypeAndCollectionColumns; ++i)
        row.null();
    row.integer(0, 1);
    row.integer(isCaseSensitive(parameter.type), 1);
    row.integer(0, 1);
    row.integer(parameter.input, 1);
    row.integer(parameter.output, 1);
    if (parameter.formalName.empty())
        row.null();
    else
        row.text(parameter.formalName);
    row.integer(wireTypeOf(parameter.type.id), 4);
    row.integer(length < 0 ? 65535 : length, 4);
    row.send(sink);
}

} // namespace

// Binds the batch with these types; nothing of it runs.
Result<TypeDeduction> Session::tryTypes(const std::string& text, const tsql::Script& script, const std::vector<EngineParameter>& declared,
    const std::vector<std::string>& names, const Types& types)
{
    TypeDeduction deduction;
    Silence silence;
    SinkGuard sink(silence);
    BatchRun run{text, {}, script, sink, {}, {}, {}, false, false, 0, {}};
    run.deduction = &deduction;
    for (const EngineParameter& parameter : declared) {
        Variable entry;
        entry.name = parameter.name;
        entry.type = parameter.type;
        run.variables.push_back(std::move(entry));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        Variable entry;
        entry.name = names[i];
        entry.undeclared = !types[i];
        entry.type = types[i].value_or(types::makeType(TypeId::kInt));
        run.variables.push_back(std::move(entry));
    }
    const TemporaryScope temporary(*this, true);
    ES_CHECK(declareAll(run, script.statements));
    std::optional<Error> failure;
    forEachStatement(script.statements, [&](const tsql::Statement& statement) {
        if (failure) return;
        if (auto bound = bindStatement(run, statement, nullptr); !bound)
            failure = atLine(std::move(bound).error(), static_cast<std::int32_t>(statement.range.line));
    });
    if (deduction.failure) return *deduction.failure;
    if (failure) return *failure;
    return deduction;
}

Result<std::vector<UndeclaredParameter>> Session::deduceTypes(
    const std::string& text, const std::vector<EngineParameter>& declared, std::int32_t line)
{
    ES_TRY(const tsql::Script script, tsql::parse(text, {isOn("QUOTED_IDENTIFIER")}));
    ES_TRY(const std::vector<std::string> names, undeclaredIn(text, script, declared, isOn("QUOTED_IDENTIFIER"), line));
    Types known(names.size());
    std::vector<UndeclaredParameter> out(names.size());
    const auto first = tryTypes(text, script, declared, names, known);
    if (!first && first.error().server && first.error().server->number == 11503) return first.error();
    for (std::size_t i = 0; i < names.size() && first; ++i) {
        const auto found = first->parameters.find(declared.size() + i);
        if (found == first->parameters.end())
            return sqlError(11502, "The type for parameter '" + names[i] + "' cannot be deduced in this context.", line);
        known[i] = found->second.type;
        out[i].input = found->second.input;
        out[i].output = found->second.output;
        out[i].formalName = found->second.formalName;
    }
    if (!first && names.empty()) return first.error();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (known[i]) continue;
        std::vector<Tried> tried;
        const std::int32_t whatever = !first && first.error().server ? first.error().server->number : 0;
        bool always = true; // this one, with every type
        for (const SqlType& candidate : candidates()) {
            Types attempt = known;
            attempt[i] = candidate;
            if (types::isText(candidate.id)) attempt[i]->collation = m_facts.catalog->collation;
            if (auto bound = tryTypes(text, script, declared, names, attempt))
                tried.push_back({*attempt[i], bound->cost});
            else
                always = always && bound.error().server && bound.error().server->number == whatever;
        }
        // What is wrong with the batch, and not with a type.
        if (tried.empty() && !first && always) return first.error();
        ES_TRY(known[i], bestOf(names[i], std::move(tried), line));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        out[i].name = names[i];
        out[i].type = *known[i];
    }
    return out;
}

Result<std::vector<EngineParameter>> Session::undeclaredParameters(const std::string& text, const std::string& declarations)
{
    ES_CHECK(refreshCatalog());
    m_program.clearCalls();
    ES_TRY(const std::vector<EngineParameter> declared, parseDeclarations(declarations));
    ES_TRY(const std::vector<UndeclaredParameter> deduced, deduceTypes(text, declared, 1));
    std::vector<EngineParameter> out;
    for (const UndeclaredParameter& parameter : deduced) {
        EngineParameter entry;
        entry.name = parameter.name;
        entry.type = parameter.type;
        out.push_back(std::move(entry));
    }
    return out;
}

Result<void> Session::runUndeclaredCall(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    const tsql::ExecuteArgument* text = callArgument(node, 0, "@tsql");
    if (!text)
        return sqlError(
            201, "Procedure or function 'sp_describe_undeclared_parameters' expects parameter '@tsql', which was not supplied.", line, 4);
    ES_TRY(const std::string batch, evaluateText(run, *text->value));
    std::string declarations;
    if (const tsql::ExecuteArgument* given = callArgument(node, 1, "@params")) {
        ES_TRY(declarations, evaluateText(run, *given->value));
    }
    ES_TRY(const std::vector<EngineParameter> declared, parseDeclarations(declarations));
    const auto deduced = deduceTypes(batch, declared, line);
    if (!deduced) {
        const std::int32_t number = deduced.error().server ? deduced.error().server->number : 0;
        if ((number >= 11502 && number <= 11508) || number == 40517) return deduced.error();
        report(run, deduced.error()); // what is wrong with the batch, then what that means here
        return sqlError(11501, "The batch could not be analyzed because of compile errors.", line);
    }
    run.sink.columns(undeclaredShape());
    for (std::size_t i = 0; i < deduced->size(); ++i)
        sendUndeclared((*deduced)[i], static_cast<std::int64_t>(i) + 1, run.sink);
    run.sink.done({Command::kSelect, deduced->size(), false});
    run.sink.returnStatus(0);
    return {};
}

} // namespace es::sandbox
