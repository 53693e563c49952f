// STRING_AGG: es_string_agg(value, separator, limit, unicode, key, info, sort, descending). Values are joined in the order of their keys,
// equal keys and no keys (NULL for all) in the order of the rows; `limit` bytes may come out (0: as many as there are), counted in UTF-16
// for `unicode`; text keys compare by the collation (info, sort).
#include "app/sandbox/engine/Program.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"

#include <sqlite3.h>

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

struct Entry {
    std::string value;
    std::string separator;
    sqlite3_value* key;
};

struct Joined {
    std::vector<Entry> entries;
    types::Collation collation;
    types::TextKind kind = types::TextKind::kUnicode;
    std::int64_t limit = 0;
    bool unicode = false;
    bool descending = false;

    ~Joined()
    {
        for (const Entry& entry : entries)
            sqlite3_value_free(entry.key);
    }
};

struct Slot {
    Joined* joined; // zero-filled by SQLite
};

std::string textOf(sqlite3_value* value)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text ? std::string(text, static_cast<std::size_t>(sqlite3_value_bytes(value))) : std::string();
}

template <class T> int order(T a, T b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

// NULL first, as in ORDER BY.
int compareKeys(sqlite3_value* a, sqlite3_value* b, const Joined& joined)
{
    const int aType = sqlite3_value_type(a);
    const int bType = sqlite3_value_type(b);
    if (aType == SQLITE_NULL || bType == SQLITE_NULL) return order(aType != SQLITE_NULL, bType != SQLITE_NULL);
    if (aType == SQLITE_TEXT) return types::compareText(textOf(a), textOf(b), joined.collation, joined.kind);
    if (aType == SQLITE_INTEGER && bType == SQLITE_INTEGER) return order(sqlite3_value_int64(a), sqlite3_value_int64(b));
    if (aType != SQLITE_BLOB) return order(sqlite3_value_double(a), sqlite3_value_double(b));
    const std::string_view x(static_cast<const char*>(sqlite3_value_blob(a)), static_cast<std::size_t>(sqlite3_value_bytes(a)));
    const std::string_view y(static_cast<const char*>(sqlite3_value_blob(b)), static_cast<std::size_t>(sqlite3_value_bytes(b)));
    return x.compare(y); // char_traits<char> compares as unsigned bytes
}

void onStep(sqlite3_context* context, int, sqlite3_value** values)
{
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
    auto* slot = static_cast<Slot*>(sqlite3_aggregate_context(context, sizeof(Slot)));
    if (!slot) return;
    if (!slot->joined) {
        slot->joined = new Joined;
        slot->joined->limit = sqlite3_value_int64(values[2]);
        slot->joined->unicode = sqlite3_value_int(values[3]) != 0;
        slot->joined->collation.info = static_cast<std::uint32_t>(sqlite3_value_int64(values[5]));
        slot->joined->collation.sortId = static_cast<std::uint8_t>(sqlite3_value_int(values[6]));
        slot->joined->kind = sqlite3_value_int(values[6]) >= 256 ? types::TextKind::kCodePage : types::TextKind::kUnicode;
        slot->joined->descending = sqlite3_value_int(values[7]) != 0;
    }
    slot->joined->entries.push_back({textOf(values[0]), textOf(values[1]), sqlite3_value_dup(values[4])});
}

void onFinal(sqlite3_context* context)
{
    auto* slot = static_cast<Slot*>(sqlite3_aggregate_context(context, 0));
    if (!slot || !slot->joined) return sqlite3_result_null(context);
    const std::unique_ptr<Joined> joined(slot->joined);
    slot->joined = nullptr;
    std::stable_sort(joined->entries.begin(), joined->entries.end(), [&](const Entry& a, const Entry& b) {
        const int compared = compareKeys(a.key, b.key, *joined);
        return joined->descending ? compared > 0 : compared < 0;
    });
    std::string out;
    for (const Entry& entry : joined->entries)
        out += (&entry == &joined->entries.front() ? "" : entry.separator) + entry.value;
    const std::size_t size = joined->unicode ? base::utf16Units(out) * 2 : out.size();
    if (joined->limit > 0 && size > static_cast<std::size_t>(joined->limit)) {
        static_cast<ProgramSite*>(sqlite3_user_data(context))
            ->connection->setFunctionError(sqlError(9829,
                "STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result truncation."));
        return sqlite3_result_error(context, "too long", -1);
    }
    sqlite3_result_text64(context, out.data(), out.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

} // namespace

Result<void> installTextAggregate(Connection& connection, ProgramSite& site)
{
    const int code = sqlite3_create_function_v2(connection.raw(), "es_string_agg", 8, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
        new ProgramSite(site), nullptr, onStep, onFinal, [](void* owned) { delete static_cast<ProgramSite*>(owned); });
    if (code != SQLITE_OK) return connection.errorOf(code);
    return {};
}

} // namespace es::sandbox
