#include "Odbc.h"

#include "MasterKey.h"

#include <cstdio>
#include <cstring>

namespace {

int failureCount = 0;

OdbcError diagnostics(SQLSMALLINT type, SQLHANDLE handle, const std::string& doing)
{
    std::string text = doing, firstState;
    int firstNumber = 0;
    for (SQLSMALLINT i = 1; i < 9; ++i) {
        SQLWCHAR state[6], message[2048];
        SQLINTEGER number = 0;
        SQLSMALLINT length = 0;
        if (!SQL_SUCCEEDED(SQLGetDiagRecW(type, handle, i, state, &number, message, 2048, &length))) break;
        const std::string stateText = narrowed(reinterpret_cast<const char16_t*>(state));
        if (i == 1) {
            firstState = stateText;
            firstNumber = number;
        }
        text += " | " + stateText + " " + std::to_string(number) + " " + narrowed(reinterpret_cast<const char16_t*>(message));
    }
    return {text, firstState, firstNumber};
}

SQLWCHAR* wide(std::u16string& text)
{
    return reinterpret_cast<SQLWCHAR*>(text.data());
}

} // namespace

Value Value::text(std::string_view utf8, SQLSMALLINT sqlType, SQLULEN size, SQLSMALLINT digits)
{
    const std::u16string text = widened(utf8);
    Value v;
    v.sqlType = sqlType;
    v.size = size ? size : std::max<SQLULEN>(1, text.size());
    v.digits = digits;
    v.bytes.assign(reinterpret_cast<const char*>(text.data()), text.size() * 2);
    return v;
}

Value Value::integer(SQLINTEGER number)
{
    Value v;
    v.cType = SQL_C_SLONG;
    v.sqlType = SQL_INTEGER;
    v.size = 10;
    v.bytes.assign(reinterpret_cast<const char*>(&number), sizeof number);
    return v;
}

Value Value::money(std::string_view decimal)
{
    Value v = text(decimal, SQL_NUMERIC, 19, 4);
    v.serverType = vendor::kMoney;
    return v;
}

Value Value::nothing(SQLSMALLINT sqlType, SQLULEN size, SQLSMALLINT digits)
{
    Value v;
    v.sqlType = sqlType;
    v.size = size;
    v.digits = digits;
    v.null = true;
    return v;
}

Connection::Connection(const Settings& s, const std::string& extra, bool bulk)
{
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &m_environment);
    SQLSetEnvAttr(m_environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0);
    SQLAllocHandle(SQL_HANDLE_DBC, m_environment, &m_handle);
    SQLSetConnectAttr(m_handle, SQL_ATTR_LOGIN_TIMEOUT, reinterpret_cast<SQLPOINTER>(30), 0);
    if (bulk) SQLSetConnectAttr(m_handle, vendor::kBulkCopy, reinterpret_cast<SQLPOINTER>(1), SQL_IS_INTEGER);
    std::string text = "Driver=" + s.driver + ";Server=" + s.server + ";UID=" + s.user + ";PWD={" + s.password + "};Database=" + s.database;
    if (extra.find("Encrypt=") == std::string::npos) text += ";Encrypt=yes";
    std::u16string connect = widened(text + ";TrustServerCertificate=no;" + extra);
    if (!SQL_SUCCEEDED(SQLDriverConnectW(m_handle, nullptr, wide(connect), SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT))) {
        const OdbcError error = diagnostics(SQL_HANDLE_DBC, m_handle, "connect");
        SQLFreeHandle(SQL_HANDLE_DBC, m_handle);
        SQLFreeHandle(SQL_HANDLE_ENV, m_environment);
        throw error;
    }
}

Connection::~Connection()
{
    SQLEndTran(SQL_HANDLE_DBC, m_handle, SQL_ROLLBACK);
    SQLDisconnect(m_handle);
    SQLFreeHandle(SQL_HANDLE_DBC, m_handle);
    SQLFreeHandle(SQL_HANDLE_ENV, m_environment);
}

void Connection::loadProviders(const std::string& library)
{
    std::string name = library;
    if (!SQL_SUCCEEDED(SQLSetConnectAttr(m_handle, vendor::kKeyStoreProvider, name.data(), SQL_NTS))) {
        const OdbcError error = diagnostics(SQL_HANDLE_DBC, m_handle, "load key store provider");
        if (!error.mentions("already loaded")) throw error;
    }
}

void Connection::run(const std::string& sql)
{
    Statement s(*this);
    s.direct(sql);
    while (s.moreResults()) { }
}

std::vector<Row> Connection::rows(const std::string& sql)
{
    Statement s(*this);
    s.direct(sql);
    return s.rest();
}

std::string Connection::one(const std::string& sql)
{
    const std::vector<Row> all = rows(sql);
    require(!all.empty() && !all.front().empty(), "no row: " + sql);
    return shown(all.front().front());
}

void Connection::autocommit(bool on)
{
    if (!SQL_SUCCEEDED(
            SQLSetConnectAttr(m_handle, SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF), 0)))
        throw diagnostics(SQL_HANDLE_DBC, m_handle, "autocommit");
}

void Connection::end(bool commit)
{
    if (!SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, m_handle, commit ? SQL_COMMIT : SQL_ROLLBACK)))
        throw diagnostics(SQL_HANDLE_DBC, m_handle, commit ? "commit" : "rollback");
}

Statement::Statement(Connection& connection)
{
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, connection.handle(), &m_handle)))
        throw diagnostics(SQL_HANDLE_DBC, connection.handle(), "statement");
}

Statement::~Statement()
{
    SQLFreeHandle(SQL_HANDLE_STMT, m_handle);
}

void Statement::check(SQLRETURN code, const std::string& doing) const
{
    if (!SQL_SUCCEEDED(code) && code != SQL_NO_DATA) throw diagnostics(SQL_HANDLE_STMT, m_handle, doing);
}

void Statement::direct(const std::string& sql)
{
    std::u16string text = widened(sql);
    check(SQLExecDirectW(m_handle, wide(text), SQL_NTS), sql.substr(0, 160));
}

void Statement::prepare(const std::string& sql)
{
    std::u16string text = widened(sql);
    check(SQLPrepareW(m_handle, wide(text), SQL_NTS), "prepare " + sql.substr(0, 160));
}

void Statement::bind(int number, const Value& value)
{
    Bound& bound = m_bound.emplace_back(Bound{value.bytes, value.null ? SQLLEN(SQL_NULL_DATA) : SQLLEN(value.bytes.size())});
    if (value.direction != SQL_PARAM_INPUT) bound.bytes.resize(std::max<size_t>(bound.bytes.size(), value.size * 2 + 2));
    check(SQLBindParameter(m_handle, SQLUSMALLINT(number), value.direction, value.cType, value.sqlType, value.size, value.digits,
              bound.bytes.data(), SQLLEN(bound.bytes.size()), &bound.indicator),
        "bind parameter");
    if (value.serverType != 0) {
        SQLHDESC descriptor = nullptr;
        SQLGetStmtAttr(m_handle, SQL_ATTR_IMP_PARAM_DESC, &descriptor, SQL_IS_POINTER, nullptr);
        check(SQLSetDescField(descriptor, SQLSMALLINT(number), vendor::kServerType, reinterpret_cast<SQLPOINTER>(SQLLEN(value.serverType)),
                  SQL_IS_INTEGER),
            "server type");
    }
}

void Statement::bindAll(const std::vector<Value>& values)
{
    m_bound.clear();
    for (size_t i = 0; i < values.size(); ++i)
        bind(int(i) + 1, values[i]);
}

void Statement::execute()
{
    check(SQLExecute(m_handle), "execute");
}

bool Statement::fetch()
{
    const SQLRETURN code = SQLFetch(m_handle);
    check(code, "fetch");
    return code != SQL_NO_DATA;
}

Cell Statement::text(int column)
{
    std::string all;
    std::vector<char> buffer(size_t(chunk) + 2);
    for (;;) {
        SQLLEN length = 0;
        const SQLRETURN code = SQLGetData(m_handle, SQLUSMALLINT(column), SQL_C_WCHAR, buffer.data(), chunk, &length);
        check(code, "get column " + std::to_string(column));
        if (length == SQL_NULL_DATA) return std::nullopt;
        if (code == SQL_NO_DATA) break;
        const bool cut = code == SQL_SUCCESS_WITH_INFO && (length == SQL_NO_TOTAL || length > chunk - 2);
        // Of a value that was cut the driver fills whole characters, or whole bytes of hexadecimal: as far as its terminator.
        const auto* begin = reinterpret_cast<const char16_t*>(buffer.data());
        all.append(buffer.data(), cut ? std::char_traits<char16_t>::length(begin) * 2 : size_t(length));
        if (!cut) break;
    }
    return narrowed({reinterpret_cast<const char16_t*>(all.data()), all.size() / 2});
}

std::vector<Row> Statement::rest()
{
    std::vector<Row> all;
    if (columns() == 0) return all;
    const int n = columns();
    while (fetch()) {
        Row row;
        for (int i = 1; i <= n; ++i)
            row.push_back(text(i));
        all.push_back(std::move(row));
    }
    return all;
}

bool Statement::moreResults()
{
    const SQLRETURN code = SQLMoreResults(m_handle);
    check(code, "next result");
    return code != SQL_NO_DATA;
}

int Statement::columns() const
{
    SQLSMALLINT n = 0;
    check(SQLNumResultCols(m_handle, &n), "number of columns");
    return n;
}

SQLLEN Statement::rowCount() const
{
    SQLLEN n = -1;
    check(SQLRowCount(m_handle, &n), "row count");
    return n;
}

std::string Statement::output(int number) const
{
    const Bound& bound = *std::next(m_bound.begin(), number - 1);
    return bound.bytes.substr(0, size_t(std::max<SQLLEN>(0, bound.indicator)));
}

bool Statement::outputIsNull(int number) const
{
    return std::next(m_bound.begin(), number - 1)->indicator == SQL_NULL_DATA;
}

void Statement::closeCursor()
{
    SQLFreeStmt(m_handle, SQL_CLOSE);
}

std::string Statement::messages() const
{
    return diagnostics(SQL_HANDLE_STMT, m_handle, "").what();
}

std::vector<Row> query(Connection& connection, const std::string& sql, const std::vector<Value>& values)
{
    Statement s(connection);
    s.prepare(sql);
    s.bindAll(values);
    s.execute();
    return s.rest();
}

std::string shown(const Cell& cell)
{
    return cell ? *cell : "NULL";
}

std::string joined(const std::vector<Row>& rows, size_t most)
{
    std::string out;
    for (size_t i = 0; i < rows.size() && i < most; ++i) {
        out += i ? "; " : "";
        for (size_t j = 0; j < rows[i].size(); ++j)
            out += (j ? ", " : "") + shown(rows[i][j]);
    }
    return out + (rows.size() > most ? "; ... " + std::to_string(rows.size()) + " rows" : "");
}

void step(const std::string& name, const std::function<std::string()>& body)
{
    try {
        std::printf("ok %s: %s\n", name.c_str(), body().c_str());
    } catch (const std::exception& e) {
        ++failureCount;
        std::printf("FAIL %s: %s\n", name.c_str(), e.what());
    }
    std::fflush(stdout);
}

void require(bool condition, const std::string& message)
{
    if (!condition) throw std::runtime_error(message);
}

std::string refused(int number, const std::string& sqlState, const std::function<void()>& body)
{
    try {
        body();
    } catch (const OdbcError& e) {
        const bool right = number != 0 ? e.number == number || e.mentions(" " + std::to_string(number) + " ") : e.sqlState == sqlState;
        require(right, "expected " + (number ? std::to_string(number) : sqlState) + ", seen " + e.what());
        return number ? std::to_string(number) : sqlState;
    }
    throw std::runtime_error("no error; expected " + (number ? std::to_string(number) : sqlState));
}

int failures()
{
    return failureCount;
}
