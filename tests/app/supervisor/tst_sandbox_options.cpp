// The command line of enclave-sandbox, as issue and help text give it.
#include "app/sandbox/enclaveabi/PosixFiles.h"
#include "app/sandbox/supervisor/Options.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

using namespace es;
using namespace es::sandbox;

class TestSandboxOptions : public QObject {
    Q_OBJECT

private slots:
    void everything()
    {
        const std::vector<std::string_view> arguments{"--data", "d", "--listen", "[::1]:1433", "--sample", "--profile", "2019", "--stop-with-parent", "7"};
        const auto options = parseOptions(arguments);
        QVERIFY(options);
        QCOMPARE(options->dataFolder, std::string("d"));
        QCOMPARE(options->listenHost, std::string("::1"));
        QCOMPARE(options->listenPort, std::uint16_t{1433});
        QVERIFY(options->sample);
        QCOMPARE(options->profile, std::string("2019"));
        QCOMPARE(options->stopWithParentFd, 7);
    }

    void attestation()
    {
        const std::vector<std::string_view> arguments{"--fault", "attest:expired", "--data", "d", "--attestation", "aas-sgx", "--attest-listen",
                                                      "[::1]:8443", "--fault", "attest:wrong-nonce"};
        const auto options = parseOptions(arguments);
        QVERIFY(options);
        QCOMPARE(attestModeName(options->attestation), std::string_view("aas-sgx"));
        QCOMPARE(options->attestHost, std::string("::1"));
        QCOMPARE(options->attestPort, std::uint16_t{8443});
        QCOMPARE(options->faults, (std::vector<std::string>{"expired", "wrong-nonce"}));
        QVERIFY(parseOptions(std::vector<std::string_view>{"--list-faults"})->listFaults);
        for (const AttestFaultInfo& info : attestFaults())
            QVERIFY2(faultsText().find("attest:" + std::string(info.name) + "\n") != std::string::npos, info.name.data());
    }

    void refused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("setting");
        QTest::newRow("no data") << QStringList{"--sample"} << "data";
        QTest::newRow("no port") << QStringList{"--data", "d", "--listen", "127.0.0.1"} << "listen";
        QTest::newRow("port too large") << QStringList{"--data", "d", "--listen", "127.0.0.1:70000"} << "listen";
        QTest::newRow("profile") << QStringList{"--data", "d", "--profile", "2017"} << "profile";
        QTest::newRow("descriptor") << QStringList{"--data", "d", "--stop-with-parent", "x"} << "stop-with-parent";
        QTest::newRow("value missing") << QStringList{"--data"} << "data";
        QTest::newRow("unknown") << QStringList{"--data", "d", "--frobnicate", "1"} << "frobnicate";
        QTest::newRow("no option") << QStringList{"d"} << "command line";
        QTest::newRow("attestation") << QStringList{"--data", "d", "--attestation", "tpm"} << "attestation";
        QTest::newRow("attestation's port") << QStringList{"--data", "d", "--attest-listen", "127.0.0.1:x"} << "attest-listen";
        QTest::newRow("unknown fault") << QStringList{"--data", "d", "--attestation", "hgs", "--fault", "attest:lazy"} << "fault";
        QTest::newRow("fault without its room") << QStringList{"--data", "d", "--attestation", "hgs", "--fault", "slow"} << "fault";
        QTest::newRow("fault that needs a nonce") << QStringList{"--data", "d", "--attestation", "hgs", "--fault", "attest:wrong-nonce"} << "fault";
        QTest::newRow("fault before the mode") << QStringList{"--data", "d", "--fault", "attest:wrong-nonce", "--attestation", "hgs"} << "fault";
        QTest::newRow("fault of nothing") << QStringList{"--data", "d", "--fault", "attest:slow"} << "fault";
    }
    void refused()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, setting);
        std::vector<std::string> owned;
        for (const QString& argument : arguments)
            owned.push_back(argument.toStdString());
        const std::vector<std::string_view> views(owned.begin(), owned.end());
        const auto options = parseOptions(views);
        QVERIFY(!options);
        QCOMPARE(QString::fromStdString(options.error().setting), setting);
        QVERIFY(!options.error().remedy.empty());
    }

    void privateFiles()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("secret").toStdString();
        QVERIFY(writePrivateFile(path, base::viewOf("x")));
        QVERIFY(std::filesystem::status(path).permissions() == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
        QVERIFY(randomPassword(28) == randomPassword(28) ? false : true);
        QVERIFY(lockFolder(folder.path().toStdString()));
        const auto second = lockFolder(folder.path().toStdString());
        QVERIFY(!second && second.error().code == kFolderInUse);
    }
};

QTEST_GUILESS_MAIN(TestSandboxOptions)
#include "tst_sandbox_options.moc"
