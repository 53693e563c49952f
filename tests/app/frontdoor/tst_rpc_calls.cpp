// Several calls in one message, as SqlClient's batches send them: who gets the attestation that the first call asked for.
// enclave-protocol 2.3
#include "../engine/EngineFixture.h"
#include "app/sandbox/frontdoor/RpcCalls.h"

#include <QtTest>

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
};

QTEST_GUILESS_MAIN(TestRpcCalls)
#include "tst_rpc_calls.moc"
