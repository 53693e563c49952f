#include "app/ctl/AttestReport.h"
#include "app/ctl/CommandLine.h"
#include "app/ctl/ExitStatus.h"
#include "driver/http/Errors.h"
#include "driver/json/Json.h"
#include "driver/keystore/Errors.h"
#include "driver/session/Errors.h"
#include "driver/tls/Errors.h"
#include "driver/transport/Errors.h"
#include "ui/services/Errors.h"

#include <QTest>

using namespace es;
using namespace es::ctl;

namespace {

base::Result<CommandLine> parsed(const QString& text)
{
    // Single quotes hold a word together.
    QStringList words;
    const QStringList pieces = text.split(QLatin1Char('\''));
    for (qsizetype i = 0; i < pieces.size(); ++i) {
        if (i % 2 == 1)
            words += pieces[i];
        else
            words += pieces[i].split(QLatin1Char(' '), Qt::SkipEmptyParts);
    }
    return parseCommandLine(words);
}

} // namespace

class TstCtl : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void query()
    {
        const auto line
            = parsed("--sandbox s.json --column-encryption --attestation none query 'SELECT 1' --format csv --parameterize --json");
        QVERIFY(line);
        QCOMPARE(line->command, Command::kQuery);
        QCOMPARE(line->sql, QStringLiteral("SELECT 1"));
        QCOMPARE(line->format, ui::ReportFormat::kCsv);
        QCOMPARE(line->attestation, ui::AttestationChoice::kNone);
        QVERIFY(line->parameterize && line->json && line->columnEncryption);
    }

    void serverByParts()
    {
        const auto line
            = parsed("query 'SELECT 1' --server=h,1444 --user u --password-file p --ca-file c --database d --connect-timeout 3");
        QVERIFY(line);
        QCOMPARE(line->server, QStringLiteral("h,1444"));
        QCOMPARE(line->connectTimeoutMs, 3000);
    }

    void columns()
    {
        const auto line = parsed(
            "--sandbox s --column-encryption --attestation none encrypt HR.Employees.SSN '[a b].[t].c' --key CEK --type Deterministic");
        QVERIFY(line);
        QCOMPARE(line->command, Command::kEncrypt);
        QCOMPARE(line->columns.size(), 2);
        QVERIFY(line->deterministic);
        QVERIFY(parsed("--sandbox s encrypt T.c --key CEK --script")); // nothing is sent, so no enclave is needed
    }

    void keys()
    {
        const auto line = parsed("--sandbox s keys new-cmk --name CMK1 --key-file hr --enclave --generate --key-bits 4096");
        QVERIFY(line);
        QCOMPARE(line->command, Command::kNewMasterKey);
        QCOMPARE(line->keyBits, 4096);
        QVERIFY(line->allowEnclave && line->generate);
        QCOMPARE(parsed("--sandbox s keys list")->command, Command::kListKeys);
        QCOMPARE(parsed("--sandbox s keys new-cek --name K --cmk M")->masterKey, QStringLiteral("M"));
    }

    void attest()
    {
        const auto sandbox = parsed("--sandbox s.json attest --save-record r.json --json --policy p.json");
        QVERIFY(sandbox);
        QCOMPARE(sandbox->command, Command::kAttest);
        QVERIFY(sandbox->columnEncryption && sandbox->attestationOfSandbox && sandbox->json && !sandbox->isOffline());
        QCOMPARE(sandbox->saveRecord, QStringLiteral("r.json"));
        QCOMPARE(sandbox->policyFile, QStringLiteral("p.json"));
        const auto chosen = parsed("--sandbox s.json --attestation none attest");
        QVERIFY(chosen);
        QVERIFY(!chosen->attestationOfSandbox);
        QCOMPARE(chosen->attestation, ui::AttestationChoice::kNone);
        const auto server = parsed("attest --server h,1 --user u --password-file p --attestation hgs --attestation-url https://h/A");
        QVERIFY(server);
        QCOMPARE(server->attestation, ui::AttestationChoice::kHgs);
        QVERIFY(parsed("attest --verify r.json --json")->isOffline());
        QVERIFY(parsed("attest --print-policy")->isOffline());
        QVERIFY(!parsed("--sandbox s attest --print-policy --trust-seen")->isOffline());
        QVERIFY(parsed("--sandbox s --column-encryption --attestation sandbox query a")->attestationOfSandbox);
        QCOMPARE(parsed("--sandbox s query a --policy p")->policyFile, QStringLiteral("p"));
    }

    void attestStatuses_data()
    {
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("status");
        const auto row = [](base::ErrorCode code, int status) {
            const QString room = QString::fromStdString(std::string(code.room));
            const QString name = QString::fromStdString(std::string(code.name));
            QTest::newRow(qPrintable(room + QLatin1Char('.') + name)) << room << name << status;
        };
        row(session::kServerError, 1);
        row(kBadUsage, 2);
        row(attestation::kPolicyMismatch, 2);
        row(attestation::kBadPolicy, 2);
        row(attestation::kBadRecord, 2);
        row(http::kHttpPlain, 2);
        row(attestation::kEnclaveRefused, 3);
        row(attestation::kServiceFailed, 4);
        row(http::kHttpTimeout, 4);
        row(http::kHttpUnreachable, 4);
        row(http::kHttpTls, 4);
        row(transport::kRefused, 4);
        row(session::kConnectionLost, 8);
        row(session::kNoEnclave, 9);
        row(session::kNoEvidence, 9);
        row({"reports", "WriteFailed"}, 10);
        row(session::kLoginFailed, 11);
        row(tls::kTlsUntrusted, 12);
        row(ui::kInternal, 70);
    }
    void attestStatuses()
    {
        QFETCH(QString, room);
        QFETCH(QString, code);
        QFETCH(int, status);
        const std::string roomName = room.toStdString();
        const std::string codeName = code.toStdString();
        QCOMPARE(static_cast<int>(attestStatusOf(base::makeError({roomName, codeName}, "x"))), status);
        QVERIFY(attestStatusHelp().contains(QStringLiteral("  %1  ").arg(status)));
    }

    void attestReport_data()
    {
        QTest::addColumn<attestation::Verdict>("verdict");
        QTest::addColumn<bool>("sandbox");
        QTest::addColumn<QString>("title");
        QTest::addColumn<int>("status");
        QTest::newRow("verified") << attestation::Verdict::kVerified << false << "Verified" << 0;
        QTest::newRow("by a sandbox") << attestation::Verdict::kVerified << true << "Verified (sandbox root)" << 0;
        QTest::newRow("refused") << attestation::Verdict::kRefused << false << "Refused" << 3;
        QTest::newRow("unreachable") << attestation::Verdict::kUnreachable << false << "Unreachable" << 4;
        QTest::newRow("none") << attestation::Verdict::kNotAttested << false << "Not attested" << 5;
    }
    void attestReport()
    {
        QFETCH(attestation::Verdict, verdict);
        QFETCH(bool, sandbox);
        attestation::AttestationReport report;
        report.evidence.protocol = attestation::Protocol::kHgs;
        report.judgement.verdict = verdict;
        report.judgement.root = {"CN=root", "ab12", sandbox};
        report.judgement.rules = {{"policy-debug", attestation::RuleVerdict::kFailed, "off", "on"}};
        QTEST(verdictTitle(report.judgement), "title");
        QTEST(static_cast<int>(statusOfVerdict(verdict)), "status");
        const QString text = attestText(report);
        QVERIFY(text.startsWith(verdictTitle(report.judgement)));
        QVERIFY2(text.contains(QStringLiteral("FAILED      Debug mode")) && text.contains(QStringLiteral("expected off; seen on")), qPrintable(text));
        QCOMPARE(text.contains(QStringLiteral("[sandbox root]")), sandbox);
        const auto object = json::parse(attestJson(report, statusOfVerdict(verdict)));
        QVERIFY(object);
        QTEST(static_cast<int>(*object->integerAt("exitStatus")), "status");
        QCOMPARE(*object->stringAt("failedRule"), std::string("policy-debug"));
        QCOMPARE(*object->boolAt("sandboxRoot"), sandbox);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("setting");
        const auto row
            = [](const char* text, const char* setting) { QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(setting); };
        row("", "");
        row("--sandbox s dance", "");
        row("--sandbox s query", "query");
        row("--sandbox s query a b", "query");
        row("--sandbox s query a --colour red", "colour");
        row("--sandbox s query a --format xml", "format");
        row("--sandbox s query a --format", "format");
        row("--sandbox s query a --json=yes", "json");
        row("--sandbox s query a --key CEK", "key");
        row("--sandbox s query a --attestation none", "attestation");
        row("--sandbox s query a --column-encryption --attestation magic", "attestation");
        row("--sandbox s query a --column-encryption --attestation hgs", "attestation-url");
        row("--sandbox s query a --connect-timeout 0", "connect-timeout");
        row("--sandbox s --server h,1 query a", "server");
        row("query a", "server");
        row("query a --server h,1", "user");
        row("query a --server h,1 --user u", "password-file");
        row("query a --server h,x --user u --password-file p", "server");
        row("--sandbox s keys", "");
        row("--sandbox s keys list now", "");
        row("--sandbox s keys new-cmk", "name");
        row("--sandbox s keys new-cmk --name a --key-bits 1024", "key-bits");
        row("--sandbox s keys new-cek --name a", "cmk");
        row("--sandbox s --column-encryption --attestation none encrypt --key CEK", "column");
        row("--sandbox s --column-encryption --attestation none encrypt T.c", "key");
        row("--sandbox s --column-encryption --attestation none encrypt T.c --key CEK --type secret", "type");
        row("--sandbox s encrypt T.c --key CEK", "attestation");
        row("--sandbox s --column-encryption decrypt T.c", "attestation");
        row("--sandbox s --column-encryption --attestation none decrypt T.c --keep-collation", "keep-collation");
        row("--sandbox s query a --attestation sandbox", "attestation");
        row("query a --server h,1 --user u --password-file p --column-encryption --attestation sandbox", "attestation");
        row("--sandbox s attest --attestation sandbox --attestation-url https:x", "attestation-url");
        row("--sandbox s attest now", "");
        row("--sandbox s attest --attestation off", "attestation");
        row("--sandbox s attest --attestation aas", "attestation-url");
        row("attest --server h,1 --user u --password-file p", "attestation");
        row("--sandbox s attest --trust-seen", "trust-seen");
        row("--sandbox s attest --verify r", "sandbox");
        row("attest --server h,1 --print-policy", "server");
        row("attest --verify r --save-record t", "verify");
        row("--sandbox s query a --save-record r", "save-record");
        row("--sandbox s keys list --verify r", "verify");
    }
    void refused()
    {
        QFETCH(QString, text);
        QFETCH(QString, setting);
        const auto line = parsed(text);
        QVERIFY(!line);
        QCOMPARE(line.error().code, kBadUsage);
        QCOMPARE(QString::fromStdString(line.error().setting), setting);
        QCOMPARE(statusOf(line.error()), ExitStatus::kUsage);
    }

    void help()
    {
        QCOMPARE(parsed("--help")->command, Command::kHelp);
        QCOMPARE(parsed("query --help --nonsense")->command, Command::kHelp);
        QCOMPARE(parsed("--version")->command, Command::kVersion);
        const QString text = helpText();
        for (const char* word :
            {"query", "keys new-cmk", "keys new-cek", "keys list", "encrypt", "decrypt", "attest", "--policy", "--key-password-file", "130  cancelled", "12  TLS"})
            QVERIFY2(text.contains(QLatin1String(word)), word);
    }

    void statuses_data()
    {
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("status");
        const auto row = [](base::ErrorCode code, int status) {
            const QString room = QString::fromStdString(std::string(code.room));
            const QString name = QString::fromStdString(std::string(code.name));
            QTest::newRow(qPrintable(room + QLatin1Char('.') + name)) << room << name << status;
        };
        row(session::kServerError, 1);
        row(kBadUsage, 2);
        row(transport::kHostNotFound, 3);
        row(transport::kRefused, 3);
        row(transport::kTimedOut, 3);
        row(session::kLoginFailed, 4);
        row(session::kDatabaseNotOpened, 4);
        row(tls::kTlsUntrusted, 5);
        row(tls::kTlsHostName, 5);
        row(tls::kTlsExpired, 5);
        row(keystore::kKeyNotFound, 6);
        row(keystore::kWrongPassword, 6);
        row(keystore::kSecretNeeded, 6);
        row(session::kColumnKeyFailed, 6);
        row(session::kKeyNotAllowed, 7);
        row(session::kCellFailed, 7);
        row(ui::kMasterKeyNotSigned, 7);
        row(transport::kConnectionLost, 8);
        row(session::kConnectionLost, 8);
        row(session::kNoEnclave, 9);
        row({"reports", "WriteFailed"}, 10);
        row(ui::kInternal, 70);
        row({"unheard", "Of"}, 70);
    }
    void statuses()
    {
        QFETCH(QString, room);
        QFETCH(QString, code);
        QFETCH(int, status);
        const std::string roomName = room.toStdString();
        const std::string codeName = code.toStdString();
        QCOMPARE(static_cast<int>(statusOf(base::makeError({roomName, codeName}, "x"))), status);
        QVERIFY(exitStatusHelp().contains(QStringLiteral("  %1  ").arg(status)));
    }
};

QTEST_APPLESS_MAIN(TstCtl)
#include "tst_ctl.moc"
