// sp_configure, RECONFIGURE, sp_enclave_send_keys: what clients use to see and to try the enclave.
#include "EngineFixture.h"

#include <QtTest>

using namespace es::sandbox;

namespace {

const char* const kInUse = "SELECT value, value_in_use FROM sys.configurations WHERE name = 'column encryption enclave type'";

QString textOf(const Answer& answer) { return QString::fromStdString(answer.text()); }

// Another engine on the same folder: the next start.
QString afterRestart(EngineFixture& lab, const char* sql, int enclaveType = 1)
{
    lab.session.reset();
    lab.engine.reset();
    lab.engine = *Engine::open({lab.folder.path().toStdString(), Profile::k2022, &lab.gate, "TEST", enclaveType});
    lab.session = lab.newSession("Lab");
    return textOf(lab.run(sql));
}

} // namespace

class TestEngineSettings : public QObject {
    Q_OBJECT

private slots:
    void lists()
    {
        EngineFixture lab;
        const Answer all = lab.run("EXEC sp_configure");
        QCOMPARE(textOf(all), QString("column encryption enclave type|0|2|1|1\nshow advanced options|0|1|0|0"));
        QCOMPARE(all.sets[0].shape.columns[3].name, std::string("config_value"));
        QCOMPARE(textOf(lab.run("EXECUTE sys.SP_CONFIGURE @configname = 'Column Encryption'")), QString("column encryption enclave type|0|2|1|1"));
    }

    void refused_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("number");
        QTest::newRow("unknown") << "EXEC sp_configure 'max speed', 1" << 15123;
        QTest::newRow("no name") << "EXEC sp_configure ''" << 15123;
        QTest::newRow("too large") << "EXEC sp_configure 'column encryption enclave type', 3" << 15129;
        QTest::newRow("negative") << "EXEC sp_configure 'column encryption enclave type', -1" << 15129;
        QTest::newRow("no number") << "EXEC sp_configure 'column encryption enclave type', 'VBS'" << 15129;
        QTest::newRow("in a transaction") << "BEGIN TRANSACTION; RECONFIGURE" << 574;
        QTest::newRow("send keys with an argument") << "EXEC sp_enclave_send_keys 1" << 8146;
    }
    void refused()
    {
        QFETCH(QString, sql);
        QFETCH(int, number);
        EngineFixture lab;
        QCOMPARE(lab.run(sql.toStdString()).firstError(), number);
        QCOMPARE(textOf(lab.run(kInUse)), QString("1|1"));
    }

    void typeChangesWithTheNextStart()
    {
        EngineFixture lab;
        const Answer changed = lab.run("EXEC sp_configure 'column encryption enclave type', 0");
        QVERIFY(changed.errors.empty());
        QCOMPARE(changed.infos.at(0).number, 15457);
        QCOMPARE(textOf(lab.run(kInUse)), QString("0|1"));
        QCOMPARE(afterRestart(lab, kInUse), QString("1|1")); // never installed
        QVERIFY(lab.run("EXEC sp_configure 'column encryption enclave type', 0; RECONFIGURE WITH OVERRIDE").errors.empty());
        QCOMPARE(textOf(lab.run(kInUse)), QString("0|1"));
        QCOMPARE(lab.engine->enclaveTypeInUse(), 1);
        QCOMPARE(afterRestart(lab, kInUse), QString("0|0"));
        QCOMPARE(lab.engine->enclaveTypeInUse(), 0);
        QCOMPARE(lab.run("EXEC sp_enclave_send_keys").firstError(), 33545);
        QVERIFY(lab.run("EXEC sp_configure 'column encryption enclave type', 1; RECONFIGURE").errors.empty());
        QCOMPARE(afterRestart(lab, kInUse, 2), QString("2|2")); // which enclave it is, the start decides
        QCOMPARE(lab.engine->enclaveTypeInUse(), 2);
    }

    void theSameBatchSeesTheChange()
    {
        EngineFixture lab;
        const std::string read = std::string("; ") + kInUse;
        const Answer answer = lab.run("DECLARE @n int = 7; EXEC sp_configure 'column encryption enclave type', 0" + read + "; RECONFIGURE" + read
            + "; SELECT @n");
        QCOMPARE(textOf(answer), QString("0|1\n0|1\n7"));
    }

    void advancedOptionsNeedNoStart()
    {
        EngineFixture lab;
        QCOMPARE(textOf(lab.run("EXEC sp_configure 'show advanced options', 1; EXEC sp_configure 'show'")), QString("show advanced options|0|1|1|0"));
        QCOMPARE(textOf(lab.run("RECONFIGURE; EXEC sp_configure 'show'")), QString("show advanced options|0|1|1|1"));
        QCOMPARE(afterRestart(lab, "EXEC sp_configure 'show'"), QString("show advanced options|0|1|1|1"));
    }

    void sendKeysIsDescribed_data()
    {
        QTest::addColumn<QString>("sql");
        for (const char* sql : {"EXEC sp_enclave_send_keys", "EXECUTE sys.sp_enclave_send_keys;", "exec [sys].[SP_ENCLAVE_SEND_KEYS]",
                 "sp_enclave_send_keys", "/* all */ EXEC dbo.sp_enclave_send_keys -- now"})
            QTest::newRow(sql) << sql;
    }
    void sendKeysIsDescribed()
    {
        QFETCH(QString, sql);
        EngineFixture lab;
        const DescribeRequest request{sql.toStdString(), "", es::base::Bytes(116)};
        const DescribeAnswer empty = lab.session->describe(request);
        QVERIFY(empty.errors.empty() && empty.keys.empty() && empty.attestationInfo);
        QVERIFY(!lab.session->describe({request.text, "", {}}).attestationInfo);
        lab.makeKeys();
        const DescribeAnswer answer = lab.session->describe(request);
        QCOMPARE(answer.keys.size(), std::size_t{2}); // CEKX is not for the enclave
        for (const DescribedKey& key : answer.keys)
            QVERIFY(key.requestedByEnclave && key.signature && key.keyPath == "k1");
        QVERIFY(answer.attestationInfo && answer.parameters.empty());
    }

    void otherStatementsGetNoAnswerWithoutKeys()
    {
        EngineFixture lab;
        QVERIFY(!lab.session->describe({"SELECT 1", "", es::base::Bytes(116)}).attestationInfo);
        QVERIFY(!lab.session->describe({"SELECT 1; EXEC sp_enclave_send_keys", "", es::base::Bytes(116)}).attestationInfo);
    }

    void sendKeysWantsEveryKey()
    {
        EngineFixture lab;
        QVERIFY(lab.run("EXEC sp_enclave_send_keys").errors.empty()); // nothing to send
        lab.makeKeys();
        QCOMPARE(lab.run("EXEC sp_enclave_send_keys").firstError(), 33546);
        QVERIFY(lab.run("EXEC sp_enclave_send_keys", {}, true).errors.empty());
        lab.gate.keys.erase({lab.databaseId(), 2});
        QCOMPARE(lab.run("EXEC sp_enclave_send_keys", {}, true).firstError(), 33546);
    }
};

QTEST_GUILESS_MAIN(TestEngineSettings)
#include "tst_engine_settings.moc"
