// Several calls in one message, as SqlClient's batches send them: who gets the attestation that the first call asked for.
// enclave-protocol 2.3
#include "../engine/EngineFixture.h"
#include "app/sandbox/frontdoor/RpcCalls.h"

#include "driver/types/TypeNames.h"

#include <QtTest>

#include <array>

#include <sys/socket.h>

using namespace es;
using namespace es::sandbox;

namespace {

// Everything that the calls answer, as one run of bytes.
QByteArray answersTo(EngineFixture& lab, const std::vector<tds::RpcCall>& calls)
{
    int ends[2];
    ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    ServerWire wire{TcpConnection(ends[0])};
    ResponseWriter writer(wire, tds::kMaxEncryptedPacketBytes, 51);
    ResponseSink sink(writer, true, "TEST", {});
    PreparedStatements prepared;
    Cursors cursors;
    tds::RpcRequest request;
    request.calls = calls;
    RpcCalls(*lab.session, prepared, cursors).run(request, sink, {});
    sink.end();
    ::shutdown(ends[0], SHUT_WR);
    QByteArray all;
    char buffer[65536];
    for (ssize_t got = 0; (got = ::recv(ends[1], buffer, sizeof buffer, 0)) > 0;)
        all.append(buffer, got);
    ::close(ends[1]);
    return all;
}

tds::RpcCall describeCall(const QString& statement, bool attestation)
{
    const types::Collation collation;
    tds::RpcCall call;
    call.name = "sp_describe_parameter_encryption";
    call.parameters.push_back(tds::makeTextParameter("", statement.toStdString(), collation));
    call.parameters.push_back(tds::makeTextParameter("", "", collation));
    if (attestation)
        call.parameters.push_back(tds::makeParameter("", types::makeSized(types::TypeId::kVarBinary, 8000), base::Bytes(116, 1)));
    return call;
}

QByteArray utf16(const char* text)
{
    const base::Bytes bytes = base::utf16leFromUtf8(text);
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

}  // namespace

class TestRpcCalls : public QObject {
    Q_OBJECT

private slots:
    // ODBC: sp_prepexecrpc @handle OUTPUT, N'dbo.P', 21, @twice OUTPUT. Each RETURNVALUE: position in the call, then a name of no characters.
    void outputsOfAPreparedProcedureHaveNoNames()
    {
        EngineFixture lab;
        lab.run("CREATE PROCEDURE dbo.P @in int, @twice int OUTPUT AS SET @twice = @in * 2");
        const types::SqlType number = types::makeType(types::TypeId::kInt);
        const auto value = [](base::Byte low) { return base::Bytes{low, 0, 0, 0}; };
        tds::RpcCall call;
        call.procId = 14;
        call.parameters.push_back(tds::makeParameter("", number, {}, tds::kParameterByReference));
        call.parameters.push_back(tds::makeTextParameter("", "dbo.P", {}));
        call.parameters.push_back(tds::makeParameter("", number, value(21)));
        call.parameters.push_back(tds::makeParameter("", number, {}, tds::kParameterByReference));
        const QByteArray answer = answersTo(lab, {call});
        QVERIFY(answer.contains(QByteArray("\xAC\x00\x00\x00", 4))); // the handle
        const qsizetype twice = answer.indexOf(QByteArray("\xAC\x03\x00\x00", 4));
        QVERIFY(twice > 0);
        QVERIFY(answer.indexOf(QByteArray("\x2A\x00\x00\x00", 4), twice) > 0);
        QVERIFY(!answer.contains(utf16("@twice")));
    }

    void attestationFollowsTheFirstRequestedKey_data()
    {
        QTest::addColumn<QStringList>("statements");
        QTest::addColumn<bool>("asked");
        QTest::addColumn<int>("answeredBehind");  // the call, from 1; 0: never
        const QString plain = "SELECT 1";
        const QString keys = "EXEC sp_enclave_send_keys";
        QTest::newRow("the only one") << QStringList{keys} << true << 1;
        QTest::newRow("no key") << QStringList{plain} << true << 0;
        QTest::newRow("the second") << QStringList{plain, keys} << true << 2;
        QTest::newRow("once") << QStringList{keys, keys} << true << 1;
        QTest::newRow("not asked") << QStringList{plain, keys} << false << 0;
    }
    void attestationFollowsTheFirstRequestedKey()
    {
        QFETCH(QStringList, statements);
        QFETCH(bool, asked);
        QFETCH(int, answeredBehind);
        EngineFixture lab;
        lab.makeKeys();
        std::vector<tds::RpcCall> calls;
        for (const QString& statement : statements)
            calls.push_back(describeCall(statement, asked && calls.empty()));
        const QByteArray all = answersTo(lab, calls);
        const QByteArray attestation = utf16("attestation_info");
        QCOMPARE(all.count(utf16("is_requested_by_enclave")), statements.size());
        QCOMPARE(all.count(attestation), answeredBehind == 0 ? 0 : 1);
        if (answeredBehind > 0)
            QCOMPARE(all.left(all.indexOf(attestation)).count(utf16("is_requested_by_enclave")), answeredBehind);
    }

    // What SET changes inside sp_executesql ends with it, as with any procedure.
    void optionsEndWithTheCall()
    {
        EngineFixture lab;
        tds::RpcCall call;
        call.procId = static_cast<std::uint16_t>(tds::ProcId::kExecuteSql);
        call.parameters.push_back(tds::makeTextParameter("", "SET FMTONLY ON SELECT 7 AS seven", types::Collation{}));
        QCOMPARE(answersTo(lab, {call}).count(utf16("seven")), 1);
        QCOMPARE(lab.run("SELECT 7").text(), std::string("7"));
    }

    void cursor_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("row");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("rows");  // values of n, which are 1 to 10; the fetch before it was rows 4 to 6
        QTest::newRow("first") << 0x1 << 0 << 2 << "1 2";
        QTest::newRow("next") << 0x2 << 0 << 3 << "7 8 9";
        QTest::newRow("next, past the end") << 0x2 << 0 << 30 << "7 8 9 10";
        QTest::newRow("previous") << 0x4 << 0 << 3 << "1 2 3";
        QTest::newRow("previous, pulled to the first") << 0x4 << 0 << 5 << "1 2 3 4 5";
        QTest::newRow("previous, not pulled") << 0x200 << 0 << 5 << "1 2 3";
        QTest::newRow("last") << 0x8 << 0 << 2 << "9 10";
        QTest::newRow("absolute") << 0x10 << 9 << 5 << "9 10";
        QTest::newRow("absolute from the end") << 0x10 << -3 << 2 << "8 9";
        QTest::newRow("absolute 0: before the first") << 0x10 << 0 << 2 << "";
        QTest::newRow("absolute behind the last") << 0x10 << 11 << 2 << "";
        QTest::newRow("relative") << 0x20 << 2 << 1 << "6";
        QTest::newRow("relative back") << 0x20 << -3 << 2 << "1 2";
        QTest::newRow("refresh") << 0x80 << 0 << 3 << "4 5 6";
        QTest::newRow("no such type") << 0x1000 << 0 << 3 << "!";
    }
    void cursor()
    {
        QFETCH(int, type);
        QFETCH(int, row);
        QFETCH(int, count);
        QFETCH(QString, rows);
        Cursor cursor;
        cursor.shape.columns.resize(1);
        for (base::Byte n = 1; n <= 10; ++n) {
            const std::array<base::Byte, 1> bytes{n};
            const Cell cell{bytes, false};
            cursor.add({&cell, 1});
        }
        QVERIFY(cursor.move(kFetchAbsolute, 4, 3));
        QCOMPARE(cursor.position(), 4);
        const auto block = cursor.move(type, row, count);
        QString seen = block ? "" : "!";
        std::vector<Cell> cells;
        for (std::int32_t at = block ? block->begin : 0; block && at < block->end; ++at) {
            cursor.rowAt(at, cells);
            seen += (seen.isEmpty() ? "" : " ") + QString::number(cells[0].bytes[0]);
        }
        QCOMPARE(seen, rows);
    }

    void cursorCalls_data()
    {
        QTest::addColumn<QString>("statement");
        QTest::addColumn<int>("scroll");
        QTest::addColumn<QByteArray>("expected");  // somewhere in the answer, as hex
        const QByteArray opened = "ac00000001000000000000260404f1debc0a";  // RETURNVALUE of the handle that a connection gives first
        QTest::newRow("static") << "SELECT name FROM sys.databases" << 0x8 << opened;
        QTest::newRow("dynamic becomes static") << "SELECT name FROM sys.databases" << 0x2 << QByteArray("ac0200000100000000000026040408000000");
        QTest::newRow("a wish for updates becomes read-only") << "SELECT name FROM sys.databases" << 0x8 << QByteArray("ac0300000100000000000026040401000000");
        QTest::newRow("forward only: count unknown") << "SELECT name FROM sys.databases" << 0x4 << QByteArray("ac04000001000000000000260404ffffffff");
        QTest::newRow("an INSERT") << "INSERT INTO dbo.Nothing VALUES (1)" << 0x8 << QByteArray("29420000");  // 16937
        QTest::newRow("two statements") << "SELECT 1 SELECT 2" << 0x8 << QByteArray("29420000");
        QTest::newRow("no such table") << "SELECT * FROM dbo.Nothing" << 0x8 << QByteArray("d0000000");  // 208
    }
    void cursorCalls()
    {
        QFETCH(QString, statement);
        QFETCH(int, scroll);
        QFETCH(QByteArray, expected);
        EngineFixture lab;
        const auto number = [](int value, std::uint8_t status) {
            base::Bytes bytes(4);
            for (int i = 0; i < 4; ++i)
                bytes[static_cast<std::size_t>(i)] = static_cast<base::Byte>(value >> (8 * i));
            return tds::makeParameter("", types::makeType(types::TypeId::kInt), bytes, status);
        };
        tds::RpcCall call;
        call.procId = static_cast<std::uint16_t>(tds::ProcId::kCursorOpen);
        call.parameters = {number(0, 1), tds::makeTextParameter("", statement.toStdString(), types::Collation{}), number(scroll, 1), number(4, 1), number(0, 1)};
        const QByteArray seen = answersTo(lab, {call}).toHex();
        QVERIFY2(seen.contains(expected), seen.constData());

        tds::RpcCall fetch;
        fetch.procId = static_cast<std::uint16_t>(tds::ProcId::kCursorFetch);
        fetch.parameters = {number(5, 0), number(2, 0), number(0, 0), number(10, 0)};
        QVERIFY(answersTo(lab, {fetch}).toHex().contains("0d420000"));  // 16909
    }
};

QTEST_GUILESS_MAIN(TestRpcCalls)
#include "tst_rpc_calls.moc"
