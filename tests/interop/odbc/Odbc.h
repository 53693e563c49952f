// A thin layer over unixODBC: connections, statements, values as text, and steps that print what was seen.
// Errors: OdbcError with the diagnostics of the driver. Thread: one thread per object; cancel() from any.
#pragma once

#include "Vendor.h"

#include <functional>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct OdbcError : std::runtime_error {
    OdbcError(const std::string& text, std::string state, int native)
        : std::runtime_error(text)
        , sqlState(std::move(state))
        , number(native)
    {
    }
    std::string sqlState; // of the first diagnostic
    int number; // the server's number, likewise
    bool mentions(std::string_view word) const { return std::string_view(what()).find(word) != std::string_view::npos; }
};

struct Settings {
    std::string driver, server, user, password, database, providerLibrary, columnEncryption;
};

using Cell = std::optional<std::string>; // UTF-8; binary columns as the driver prints them (hexadecimal)
using Row = std::vector<Cell>;

// A parameter's value: what is in the buffer, and which SQL type it is to become.
struct Value {
    SQLSMALLINT cType = SQL_C_WCHAR;
    SQLSMALLINT sqlType = SQL_WVARCHAR;
    SQLULEN size = 0;
    SQLSMALLINT digits = 0;
    std::string bytes;
    bool null = false;
    SQLSMALLINT serverType = 0; // vendor::kMoney and so on, for encrypted columns
    SQLSMALLINT direction = SQL_PARAM_INPUT;

    static Value text(std::string_view utf8, SQLSMALLINT sqlType = SQL_WVARCHAR, SQLULEN size = 0, SQLSMALLINT digits = 0);
    static Value integer(SQLINTEGER number);
    static Value money(std::string_view decimal);
    static Value nothing(SQLSMALLINT sqlType, SQLULEN size, SQLSMALLINT digits);
};

class Connection {
public:
    // `extra` is appended to the connection string; `bulk` allows bulk copy.
    explicit Connection(const Settings& settings, const std::string& extra = {}, bool bulk = false);
    ~Connection();
    Connection(const Connection&) = delete;

    void loadProviders(const std::string& library);
    void run(const std::string& sql); // all its results
    std::vector<Row> rows(const std::string& sql);
    std::string one(const std::string& sql); // first cell of the first row
    void autocommit(bool on);
    void end(bool commit);
    SQLHDBC handle() const { return m_handle; }

private:
    SQLHENV m_environment = nullptr;
    SQLHDBC m_handle = nullptr;
};

class Statement {
public:
    explicit Statement(Connection& connection);
    ~Statement();
    Statement(const Statement&) = delete;

    void direct(const std::string& sql);
    void prepare(const std::string& sql);
    void bind(int number, const Value& value);
    void bindAll(const std::vector<Value>& values);
    void execute();
    bool fetch();
    Cell text(int column); // in chunks of `chunk` bytes
    std::vector<Row> rest();
    bool moreResults();
    int columns() const;
    SQLLEN rowCount() const;
    std::string output(int number) const; // bytes of an output parameter
    bool outputIsNull(int number) const;
    void closeCursor();
    void check(SQLRETURN code, const std::string& doing) const;
    SQLHSTMT handle() const { return m_handle; }
    std::string messages() const; // of the last call

    int chunk = 4096;

private:
    struct Bound {
        std::string bytes;
        SQLLEN indicator;
    };
    SQLHSTMT m_handle = nullptr;
    std::list<Bound> m_bound;
};

std::vector<Row> query(Connection& connection, const std::string& sql, const std::vector<Value>& values = {});
std::string shown(const Cell& cell);
std::string joined(const std::vector<Row>& rows, size_t most = 5);

// Steps. A body returns what was seen, or throws.
void step(const std::string& name, const std::function<std::string()>& body);
void require(bool condition, const std::string& message);
// Runs `body`, which must fail with this number (or, if number is 0, with this SQLSTATE); returns what was said.
std::string refused(int number, const std::string& sqlState, const std::function<void()>& body);
int failures();
