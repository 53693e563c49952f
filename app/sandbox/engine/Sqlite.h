// The only door to SQLite: connection, statement, stored values; its result codes become Errors here.
// Thread: session thread only, except Connection::interrupt (any).
#pragma once

#include "app/sandbox/engine/Errors.h"
#include "driver/base/Bytes.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <variant>

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;
struct sqlite3_context;

namespace es::sandbox {

// What SQLite holds in one cell or variable: NULL, INTEGER, REAL, TEXT (UTF-8), BLOB. StorageCodec.h gives it its SQL Server meaning.
using Stored = std::variant<std::monostate, std::int64_t, double, std::string, base::Bytes>;

[[nodiscard]] inline bool isNull(const Stored& stored)
{
    return stored.index() == 0;
}
[[nodiscard]] Stored storedFrom(sqlite3_value* value);
void giveResult(sqlite3_context* context, const Stored& stored);

class Connection;

// One prepared statement; finalised at the end. Views of columns are valid until the next step.
class SqliteStatement {
public:
    SqliteStatement() = default;
    ~SqliteStatement();
    SqliteStatement(SqliteStatement&& other) noexcept;
    SqliteStatement& operator=(SqliteStatement&& other) noexcept;
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    void bind(int index, const Stored& value); // from 1; copied
    void bindBlobView(int index, base::ByteView bytes); // not copied: must live until reset or the next bind
    void bindInt(int index, std::int64_t value);
    // True: a row is there. False: finished. Errors: what Connection::errorOf says.
    [[nodiscard]] base::Result<bool> step();
    void reset();

    [[nodiscard]] int columnCount() const;
    [[nodiscard]] int parameterCount() const;
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::int64_t intAt(int column) const;
    [[nodiscard]] double realAt(int column) const;
    [[nodiscard]] std::string_view textAt(int column) const;
    [[nodiscard]] base::ByteView blobAt(int column) const;
    [[nodiscard]] Stored storedAt(int column) const;
    [[nodiscard]] sqlite3_stmt* raw() const { return m_statement; }
    [[nodiscard]] explicit operator bool() const { return m_statement != nullptr; }

private:
    friend class Connection;
    SqliteStatement(Connection* connection, sqlite3_stmt* statement)
        : m_connection(connection)
        , m_statement(statement)
    {
    }
    Connection* m_connection = nullptr;
    sqlite3_stmt* m_statement = nullptr;
};

// How long and for whom a writer waits for another one.
struct LockPatience {
    std::int64_t timeoutMs = 30'000;
    std::stop_token stop;
};

class Connection {
public:
    // Opens (and makes, if `create`) the file with the pragmas of the house: WAL, secure_delete=ON, foreign keys off (checked by us).
    [[nodiscard]] static base::Result<std::unique_ptr<Connection>> open(const std::string& path, bool create);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] base::Result<SqliteStatement> prepare(std::string_view sql);
    [[nodiscard]] base::Result<void> run(std::string_view sql); // one statement without rows
    [[nodiscard]] base::Result<void> run(std::string_view sql, std::initializer_list<Stored> values); // for ?1, ?2 ..
    [[nodiscard]] base::Result<std::int64_t> queryInt(std::string_view sql);
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] std::int64_t lastRowId() const;
    [[nodiscard]] bool inTransaction() const;
    void interrupt(); // thread: any

    void setPatience(LockPatience patience) { m_patience = std::move(patience); }
    [[nodiscard]] const LockPatience& patience() const { return m_patience; }

    // A scalar function that fails leaves its Error here, since SQLite carries only text.
    void setFunctionError(base::Error error) { m_functionError = std::move(error); }
    [[nodiscard]] base::Error errorOf(int code);

    [[nodiscard]] sqlite3* raw() const { return m_handle; }

private:
    Connection() = default;
    static int onBusy(void* self, int count);

    sqlite3* m_handle = nullptr;
    LockPatience m_patience;
    std::optional<base::Error> m_functionError;
};

// BEGIN .. COMMIT around a piece of work; rolls back unless commit() was called. Does nothing inside an open transaction.
class TransactionScope {
public:
    enum class Kind { kRead, kWrite };
    [[nodiscard]] static base::Result<TransactionScope> begin(Connection& connection, Kind kind);
    ~TransactionScope();
    TransactionScope(TransactionScope&& other) noexcept;
    TransactionScope& operator=(TransactionScope&&) = delete;
    TransactionScope(const TransactionScope&) = delete;
    TransactionScope& operator=(const TransactionScope&) = delete;
    [[nodiscard]] base::Result<void> commit();

private:
    TransactionScope(Connection* connection, bool owns, bool savepoint)
        : m_connection(connection)
        , m_owns(owns)
        , m_savepoint(savepoint)
    {
    }
    Connection* m_connection;
    bool m_owns;
    bool m_savepoint; // inside an open transaction a write scope is a savepoint: statements stay atomic
};

} // namespace es::sandbox
