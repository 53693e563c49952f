#include "app/sandbox/engine/Sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace es::sandbox {

using base::ByteView;
using base::Error;
using base::Result;

namespace {

ByteView viewOfBlob(const void* data, int size)
{
    return {static_cast<const base::Byte*>(data), static_cast<std::size_t>(size)};
}

Error storageError(std::int32_t number, std::uint8_t severity, std::string words, std::string remedy)
{
    Error error = sqlError(number, std::move(words), 0, 1, severity);
    error.code = kStorageFailed;
    error.text = "The sandbox could not use its database file.";
    error.setting = "data";
    error.remedy = std::move(remedy);
    return error;
}

// A quota and a limit on the size of files are a full disk too; SQLite takes only ENOSPC for one, and that not everywhere.
bool isOutOfSpace(int systemError)
{
    return systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG;
}

Error diskFull()
{
    return storageError(1105, 17, "Could not allocate space in the database because the disk is full.",
        "Free space on the disk that holds the data folder, then run the statement again.");
}

} // namespace

Stored storedFrom(sqlite3_value* value)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_value_int64(value));
    case SQLITE_FLOAT: return sqlite3_value_double(value);
    case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
        return std::string(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
    }
    case SQLITE_BLOB: {
        const void* data = sqlite3_value_blob(value);
        const ByteView view = viewOfBlob(data, sqlite3_value_bytes(value));
        return base::Bytes(view.begin(), view.end());
    }
    default: return std::monostate{};
    }
}

void giveResult(sqlite3_context* context, const Stored& stored)
{
    if (const auto* number = std::get_if<std::int64_t>(&stored))
        sqlite3_result_int64(context, *number);
    else if (const auto* real = std::get_if<double>(&stored))
        sqlite3_result_double(context, *real);
    else if (const auto* text = std::get_if<std::string>(&stored))
        sqlite3_result_text64(context, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (const auto* blob = std::get_if<base::Bytes>(&stored)) {
        if (blob->empty())
            sqlite3_result_zeroblob(context, 0);
        else
            sqlite3_result_blob64(context, blob->data(), blob->size(), SQLITE_TRANSIENT);
    } else
        sqlite3_result_null(context);
}

// --- SqliteStatement ---

SqliteStatement::~SqliteStatement()
{
    sqlite3_finalize(m_statement);
}

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : m_connection(other.m_connection)
    , m_statement(std::exchange(other.m_statement, nullptr))
{
}

SqliteStatement& SqliteStatement::operator=(SqliteStatement&& other) noexcept
{
    std::swap(m_connection, other.m_connection);
    std::swap(m_statement, other.m_statement);
    return *this;
}

void SqliteStatement::bind(int index, const Stored& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value))
        sqlite3_bind_int64(m_statement, index, *number);
    else if (const auto* real = std::get_if<double>(&value))
        sqlite3_bind_double(m_statement, index, *real);
    else if (const auto* text = std::get_if<std::string>(&value))
        sqlite3_bind_text64(m_statement, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    else if (const auto* blob = std::get_if<base::Bytes>(&value)) {
        if (blob->empty())
            sqlite3_bind_zeroblob(m_statement, index, 0);
        else
            sqlite3_bind_blob64(m_statement, index, blob->data(), blob->size(), SQLITE_TRANSIENT);
    } else
        sqlite3_bind_null(m_statement, index);
}

void SqliteStatement::bindBlobView(int index, ByteView bytes)
{
    if (bytes.empty())
        sqlite3_bind_zeroblob(m_statement, index, 0);
    else
        sqlite3_bind_blob64(m_statement, index, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void SqliteStatement::bindInt(int index, std::int64_t value)
{
    sqlite3_bind_int64(m_statement, index, value);
}

Result<bool> SqliteStatement::step()
{
    errno = 0; // a failed COMMIT leaves its reason nowhere else
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    Error error = m_connection->errorOf(sqlite3_extended_errcode(m_connection->raw()));
    sqlite3_reset(m_statement);
    return error;
}

void SqliteStatement::reset()
{
    sqlite3_reset(m_statement);
}
int SqliteStatement::columnCount() const
{
    return sqlite3_column_count(m_statement);
}
int SqliteStatement::parameterCount() const
{
    return sqlite3_bind_parameter_count(m_statement);
}
bool SqliteStatement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}
std::int64_t SqliteStatement::intAt(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}
double SqliteStatement::realAt(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

std::string_view SqliteStatement::textAt(int column) const
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
    return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))) : std::string_view{};
}

ByteView SqliteStatement::blobAt(int column) const
{
    const void* data = sqlite3_column_blob(m_statement, column);
    return viewOfBlob(data, sqlite3_column_bytes(m_statement, column));
}

Stored SqliteStatement::storedAt(int column) const
{
    switch (sqlite3_column_type(m_statement, column)) {
    case SQLITE_INTEGER: return intAt(column);
    case SQLITE_FLOAT: return realAt(column);
    case SQLITE_TEXT: return std::string(textAt(column));
    case SQLITE_BLOB: {
        const ByteView view = blobAt(column);
        return base::Bytes(view.begin(), view.end());
    }
    default: return std::monostate{};
    }
}

// --- Connection ---

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, bool create)
{
    std::unique_ptr<Connection> connection(new Connection);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    if (const int code = sqlite3_open_v2(path.c_str(), &connection->m_handle, flags, nullptr); code != SQLITE_OK)
        return connection->errorOf(code);
    sqlite3_extended_result_codes(connection->m_handle, 1);
    sqlite3_busy_handler(connection->m_handle, &Connection::onBusy, connection.get());
    // The Bloom filter of a join hashes the length of a text, whatever its collation says: 'a' would not meet 'A '. Later versions do not.
    constexpr int kFirstSoundVersion = 3043000;
    constexpr unsigned kBloomFilter = 0x00080000; // SQLITE_BloomFilter
    if (sqlite3_libversion_number() < kFirstSoundVersion) sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, connection->m_handle, kBloomFilter);
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA secure_delete=ON", "PRAGMA foreign_keys=OFF",
             "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-16384", "PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON"}) {
        ES_TRY(SqliteStatement statement, connection->prepare(pragma));
        ES_TRY([[maybe_unused]] const bool row, statement.step());
    }
    return connection;
}

Connection::~Connection()
{
    sqlite3_close_v2(m_handle);
}

int Connection::onBusy(void* self, int count)
{
    const auto& patience = static_cast<Connection*>(self)->m_patience;
    const std::int64_t napMs = count < 5 ? 1 : 10;
    const std::int64_t waitedMs = count < 5 ? count : 5 + std::int64_t{count - 5} * 10;
    if (patience.stop.stop_requested() || (patience.timeoutMs >= 0 && waitedMs >= patience.timeoutMs)) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(napMs));
    return 1;
}

Result<SqliteStatement> Connection::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()), 0, &statement, nullptr);
    if (code != SQLITE_OK) return errorOf(sqlite3_extended_errcode(m_handle));
    return SqliteStatement(this, statement);
}

Result<void> Connection::run(std::string_view sql)
{
    ES_TRY(SqliteStatement statement, prepare(sql));
    bool more = true;
    while (more) {
        ES_TRY(more, statement.step());
    }
    return {};
}

Result<void> Connection::run(std::string_view sql, std::initializer_list<Stored> values)
{
    ES_TRY(SqliteStatement statement, prepare(sql));
    int index = 1;
    for (const Stored& value : values)
        statement.bind(index++, value);
    ES_TRY([[maybe_unused]] const bool row, statement.step());
    return {};
}

Result<std::int64_t> Connection::queryInt(std::string_view sql)
{
    ES_TRY(SqliteStatement statement, prepare(sql));
    ES_TRY(const bool row, statement.step());
    return row ? statement.intAt(0) : std::int64_t{0};
}

std::int64_t Connection::changes() const
{
    return sqlite3_changes64(m_handle);
}
std::int64_t Connection::lastRowId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}
bool Connection::inTransaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}
void Connection::interrupt()
{
    sqlite3_interrupt(m_handle);
}

Error Connection::errorOf(int code)
{
    const bool outOfSpace = isOutOfSpace(errno) || (m_handle && isOutOfSpace(sqlite3_system_errno(m_handle)));
    if (m_functionError && (code & 0xFF) == SQLITE_ERROR) {
        Error error = std::move(*m_functionError);
        m_functionError.reset();
        return error;
    }
    m_functionError.reset();
    const std::string words = m_handle ? sqlite3_errmsg(m_handle) : "the file cannot be opened";
    switch (code & 0xFF) {
    case SQLITE_INTERRUPT: return cancelledInside();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        if (m_patience.stop.stop_requested()) return cancelledInside();
        return lockTimeout(0);
    case SQLITE_CONSTRAINT: {
        // Which constraint is known only to who knows the catalog: see ConstraintErrors in ExecuteDml.cpp.
        Error error = sqlError(2627, words);
        error.code = kConstraint;
        return error;
    }
    case SQLITE_FULL: return diskFull();
    case SQLITE_IOERR:
        if (outOfSpace) return diskFull();
        return storageError(823, 17, "The operating system returned an error to the database engine: " + words + ".",
            "Check the disk and the data folder, then run the statement again.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return storageError(824, 17, "The database engine detected a damaged database file: " + words + ".",
            "Restore the file from a copy, or start with a new data folder.");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return storageError(
            5123, 16, "The database file cannot be opened or written: " + words + ".", "Check the rights of the data folder.");
    case SQLITE_NOMEM: return storageError(701, 17, "There is insufficient system memory to run this query.", "Ask for less at once.");
    case SQLITE_TOOBIG:
        return storageError(8623, 16, "The query or one of its values is too large for the sandbox.", "Ask for less at once.");
    default:
        return storageError(8624, 16, "The sandbox could not run its plan for this statement: " + words + ".",
            "Report the statement to the makers of the sandbox.");
    }
}

// --- TransactionScope ---

Result<TransactionScope> TransactionScope::begin(Connection& connection, Kind kind)
{
    if (connection.inTransaction()) {
        if (kind == Kind::kRead) return TransactionScope(&connection, false, false);
        ES_CHECK(connection.run("SAVEPOINT es_statement"));
        return TransactionScope(&connection, true, true);
    }
    ES_CHECK(connection.run(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED"));
    return TransactionScope(&connection, true, false);
}

TransactionScope::TransactionScope(TransactionScope&& other) noexcept
    : m_connection(other.m_connection)
    , m_owns(std::exchange(other.m_owns, false))
    , m_savepoint(other.m_savepoint)
{
}

TransactionScope::~TransactionScope()
{
    if (!m_owns || !m_connection->inTransaction()) // SQLite may have rolled back by itself (disk full)
        return;
    // A rollback that fails leaves the transaction open for the next statement to report: nothing is lost in silence.
    if (m_savepoint) {
        (void)m_connection->run("ROLLBACK TO es_statement");
        (void)m_connection->run("RELEASE es_statement");
    } else
        (void)m_connection->run("ROLLBACK");
}

Result<void> TransactionScope::commit()
{
    if (!m_owns) return {};
    ES_CHECK(m_connection->run(m_savepoint ? "RELEASE es_statement" : "COMMIT"));
    m_owns = false;
    return {};
}

} // namespace es::sandbox
