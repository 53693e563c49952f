// Views about the server: sessions, connections, and how ODBC sees each data type.
#include "app/sandbox/engine/SystemViewTypes.h"

#include "app/sandbox/engine/Shared.h"
#include "driver/types/Collation.h"

#include <algorithm>

namespace es::sandbox::views {

namespace {

// One row per type that a column can have here, and one per type that can be an identity. An empty text is NULL.
struct TypeRow {
    std::string_view name;
    int systemType;
    int odbc3, odbc2; // SQL_... codes
    int precision, bitPrecision;
    std::string_view prefix, suffix, createParams;
    int nullable, caseSensitive, searchable;
    std::string_view isUnsigned; // "0", "1"
    int isMoney;
    std::string_view autoIncrement;
    std::string_view minimumScale, maximumScale;
    int sqlType;
    std::string_view sqlSub, radix;
    int userType;
    char sizeKind; // C characters or bytes, D digits, T fraction digits, F approximate, L large, X fixed
    int charBytes;
    int length; // of the fixed ones
    std::string_view scale;
    int tdsType, tdsNullable;
};

constexpr TypeRow kTypes[] = {
    {"time", 41, -154, -154, 8, 8, "'", "'", "scale", 1, 0, 3, "", 0, "", "0", "7", -154, "", "", 0, 'T', 1, 10, "", 0, 0},
    {"datetimeoffset", 43, -155, -155, 26, 26, "'", "'", "scale", 1, 0, 3, "", 0, "", "0", "7", -155, "", "", 0, 'T', 1, 20, "", 0, 0},
    {"uniqueidentifier", 36, -11, -11, 36, 36, "'", "'", "", 1, 0, 2, "", 0, "", "", "", -11, "", "", 0, 'X', 1, 16, "", 37, 37},
    {"xml", 241, -152, -152, 0, 0, "N'", "'", "", 1, 1, 0, "", 0, "", "", "", -152, "", "", 0, 'L', 1, 0, "", 0, 0},
    {"sql_variant", 98, -150, -150, 8000, 8000, "", "", "", 1, 0, 2, "", 0, "", "0", "0", -150, "", "10", 0, 'X', 1, 8000, "0", 39, 39},
    {"ntext", 99, -10, -10, 1073741823, 1073741823, "N'", "'", "", 1, 0, 1, "", 0, "", "", "", -10, "", "", 0, 'L', 1, 2147483646, "", 35,
        35},
    {"nvarchar", 231, -9, -9, 4000, 4000, "N'", "'", "max length", 1, 0, 3, "", 0, "", "", "", -9, "", "", 0, 'C', 2, 0, "", 39, 39},
    {"nchar", 239, -8, -8, 4000, 4000, "N'", "'", "length", 1, 0, 3, "", 0, "", "", "", -8, "", "", 0, 'C', 2, 0, "", 47, 39},
    {"bit", 104, -7, -7, 1, 1, "", "", "", 1, 0, 2, "", 0, "", "0", "0", -7, "", "", 16, 'X', 1, 1, "", 50, 50},
    {"tinyint", 48, -6, -6, 3, 3, "", "", "", 1, 0, 2, "1", 0, "0", "0", "0", -6, "", "10", 5, 'X', 1, 1, "0", 48, 38},
    {"tinyint identity", 48, -6, -6, 3, 3, "", "", "", 0, 0, 2, "1", 0, "1", "0", "0", -6, "", "10", 5, 'X', 1, 1, "0", 48, 38},
    {"bigint", 127, -5, -5, 19, 19, "", "", "", 1, 0, 2, "0", 0, "0", "0", "0", -5, "", "10", 0, 'X', 1, 8, "0", 63, 108},
    {"bigint identity", 127, -5, -5, 19, 19, "", "", "", 0, 0, 2, "0", 0, "1", "0", "0", -5, "", "10", 0, 'X', 1, 8, "0", 63, 108},
    {"image", 34, -4, -4, 2147483647, 2147483647, "0x", "", "", 1, 0, 0, "", 0, "", "", "", -4, "", "", 20, 'L', 1, 2147483647, "", 34, 34},
    {"varbinary", 165, -3, -3, 8000, 8000, "0x", "", "max length", 1, 0, 2, "", 0, "", "", "", -3, "", "", 4, 'C', 1, 0, "", 37, 37},
    {"binary", 173, -2, -2, 8000, 8000, "0x", "", "length", 1, 0, 2, "", 0, "", "", "", -2, "", "", 3, 'C', 1, 0, "", 45, 37},
    {"timestamp", 189, -2, -2, 8, 8, "0x", "", "", 0, 0, 2, "", 0, "", "", "", -2, "", "", 80, 'C', 1, 8, "", 45, 37},
    {"text", 35, -1, -1, 2147483647, 2147483647, "'", "'", "", 1, 0, 1, "", 0, "", "", "", -1, "", "", 19, 'L', 1, 2147483647, "", 35, 35},
    {"char", 175, 1, 1, 8000, 8000, "'", "'", "length", 1, 0, 3, "", 0, "", "", "", 1, "", "", 1, 'C', 1, 0, "", 47, 39},
    {"numeric", 108, 2, 2, 38, 38, "", "", "precision,scale", 1, 0, 2, "0", 0, "0", "0", "38", 2, "", "10", 10, 'D', 1, 0, "", 63, 108},
    {"numeric() identity", 108, 2, 2, 38, 38, "", "", "precision", 0, 0, 2, "0", 0, "1", "0", "0", 2, "", "10", 10, 'D', 1, 0, "", 63, 108},
    {"decimal", 106, 3, 3, 38, 38, "", "", "precision,scale", 1, 0, 2, "0", 0, "0", "0", "38", 3, "", "10", 24, 'D', 1, 0, "", 55, 106},
    {"money", 60, 3, 3, 19, 19, "$", "", "", 1, 0, 2, "0", 1, "0", "4", "4", 3, "", "10", 11, 'X', 1, 21, "4", 60, 110},
    {"smallmoney", 122, 3, 3, 10, 10, "$", "", "", 1, 0, 2, "0", 1, "0", "4", "4", 3, "", "10", 21, 'X', 1, 12, "4", 122, 110},
    {"decimal() identity", 106, 3, 3, 38, 38, "", "", "precision", 0, 0, 2, "0", 0, "1", "0", "0", 3, "", "10", 24, 'D', 1, 0, "", 55, 106},
    {"int", 56, 4, 4, 10, 10, "", "", "", 1, 0, 2, "0", 0, "0", "0", "0", 4, "", "10", 7, 'X', 1, 4, "0", 56, 38},
    {"int identity", 56, 4, 4, 10, 10, "", "", "", 0, 0, 2, "0", 0, "1", "0", "0", 4, "", "10", 7, 'X', 1, 4, "0", 56, 38},
    {"smallint", 52, 5, 5, 5, 5, "", "", "", 1, 0, 2, "0", 0, "0", "0", "0", 5, "", "10", 6, 'X', 1, 2, "0", 52, 38},
    {"smallint identity", 52, 5, 5, 5, 5, "", "", "", 0, 0, 2, "0", 0, "1", "0", "0", 5, "", "10", 6, 'X', 1, 2, "0", 52, 38},
    {"float", 62, 6, 6, 15, 53, "", "", "", 1, 0, 2, "0", 0, "0", "", "", 6, "", "10", 8, 'F', 1, 8, "", 62, 109},
    {"real", 59, 7, 7, 7, 24, "", "", "", 1, 0, 2, "0", 0, "0", "", "", 7, "", "10", 23, 'F', 1, 4, "", 59, 109},
    {"varchar", 167, 12, 12, 8000, 8000, "'", "'", "max length", 1, 0, 3, "", 0, "", "", "", 12, "", "", 2, 'C', 1, 0, "", 39, 39},
    {"date", 40, 91, 9, 10, 10, "'", "'", "", 1, 0, 3, "", 0, "", "", "", 9, "1", "", 0, 'X', 1, 6, "", 0, 0},
    {"datetime2", 42, 93, 11, 19, 19, "'", "'", "scale", 1, 0, 3, "", 0, "", "0", "7", 9, "3", "", 0, 'T', 1, 16, "", 0, 0},
    {"datetime", 61, 93, 11, 23, 23, "'", "'", "", 1, 0, 3, "", 0, "", "3", "3", 9, "3", "", 12, 'X', 1, 16, "3", 61, 111},
    {"smalldatetime", 58, 93, 11, 16, 16, "'", "'", "", 1, 0, 3, "", 0, "", "0", "0", 9, "3", "", 22, 'X', 1, 16, "0", 58, 111},
};

std::string orNull(std::string_view number)
{
    return number.empty() ? "NULL" : std::string(number);
}
std::string textOrNull(std::string_view text)
{
    return text.empty() ? "NULL" : quoted(text);
}

SystemView dataTypes(SessionFacts&)
{
    std::string rows;
    for (const TypeRow& t : kTypes) {
        std::string cells = quoted(t.name);
        for (const int number : {t.systemType, t.odbc3, t.odbc2, t.precision, t.bitPrecision})
            cells += ", " + std::to_string(number);
        for (const std::string_view text : {t.prefix, t.suffix, t.createParams})
            cells += ", " + textOrNull(text);
        for (const int number : {t.nullable, t.caseSensitive, t.searchable})
            cells += ", " + std::to_string(number);
        cells += ", " + orNull(t.isUnsigned) + ", " + std::to_string(t.isMoney) + ", " + (t.autoIncrement == "1" ? "1" : "0");
        for (const std::string_view number : {t.autoIncrement, t.minimumScale, t.maximumScale})
            cells += ", " + orNull(number);
        cells += ", " + std::to_string(t.sqlType) + ", " + orNull(t.sqlSub) + ", " + orNull(t.radix) + ", " + std::to_string(t.userType)
            + ", '" + t.sizeKind + "', " + std::to_string(t.charBytes) + ", " + std::to_string(t.length) + ", " + orNull(t.scale);
        cells += ", " + std::to_string(t.tdsType) + ", " + std::to_string(t.tdsNullable);
        addRow(rows, cells);
    }
    const types::SqlType text32 = types::makeSized(types::TypeId::kVarChar, 32);
    return withRows(
        {{"type_name", kSysname, false}, {"system_type_id", kInt, false}, {"odbc3_type", kInt, false}, {"odbc2_type", kInt, false},
            {"fixed_precision", kInt, false}, {"bit_precision", kInt, false}, {"literal_prefix", text32, true},
            {"literal_suffix", text32, true}, {"create_params", text32, true}, {"nullable", kInt, false}, {"case_sensitive", kInt, false},
            {"searchable", kInt, false}, {"unsigned_attribute", kInt, true}, {"is_money", kInt, false}, {"auto_increment", kInt, false},
            {"auto_attribute", kInt, true}, {"minimum_scale", kInt, true}, {"maximum_scale", kInt, true}, {"sql_type", kInt, false},
            {"sql_sub", kInt, true}, {"radix", kInt, true}, {"usertype", kInt, false},
            {"size_kind", types::makeSized(types::TypeId::kChar, 1), false}, {"char_bytes", kInt, false}, {"fixed_length", kInt, false},
            {"fixed_scale", kInt, true}, {"tds_type", kInt, false}, {"tds_nullable", kInt, false}},
        std::move(rows));
}

int isolationNumber(std::string_view level)
{
    static constexpr std::string_view kLevels[] = {"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT"};
    return static_cast<int>(std::find(std::begin(kLevels), std::end(kLevels), level) - std::begin(kLevels)) + 1;
}

// Without a permission to look at the server one sees oneself alone.
std::map<std::int32_t, EngineShared::SessionEntry> visibleSessions(SessionFacts& session)
{
    auto all = session.shared->sessions();
    EngineShared::SessionEntry& own = all[session.spid];
    own.login = session.login;
    own.hostName = session.hostName;
    own.applicationName = session.applicationName;
    own.language = session.language;
    own.isolation = session.isolation;
    own.lockTimeoutMs = session.lockTimeoutMs;
    own.rowCount = session.rowCount;
    own.lastError = session.lastError;
    own.transactionCount = session.transactionCount;
    own.databaseId = session.catalog->databaseId;
    own.running = true;
    const bool sees = !session.access || session.access->administrator() || session.access->allowsServer("VIEW SERVER STATE")
        || session.access->allowsServer("VIEW SERVER PERFORMANCE STATE");
    if (!sees) std::erase_if(all, [&](const auto& entry) { return entry.first != session.spid; });
    return all;
}

// The others as of the beginning or end of their last request.
SystemView sessions(SessionFacts& session)
{
    std::string rows;
    for (const auto& [spid, entry] : visibleSessions(session))
        addRow(rows,
            std::to_string(spid) + ", " + std::to_string(entry.loginTime) + ", " + quoted(entry.hostName) + ", " + quoted(entry.applicationName)
                + ", 0, " + quoted(entry.login) + ", " + (entry.running ? "'running'" : "'sleeping'") + ", " + quoted(entry.language)
                + ", 'mdy', 7, 1, 1, 1, 1, " + std::to_string(isolationNumber(entry.isolation)) + ", " + std::to_string(entry.lockTimeoutMs) + ", 0, "
                + std::to_string(entry.rowCount) + ", " + std::to_string(entry.lastError) + ", " + quoted(entry.login) + ", 1, "
                + std::to_string(entry.databaseId) + ", " + std::to_string(entry.transactionCount));
    return withRows(
        {{"session_id", kSmallInt, false}, {"login_time", kDateTime, false}, {"host_name", kSysname, true},
            {"program_name", kSysname, true}, {"host_process_id", kInt, true}, {"login_name", kSysname, false},
            {"status", types::makeSized(types::TypeId::kNVarChar, 30), false}, {"language", kSysname, true},
            {"date_format", types::makeSized(types::TypeId::kNVarChar, 3), true}, {"date_first", kSmallInt, false},
            {"quoted_identifier", kBit, false}, {"ansi_nulls", kBit, false}, {"ansi_padding", kBit, false}, {"ansi_warnings", kBit, false},
            {"transaction_isolation_level", kSmallInt, false},
            {"lock_timeout", kInt, false}, {"deadlock_priority", kInt, false},
            {"row_count", kBigInt, false}, {"prev_error", kInt, false}, {"original_login_name", kSysname, false},
            {"is_user_process", kBit, false}, {"database_id", kSmallInt, false}, {"open_transaction_count", kInt, false}},
        std::move(rows));
}

SystemView connections(SessionFacts& session)
{
    std::string rows;
    for (const auto& [spid, entry] : visibleSessions(session))
        addRow(rows,
            std::to_string(spid) + ", " + std::to_string(spid) + ", " + std::to_string(entry.loginTime)
                + ", 'TCP', 'TSQL', "
                  "1946157060, 'TRUE', 'SQL', NULL, NULL, NULL, NULL");
    return withRows({{"session_id", kInt, true}, {"most_recent_session_id", kInt, true}, {"connect_time", kDateTime, false},
                        {"net_transport", types::makeSized(types::TypeId::kNVarChar, 40), false},
                        {"protocol_type", types::makeSized(types::TypeId::kNVarChar, 40), true}, {"protocol_version", kInt, true},
                        {"encrypt_option", types::makeSized(types::TypeId::kNVarChar, 40), false},
                        {"auth_scheme", types::makeSized(types::TypeId::kNVarChar, 40), false},
                        {"client_net_address", types::makeSized(types::TypeId::kVarChar, 48), true}, {"client_tcp_port", kInt, true},
                        {"local_net_address", types::makeSized(types::TypeId::kVarChar, 48), true}, {"local_tcp_port", kInt, true}},
        std::move(rows));
}

// The collation of each character column: five bytes as the wire has them, and its name.                         MS-TDS 2.2.5.1.2
SystemView tableCollations(SessionFacts& session)
{
    std::string rows;
    for (const CatalogTable& table : session.catalog->tables)
        for (const CatalogColumn& column : table.columns) {
            const std::string place = std::to_string(table.objectId) + ", " + std::to_string(column.id) + ", " + quoted(column.name);
            if (!types::isText(column.type.id)) {
                addRow(rows, place + ", NULL, NULL");
                continue;
            }
            base::Bytes wire;
            for (int shift = 0; shift < 32; shift += 8)
                wire.push_back(static_cast<base::Byte>(column.type.collation.info >> shift));
            wire.push_back(column.type.collation.sortId);
            addRow(rows, place + ", " + sqlLiteral(Stored(wire)) + ", " + quoted(types::collationName(column.type.collation)));
        }
    std::vector<SystemViewColumn> columns{{"object_id", kInt, false}, {"colid", kInt, false}, {"name", kSysname, false},
        {"tds_collation", types::makeSized(types::TypeId::kBinary, 5), true}, {"collation", kSysname, true}};
    return rows.empty() ? noRows(std::move(columns)) : withRows(std::move(columns), std::move(rows));
}

constexpr ViewEntry kViews[] = {
    {"sys.spt_tablecollations_view", tableCollations},
    {"sys.spt_datatype_info", dataTypes},
    {"sys.dm_exec_sessions", sessions},
    {"sys.dm_exec_connections", connections},
};

} // namespace

std::span<const ViewEntry> serverViews()
{
    return kViews;
}

} // namespace es::sandbox::views
