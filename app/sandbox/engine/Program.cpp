#include "app/sandbox/engine/Program.h"

#include "app/sandbox/engine/Errors.h"
#include "app/sandbox/engine/InPlaceCells.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

#include <sqlite3.h>

#include <charconv>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::Value;

namespace {

void appendKey(std::string& key, std::int64_t number)
{
    key += std::to_string(number) + ',';
}

void appendKey(std::string& key, const SqlType& type)
{
    for (const std::int64_t part :
        {static_cast<std::int64_t>(type.id), static_cast<std::int64_t>(type.lengthBytes), std::int64_t{type.precision},
            std::int64_t{type.scale}, std::int64_t{type.collation.info}, std::int64_t{type.collation.sortId}})
        appendKey(key, part);
}

std::string keyOf(const ScalarCall& call)
{
    std::string key;
    appendKey(key, static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(call.function)));
    for (const SqlType& type : call.argTypes)
        appendKey(key, type);
    key += '|';
    appendKey(key, call.resultType);
    for (const std::int64_t constant : call.constants)
        appendKey(key, constant);
    key += call.text;
    return key;
}

void deleteSite(void* data)
{
    delete static_cast<ProgramSite*>(data);
}
ProgramSite& siteOf(sqlite3_context* context)
{
    return *static_cast<ProgramSite*>(sqlite3_user_data(context));
}

void fail(sqlite3_context* context, base::Error error)
{
    siteOf(context).connection->setFunctionError(std::move(error));
    sqlite3_result_error(context, "function failed", -1);
}

void callScalar(sqlite3_context* context, int count, sqlite3_value** values)
{
    ProgramSite& site = siteOf(context);
    const auto index = static_cast<std::size_t>(sqlite3_value_int64(values[0]));
    Result<Stored> result = site.program->evaluate(index, {values + 1, static_cast<std::size_t>(count - 1)});
    if (result)
        giveResult(context, *result);
    else
        fail(context, std::move(result).error());
}

void callMatch(sqlite3_context* context, int, sqlite3_value** values)
{
    if (sqlite3_value_type(values[1]) == SQLITE_NULL) return; // the outer side of a join: unknown
    const auto& answers = siteOf(context).program->matches(static_cast<std::size_t>(sqlite3_value_int64(values[0])));
    const RowMatch match = answers.get(sqlite3_value_int64(values[1]));
    if (match != RowMatch::kUnknown) sqlite3_result_int(context, match == RowMatch::kYes);
}

void callRank(sqlite3_context* context, int, sqlite3_value** values)
{
    if (sqlite3_value_type(values[1]) == SQLITE_NULL) return;
    const auto& answers = siteOf(context).program->ranks(static_cast<std::size_t>(sqlite3_value_int64(values[0])));
    if (const std::uint32_t rank = answers.get(sqlite3_value_int64(values[1]))) sqlite3_result_int64(context, rank);
}

void giveRowIds(sqlite3_context* context, std::span<const std::int64_t> rowIds)
{
    std::string out = "[";
    for (const std::int64_t rowId : rowIds) {
        if (out.size() > 1) out += ',';
        out += std::to_string(rowId);
    }
    out += ']';
    sqlite3_result_text64(context, out.data(), out.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void callSeek(sqlite3_context* context, int, sqlite3_value** values)
{
    giveRowIds(context, siteOf(context).program->found(static_cast<std::size_t>(sqlite3_value_int64(values[0]))));
}

void callPeers(sqlite3_context* context, int, sqlite3_value** values)
{
    if (sqlite3_value_type(values[1]) == SQLITE_NULL) return; // NULL has no peers
    const RankPeers& peers = siteOf(context).program->peers(static_cast<std::size_t>(sqlite3_value_int64(values[0])));
    giveRowIds(context, peers.of(static_cast<std::uint32_t>(sqlite3_value_int64(values[1]))));
}

void callNote(sqlite3_context* context, int, sqlite3_value** values)
{
    const auto entry = [&](sqlite3_value* cell) {
        IndexEntry out{sqlite3_value_int64(values[3]), std::nullopt};
        if (sqlite3_value_type(cell) != SQLITE_NULL) out.cell = std::get<base::Bytes>(storedFrom(cell));
        return out;
    };
    if (sqlite3_value_type(values[4]) != SQLITE_NULL && sqlite3_value_type(values[4]) != SQLITE_BLOB) return fail(context, brokenIndex("note"));
    if (sqlite3_value_type(values[5]) != SQLITE_NULL && sqlite3_value_type(values[5]) != SQLITE_BLOB) return fail(context, brokenIndex("note"));
    const std::int64_t kind = sqlite3_value_int64(values[2]); // 1 came, 2 changed, 3 went
    IndexNote note{sqlite3_value_int(values[0]), sqlite3_value_int(values[1]), {}, {}};
    if (kind != 1) note.before = entry(values[4]);
    if (kind != 3) note.after = entry(values[5]);
    siteOf(context).program->notes().push_back(std::move(note));
}

bool fitsIdentity(std::int64_t value, const types::SqlType& type)
{
    switch (type.id) {
    case types::TypeId::kTinyInt: return value >= 0 && value <= 255;
    case types::TypeId::kSmallInt: return value >= -32768 && value <= 32767;
    case types::TypeId::kInt: return value >= -2147483648LL && value <= 2147483647LL;
    default: return true;
    }
}

base::Error identityOverflow(const types::SqlType& type)
{
    return sqlError(8115, "Arithmetic overflow error converting IDENTITY to data type " + std::string(types::baseTypeName(type.id)) + ".");
}

void callIdentity(sqlite3_context* context, int, sqlite3_value**)
{
    IdentityRun& run = siteOf(context).program->identityRun();
    std::int64_t drawn = run.next;
    if (run.last && __builtin_add_overflow(*run.last, run.increment, &drawn))
        return fail(context, identityOverflow(run.type));
    if (!fitsIdentity(drawn, run.type)) return fail(context, identityOverflow(run.type));
    run.last = drawn;
    sqlite3_result_int64(context, drawn);
}

// The next value of the database's counter, as the 8 bytes that a rowversion column holds.
void callRowVersion(sqlite3_context* context, int, sqlite3_value**)
{
    auto next = static_cast<std::uint64_t>(++siteOf(context).program->rowVersion());
    base::Bytes bytes(8);
    for (std::size_t i = 8; i-- > 0; next >>= 8)
        bytes[i] = static_cast<base::Byte>(next);
    giveResult(context, Stored(std::move(bytes)));
}

struct TextOrder {
    types::Collation collation;
    types::TextKind kind;
};

int compareWith(void* data, int aSize, const void* a, int bSize, const void* b)
{
    const auto& rules = *static_cast<const TextOrder*>(data);
    return types::compareText({static_cast<const char*>(a), static_cast<std::size_t>(aSize)},
        {static_cast<const char*>(b), static_cast<std::size_t>(bSize)}, rules.collation, rules.kind);
}

void deleteCollation(void* data)
{
    delete static_cast<TextOrder*>(data);
}

// Two variants as hex digits. A collation cannot fail: what is malformed comes first.
int compareVariantKeys(void*, int aSize, const void* a, int bSize, const void* b)
{
    const auto variant = [](const void* digits, int size) {
        auto bytes = base::fromHex({static_cast<const char*>(digits), static_cast<std::size_t>(size)});
        return bytes ? types::Variant{std::move(*bytes)} : types::Variant{};
    };
    return types::compareVariants(variant(a, aSize), variant(b, bSize));
}

// Names are made by collationSqlName; anything else is not ours.
void makeCollation(void*, sqlite3* database, int, const char* name)
{
    const std::string_view text(name);
    if (text == kVariantCollation) {
        sqlite3_create_collation_v2(database, name, SQLITE_UTF8, nullptr, compareVariantKeys, nullptr);
        return;
    }
    if (text.size() < 6 || text.substr(0, 3) != "es_") return;
    const std::size_t bar = text.find('_', 3);
    types::Collation collation;
    std::from_chars(text.data() + 3, text.data() + bar, collation.info, 16);
    std::from_chars(text.data() + bar + 1, text.data() + text.size(), collation.sortId, 10);
    const auto kind = text.back() == 'c' ? types::TextKind::kCodePage : types::TextKind::kUnicode;
    sqlite3_create_collation_v2(database, name, SQLITE_UTF8, new TextOrder{collation, kind}, compareWith, deleteCollation);
}

} // namespace

std::string collationSqlName(const SqlType& type)
{
    char hex[9] = {};
    std::snprintf(hex, sizeof hex, "%08x", type.collation.info);
    return "es_" + std::string(hex) + '_' + std::to_string(type.collation.sortId) + (types::isUnicode(type.id) ? "" : "c");
}

std::size_t Program::add(ScalarCall call)
{
    const auto [entry, isNew] = m_byKey.emplace(keyOf(call), m_calls.size());
    if (isNew) m_calls.push_back(std::move(call));
    return entry->second;
}

void Program::clearCalls()
{
    m_calls.clear();
    m_byKey.clear();
    clearAnswers();
}

RowIdMap<RowMatch>& Program::matches(std::size_t index)
{
    return m_matches[index];
}
RowIdMap<std::uint32_t>& Program::ranks(std::size_t index)
{
    return m_ranks[index];
}

RankPeers& Program::peers(std::size_t index)
{
    return m_peers[index];
}

std::vector<std::int64_t>& Program::found(std::size_t index)
{
    return m_found[index];
}

void Program::clearAnswers()
{
    m_found.clear();
    m_peers.clear();
    m_matches.clear();
    m_ranks.clear();
}

Result<Stored> Program::evaluate(std::size_t index, std::span<sqlite3_value*> args)
{
    if (index >= m_calls.size() || args.size() != m_calls[index].argTypes.size())
        return sqlError(8624, "The plan names a function that is not there.");
    const ScalarCall& call = m_calls[index];
    std::vector<Value> values = std::move(m_args); // memory is used again from row to row; a nested call has its own
    values.clear();
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (sqlite3_value_type(args[i]) == SQLITE_NULL) {
            if (call.nullIfAnyNull) {
                m_args = std::move(values);
                return Stored{};
            }
            values.emplace_back(types::Null{});
            continue;
        }
        ES_TRY(Value value, fromStored(storedFrom(args[i]), call.argTypes[i]));
        values.push_back(std::move(value));
    }
    Result<Value> result = call.function({m_session, call, values});
    m_args = std::move(values);
    if (!result) return atLine(std::move(result).error(), call.line);
    return toStored(*result, call.resultType);
}

Result<void> installCollations(Connection& connection)
{
    if (const int code = sqlite3_collation_needed(connection.raw(), nullptr, makeCollation); code != SQLITE_OK)
        return connection.errorOf(code);
    return {};
}

Result<void> Program::installOn(Connection& connection)
{
    auto* site = new ProgramSite{this, &connection};
    // The site is freed with the first function registered, which lives as long as the connection.
    struct Entry {
        const char* name;
        int arguments;
        int flags;
        void (*function)(sqlite3_context*, int, sqlite3_value**);
    };
    static constexpr Entry kEntries[] = {
        {"es_f", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, callScalar},
        {"es_fv", -1, SQLITE_UTF8, callScalar},
        {"es_match", 2, SQLITE_UTF8, callMatch},
        {"es_rank", 2, SQLITE_UTF8, callRank},
        {"es_seek", 1, SQLITE_UTF8, callSeek},
        {"es_peers", 2, SQLITE_UTF8, callPeers},
        {"es_note", 6, SQLITE_UTF8 | SQLITE_INNOCUOUS, callNote}, // triggers may call it; it does no more than note,
        {"es_identity", 0, SQLITE_UTF8, callIdentity},
        {"es_rowversion", 0, SQLITE_UTF8, callRowVersion},
    };
    bool first = true;
    for (const Entry& entry : kEntries) {
        const int code = sqlite3_create_function_v2(connection.raw(), entry.name, entry.arguments, entry.flags, site, entry.function,
            nullptr, nullptr, first ? deleteSite : nullptr);
        first = false;
        if (code != SQLITE_OK) return connection.errorOf(code);
    }
    ES_CHECK(installCollations(connection));
    ES_CHECK(installCellFunction(connection));
    ES_CHECK(installTextAggregate(connection, *site));
    return installAggregates(connection, *site);
}

} // namespace es::sandbox
