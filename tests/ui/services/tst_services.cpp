#include "tests/support/NoWarnings.h"
#include "tests/ui/models/RowsByHand.h"
#include "ui/services/AttestationTest.h"
#include "ui/services/Errors.h"
#include "ui/services/FlowGate.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/QueryService.h"
#include "ui/services/SandboxInfo.h"
#include "ui/services/SandboxProcess.h"
#include "ui/services/SessionReaper.h"
#include "ui/services/SessionSettings.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace es;
using namespace es::ui;

namespace {

std::shared_ptr<ConnectionRequest> requestTo(quint16 port)
{
    auto request = std::make_shared<ConnectionRequest>();
    request->profile.host = QStringLiteral("127.0.0.1");
    request->profile.port = port;
    request->profile.user = QStringLiteral("sa");
    request->password = base::SecureBytes(base::viewOf("secret"));
    return request;
}

std::string revealed(const base::SecureBytes& secret)
{
    const auto view = secret.reveal(base::SecretAccess::forTest());
    return {view.begin(), view.end()};
}

constexpr const char* kSandboxLine
    = R"({"server":"127.0.0.1,14330","user":"sandbox","password_file":"/d/password","ca_file":"/d/ca.pem",)"
      R"("database":"ContosoHR","attestation":{"protocol":"none","url":""},"server_pid":11,"enclave_pid":12})";

} // namespace

class TstServices : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }
    void cleanupTestCase() { QVERIFY(SessionReaper::waitForAll(10000)); }

    void serverText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<QString>("expected");
        QTest::newRow("both") << "db.example,1444" << true << "db.example,1444";
        QTest::newRow("host") << " localhost " << true << "localhost,1433";
        QTest::newRow("spaces") << "a , 5" << true << "a,5";
        QTest::newRow("v6") << "::1,1433" << true << "::1,1433";
        QTest::newRow("no port") << "a," << false << "";
        QTest::newRow("too large") << "a,65536" << false << "";
        QTest::newRow("zero") << "a,0" << false << "";
        QTest::newRow("no host") << ",1433" << false << "";
        QTest::newRow("empty") << "" << false << "";
    }
    void serverText()
    {
        QFETCH(QString, text);
        QFETCH(bool, ok);
        QFETCH(QString, expected);
        ConnectionProfile profile;
        profile.host = QStringLiteral("before");
        QCOMPARE(profile.setServerText(text), ok);
        QCOMPARE(profile.serverText(), ok ? expected : QStringLiteral("before,1433"));
    }

    void sandboxLine()
    {
        const auto info = SandboxInfo::parse(kSandboxLine);
        QVERIFY(info);
        QCOMPARE(info->enclavePid, 12);
        const ConnectionProfile profile = info->profile();
        QCOMPARE(profile.port, quint16(14330));
        QCOMPARE(profile.caFile, QStringLiteral("/d/ca.pem"));
        QCOMPARE(profile.attestation, AttestationChoice::kNone);
        QVERIFY(!profile.columnEncryption);
        for (const char* bad :
            {"", "hello", "{}", "[1]", R"({"server":"x,y","user":"a","password_file":"b","ca_file":"c","database":"d"})"}) {
            const auto refused = SandboxInfo::parse(bad);
            QVERIFY2(!refused, bad);
            QCOMPARE(refused.error().code, kSandboxInfoUnreadable);
            QVERIFY(!refused.error().remedy.empty());
        }
        QVERIFY(!SandboxInfo::readFile(QStringLiteral("/nowhere/sandbox.json")));
    }

    void sandboxInfoOfAttestation()
    {
        const QByteArray line = R"({"server":"127.0.0.1,1","user":"u","password_file":"p","ca_file":"c","database":"d",)"
                                R"("attestation":{"protocol":"aas","mode":"aas-sgx","url":"HTTPS","http_url":"HTTP","root_file":"/d/root.pem"}})";
        const auto info = SandboxInfo::parse(QByteArray(line)
                                                 .replace("HTTPS", "https://127.0.0.1:2/attest/SgxEnclave")
                                                 .replace("HTTP", "http://127.0.0.1:3/attest/SgxEnclave"));
        QVERIFY(info);
        QCOMPARE(info->attestationMode, QStringLiteral("aas-sgx"));
        QCOMPARE(info->attestationHttpUrl, QStringLiteral("http://127.0.0.1:3/attest/SgxEnclave"));
        QCOMPARE(info->attestationRootFile, QStringLiteral("/d/root.pem"));
        QCOMPARE(info->profile().attestation, AttestationChoice::kAas);
        QCOMPARE(info->profile().attestationUrl, QStringLiteral("https://127.0.0.1:2/attest/SgxEnclave"));
        const auto old = SandboxInfo::parse(R"({"server":"127.0.0.1,1","user":"u","password_file":"p","ca_file":"c","database":"d"})");
        QVERIFY(old);
        QVERIFY(old->attestationMode.isEmpty() && old->attestationUrl.isEmpty());
        QCOMPARE(old->profile().attestation, AttestationChoice::kOff);
    }

    void passwordFiles()
    {
        const QTemporaryDir folder;
        const auto write = [&](const QByteArray& content) {
            const QString path = folder.filePath(QStringLiteral("p"));
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("no temporary file");
            return path;
        };
        QCOMPARE(revealed(*readPasswordFile(write("geheim\n"))), std::string("geheim"));
        QCOMPARE(revealed(*readPasswordFile(write("two words\r\nsecond line\n"))), std::string("two words"));
        QVERIFY(!readPasswordFile(write("\n")));
        QVERIFY(!readPasswordFile(folder.filePath(QStringLiteral("absent"))));
    }

    void vault()
    {
        PasswordVault vault;
        QVERIFY(!vault.find("hr"));
        vault.rememberForAll(base::SecureBytes(base::viewOf("all")));
        vault.remember("hr", base::SecureBytes(base::viewOf("own")));
        QCOMPARE(revealed(*vault.find("hr")), std::string("own"));
        QCOMPARE(revealed(*vault.find("it")), std::string("all"));
        vault.forget("hr");
        QCOMPARE(revealed(*vault.find("hr")), std::string("all"));
        vault.forgetAll();
        QVERIFY(!vault.find("hr"));
    }

    // The reader waits while rows are held, and goes on when they are let go.
    void flow()
    {
        const auto columns = test::columnsOf({{"n", types::makeType(types::TypeId::kInt)}});
        const auto block = [&] { return test::rowsOf(*columns, std::vector(1000, std::vector<types::Value>{std::int64_t{1}})); };
        const auto gate = std::make_shared<FlowGate>(block()->memoryBytes());
        auto held = gate->count(block());
        QCOMPARE(held->rowCount(), std::size_t{1000});
        std::atomic<int> pauses{0};
        std::atomic<bool> through{false};
        std::stop_source stop;
        std::thread reader([&] {
            gate->waitForRoom(stop.get_token(), [&](bool, std::uint64_t) { ++pauses; });
            through = true;
        });
        QTRY_COMPARE(pauses.load(), 1);
        QVERIFY(!through);
        held.reset();
        QTRY_VERIFY(through);
        reader.join();
        QCOMPARE(pauses.load(), 2);

        held = gate->count(block());
        std::thread stopped([&] { gate->waitForRoom(stop.get_token(), [](bool, std::uint64_t) {}); });
        stop.request_stop();
        stopped.join();

        const auto unlimited = std::make_shared<FlowGate>(0);
        const auto kept = unlimited->count(block());
        unlimited->waitForRoom({}, [](bool, std::uint64_t) { QFAIL("must not wait"); });
    }

    void policyOfAProfile_data()
    {
        QTest::addColumn<QString>("policy");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<uint>("minimumEnclaveSvn");
        QTest::newRow("none: the strict default") << QString() << true << 0u;
        QTest::newRow("white space") << QStringLiteral(" \n") << true << 0u;
        QTest::newRow("a policy") << QString::fromUtf8(R"({"version":1,"minimumEnclaveSvn":7})") << true << 7u;
        QTest::newRow("not JSON") << QStringLiteral("strict") << false << 0u;
        QTest::newRow("a spelling mistake") << QString::fromUtf8(R"({"version":1,"minimumEnclavSvn":7})") << false << 0u;
    }
    void policyOfAProfile()
    {
        QFETCH(QString, policy);
        QFETCH(bool, ok);
        const auto request = requestTo(1);
        request->profile.attestationPolicy = policy;
        const auto settings = sessionSettings(*request);
        QCOMPARE(bool(settings), ok);
        if (ok)
            QTEST(uint(settings->attestation.policy.minimumEnclaveSvn), "minimumEnclaveSvn");
        else
            QCOMPARE(settings.error().setting, std::string("attestation-policy"));
    }

    void enclaveTestWithoutAServer_data()
    {
        QTest::addColumn<QString>("policy");
        QTest::addColumn<AttestationStep>("failedStep");
        QTest::newRow("nobody listens") << QString() << AttestationStep::kServerReached;
        QTest::newRow("policy that cannot be read") << QStringLiteral("no JSON") << AttestationStep::kProtocolFits;
    }
    void enclaveTestWithoutAServer()
    {
        QFETCH(QString, policy);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const auto request = requestTo(server.serverPort());
        server.close();
        request->profile.columnEncryption = true;
        request->profile.attestation = AttestationChoice::kNone;
        request->profile.attestationPolicy = policy;
        AttestationTest test(std::make_shared<PasswordVault>());
        QSignalSpy finished(&test, &AttestationTest::finished);
        test.start(request);
        QVERIFY(test.isRunning());
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY(!test.isRunning());
        const auto end = finished[0][0].value<AttestationTestEnd>();
        QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kNotConnected);
        QTEST(*end.failedStep, "failedStep");
        QVERIFY(end.error && !end.error->remedy.empty());
        QVERIFY(!end.report);
    }

    void enclaveTestCancelled()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        AttestationTest test(std::make_shared<PasswordVault>());
        QSignalSpy finished(&test, &AttestationTest::finished);
        QSignalSpy steps(&test, &AttestationTest::stepDone);
        test.start(requestTo(server.serverPort()));
        QTRY_COMPARE(steps.count(), 1); // the server is reached, and says nothing
        QCOMPARE(steps[0][0].value<AttestationStep>(), AttestationStep::kServerReached);
        test.cancel();
        QVERIFY(!test.isRunning());
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(finished[0][0].value<AttestationTestEnd>().outcome, AttestationTestEnd::Outcome::kCancelled);
        auto dropped = std::make_unique<AttestationTest>(std::make_shared<PasswordVault>());
        dropped->start(requestTo(server.serverPort()));
        QElapsedTimer timer;
        timer.start();
        dropped.reset();
        QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
    }

    void refusedConnection()
    {
        quint16 closedPort = 0;
        {
            QTcpServer server;
            QVERIFY(server.listen(QHostAddress::LocalHost));
            closedPort = server.serverPort();
        }
        SessionHost host(std::make_shared<PasswordVault>());
        QSignalSpy failed(&host, &SessionHost::connectionFailed);
        const RequestId id = host.connectTo(requestTo(closedPort));
        QCOMPARE(host.state(), HostState::kConnecting);
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].value<RequestId>(), id);
        const auto error = failed[0][1].value<base::Error>();
        QCOMPARE(QString::fromStdString(std::string(error.code.name)), QStringLiteral("Refused"));
        QVERIFY(!error.setting.empty() && !error.remedy.empty());
        QTRY_COMPARE(host.state(), HostState::kDisconnected);
        QVERIFY(!host.isConnected());
    }

    // A server that never answers: cancel ends the wait within a second, and a deleted host waits for nothing.
    void silentServer()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        SessionHost host(std::make_shared<PasswordVault>());
        QSignalSpy cancelled(&host, &SessionHost::connectionCancelled);
        host.connectTo(requestTo(server.serverPort()));
        QVERIFY(server.waitForNewConnection(5000));
        QElapsedTimer timer;
        timer.start();
        host.cancel();
        QCOMPARE(host.state(), HostState::kCancelling);
        QTRY_COMPARE(cancelled.count(), 1);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));

        auto letGo = std::make_unique<SessionHost>(std::make_shared<PasswordVault>());
        letGo->connectTo(requestTo(server.serverPort()));
        QVERIFY(server.waitForNewConnection(5000));
        timer.start();
        letGo.reset();
        QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
    }

    void queryWithoutConnection()
    {
        SessionHost host(std::make_shared<PasswordVault>());
        QueryService query(host);
        QSignalSpy ended(&query, &QueryService::ended);
        QSignalSpy messages(&query, &QueryService::message);
        const RequestId id = query.run({QStringLiteral("SELECT 1")});
        QVERIFY(query.isRunning());
        const RequestId second = query.run({QStringLiteral("SELECT 2")});
        QTRY_COMPARE(ended.count(), 2);
        QVERIFY(!query.isRunning());
        for (const auto& arguments : ended) {
            const auto end = arguments[1].value<QueryEnd>();
            QCOMPARE(end.outcome, QueryEnd::Outcome::kFailed);
            QCOMPARE(end.error->code, arguments[0].value<RequestId>() == id ? kNotConnected : kBusy);
        }
        QVERIFY(second != id);
        QCOMPARE(messages.count(), 1);
    }

    void manyHosts()
    {
        for (int i = 0; i < 50; ++i) {
            SessionHost host(std::make_shared<PasswordVault>());
            host.submit([](TaskContext&) {});
        }
        QTRY_COMPARE_WITH_TIMEOUT(SessionReaper::liveCount() < 5, true, 10000);
    }

    void sandboxPrograms_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<bool>("ready");
        QTest::addColumn<QString>("says");
        QTest::newRow("ready") << QByteArray("echo '") + kSandboxLine + "'; exec cat" << true << QString();
        QTest::newRow("dies") << QByteArray("echo 'no room' >&2; exit 3") << false << "no room";
        QTest::newRow("rubbish") << QByteArray("echo hello; exec cat") << false << "JSON";
    }
    void sandboxPrograms()
    {
        QFETCH(QByteArray, script);
        QFETCH(bool, ready);
        QFETCH(QString, says);
        const QTemporaryDir folder;
        const QString program = folder.filePath(QStringLiteral("sandbox.sh"));
        {
            QFile file(program);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("#!/bin/sh\n" + script + "\n");
        }
        QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        SandboxProcess process;
        QSignalSpy isReady(&process, &SandboxProcess::ready);
        QSignalSpy failed(&process, &SandboxProcess::failed);
        QSignalSpy ended(&process, &SandboxProcess::ended);
        SandboxSettings settings;
        settings.program = program;
        settings.dataFolder = folder.filePath(QStringLiteral("data"));
        process.start(settings);
        QTRY_COMPARE(isReady.count() + failed.count(), 1);
        QCOMPARE(process.isReady(), ready);
        if (ready)
            process.stop();
        else
            QVERIFY(QString::fromStdString(failed[0][0].value<base::Error>().text).contains(says));
        QTRY_COMPARE(ended.count(), 1);
        QCOMPARE(failed.count(), ready ? 0 : 1);
    }

    void sandboxIsToldItsModeAndFaults()
    {
        const QTemporaryDir folder;
        const QString program = folder.filePath(QStringLiteral("sandbox.sh"));
        {
            QFile file(program);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray("#!/bin/sh\necho \"$@\" >&2; exit 3\n"));
        }
        QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        SandboxProcess process;
        QSignalSpy failed(&process, &SandboxProcess::failed);
        SandboxSettings settings;
        settings.program = program;
        settings.dataFolder = folder.filePath(QStringLiteral("data"));
        settings.attestation = QStringLiteral("aas-vbs");
        settings.faults = QStringList{QStringLiteral("attest:expired"), QStringLiteral("attest:slow")};
        process.start(settings);
        QTRY_COMPARE(failed.count(), 1);
        const QString said = QString::fromStdString(failed[0][0].value<base::Error>().text);
        QVERIFY2(said.contains(QStringLiteral("--attestation aas-vbs --fault attest:expired --fault attest:slow")), qPrintable(said));
    }

    void sandboxMissing()
    {
        const QTemporaryDir folder;
        SandboxProcess process;
        QSignalSpy failed(&process, &SandboxProcess::failed);
        SandboxSettings settings;
        settings.program = folder.filePath(QStringLiteral("absent"));
        settings.dataFolder = folder.filePath(QStringLiteral("data"));
        process.start(settings);
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].value<base::Error>().code, kSandboxNotStarted);
    }
};

QTEST_GUILESS_MAIN(TstServices)
#include "tst_services.moc"
