// Each validation row, and what a failed login points at.
#include "tests/support/NoWarnings.h"
#include "ui/connect/ConnectFailure.h"
#include "ui/connect/ConnectRules.h"

#include <QTest>

using namespace es;
using namespace es::ui;

namespace {

ConnectionProfile right()
{
    ConnectionProfile profile;
    profile.host = "db";
    profile.user = "sa";
    return profile;
}

} // namespace

Q_DECLARE_METATYPE(es::ui::ConnectionProfile)
Q_DECLARE_METATYPE(es::ui::ConnectField)
Q_DECLARE_METATYPE(es::ui::ConnectFailure::Fix)

class TstConnectRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }

    void rules_data()
    {
        using F = ConnectField;
        QTest::addColumn<ConnectionProfile>("profile");
        QTest::addColumn<QString>("server");
        QTest::addColumn<QList<int>>("fields");
        const auto row
            = [](const char* name, QList<F> fields, const std::function<void(ConnectionProfile&)>& change, const char* server = "db") {
                  ConnectionProfile profile = right();
                  change(profile);
                  QList<int> numbers;
                  for (const F field : fields)
                      numbers.append(static_cast<int>(field));
                  QTest::newRow(name) << profile << QString::fromLatin1(server) << numbers;
              };
        const auto encrypted = [](ConnectionProfile& p, AttestationChoice choice, const char* url = "") {
            p.columnEncryption = true;
            p.attestation = choice;
            p.attestationUrl = QString::fromLatin1(url);
        };
        row("right", {}, [](auto&) {});
        row(
            "no server", {F::kServer}, [](auto&) {}, " ");
        row(
            "server is no address", {F::kServer}, [](auto&) {}, "db,port");
        row("no login", {F::kUser}, [](auto& p) { p.user.clear(); });
        row(
            "neither", {F::kServer, F::kUser}, [](auto& p) { p.user.clear(); }, "");
        row("trust", {}, [](auto& p) { p.trustServerCertificate = true; });
        row("ca file", {}, [](auto& p) { p.caFile = "/ca.pem"; });
        row("trust and ca file", {F::kCaFile}, [](auto& p) {
            p.trustServerCertificate = true;
            p.caFile = "/ca.pem";
        });
        row("encrypted", {}, [&](auto& p) { encrypted(p, AttestationChoice::kOff); });
        row("none", {}, [&](auto& p) { encrypted(p, AttestationChoice::kNone); });
        row("none with url", {F::kUrl}, [&](auto& p) { encrypted(p, AttestationChoice::kNone, "https://x"); });
        row("url without protocol", {F::kProtocol}, [&](auto& p) { encrypted(p, AttestationChoice::kOff, "https://x"); });
        row("hgs", {}, [&](auto& p) { encrypted(p, AttestationChoice::kHgs, "https://x"); });
        row("hgs without url", {F::kUrl}, [&](auto& p) { encrypted(p, AttestationChoice::kHgs); });
        row("aas", {}, [&](auto& p) { encrypted(p, AttestationChoice::kAas, "https://x/attest/SgxEnclave"); });
        row("aas without url", {F::kUrl}, [&](auto& p) { encrypted(p, AttestationChoice::kAas); });
        row("no url", {F::kUrl}, [&](auto& p) { encrypted(p, AttestationChoice::kHgs, "hgs.bastion.local"); });
        row("another scheme", {F::kUrl}, [&](auto& p) { encrypted(p, AttestationChoice::kHgs, "ftp://x"); });
        row("password in the url", {F::kUrl}, [&](auto& p) { encrypted(p, AttestationChoice::kHgs, "https://a:b@x"); });
        row("plain http", {F::kUrl}, [&](auto& p) { encrypted(p, AttestationChoice::kHgs, "http://x"); });
        row("plain http, allowed", {}, [&](auto& p) {
            encrypted(p, AttestationChoice::kHgs, "http://x");
            p.attestationPolicy = R"({"version": 1, "plainHttp": true})";
        });
        row("no policy", {F::kPolicy}, [&](auto& p) {
            encrypted(p, AttestationChoice::kHgs, "https://x");
            p.attestationPolicy = R"({"version": 1, "plainHtp": true})";
        });
        row("policy of another protocol", {F::kPolicy}, [&](auto& p) {
            encrypted(p, AttestationChoice::kHgs, "https://x");
            p.attestationPolicy = R"({"version": 1, "protocol": "aas"})";
        });
        row("policy of this protocol", {}, [&](auto& p) {
            encrypted(p, AttestationChoice::kHgs, "https://x");
            p.attestationPolicy = R"({"version": 1, "protocol": "hgs"})";
        });
        row("no policy, but no enclave either", {}, [](auto& p) { p.attestationPolicy = "{"; });
        row("protocol without encryption", {F::kColumnEncryption}, [](auto& p) { p.attestation = AttestationChoice::kNone; });
        row("url without encryption", {F::kColumnEncryption}, [](auto& p) { p.attestationUrl = "https://x"; });
    }
    void rules()
    {
        QFETCH(ConnectionProfile, profile);
        QFETCH(QString, server);
        QFETCH(QList<int>, fields);
        QList<int> seen;
        for (const FieldProblem& problem : problemsOf(profile, server)) {
            seen.append(static_cast<int>(problem.field));
            QVERIFY(problem.text.endsWith(QLatin1Char('.')));
        }
        QCOMPARE(seen, fields);
    }

    void failures_data()
    {
        using F = ConnectField;
        using X = ConnectFailure::Fix;
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("setting");
        QTest::addColumn<ConnectField>("field");
        QTest::addColumn<ConnectFailure::Fix>("fix");
        const auto row = [](const char* room, const char* name, const char* setting, F field, X fix = X::kNone) {
            QTest::addRow("%s.%s %s", room, name, setting)
                << QString::fromLatin1(room) << QString::fromLatin1(name) << QString::fromLatin1(setting) << field << fix;
        };
        row("transport", "HostNotFound", "host", F::kServer);
        row("transport", "Refused", "port", F::kServer);
        row("transport", "Unreachable", "host", F::kServer);
        row("transport", "TimedOut", "connect-timeout", F::kTimeout, X::kLongerTimeout);
        row("session", "TimedOut", "connect-timeout", F::kTimeout, X::kLongerTimeout);
        row("tls", "TlsHostName", "host", F::kHostName, X::kEnterHostName);
        row("tls", "TlsUntrusted", "ca-file", F::kCaFile, X::kChooseCaFile);
        row("tls", "TlsBadCaFile", "ca-file", F::kCaFile, X::kChooseCaFile);
        row("tls", "TlsExpired", "host", F::kServer);
        row("tls", "TlsHandshake", "encrypt", F::kServer);
        row("session", "LoginFailed", "password", F::kPassword);
        row("session", "LoginRefused", "user", F::kUser);
        row("session", "DatabaseNotOpened", "database", F::kDatabase, X::kDefaultDatabase);
        row("session", "ColumnEncryptionNotSupported", "column-encryption", F::kColumnEncryption, X::kWithoutEncryption);
        row("session", "NoEnclave", "attestation", F::kEnclaves, X::kWithoutEnclaves);
        row("session", "EnclaveType", "attestation", F::kProtocol, X::kWithoutEnclaves);
        row("session", "ConnectionLost", "host", F::kServer);
        row("session", "BadSettings", "trust-server-certificate", F::kTrust);
        row("session", "BadSettings", "attestation-url", F::kUrl);
        row("attestation", "PolicyMismatch", "attestation-policy", F::kPolicy);
        row("attestation", "BadPolicy", "attestation-policy", F::kPolicy);
        row("session", "EncryptionRefused", "", F::kNone);
        row("services", "Internal", "", F::kNone);
    }
    void failures()
    {
        QFETCH(QString, room);
        QFETCH(QString, name);
        QFETCH(QString, setting);
        QFETCH(ConnectField, field);
        QFETCH(ConnectFailure::Fix, fix);
        const std::string roomText = room.toStdString();
        const std::string nameText = name.toStdString();
        base::Error error = base::makeError({roomText, nameText}, "What happened.", setting.toStdString(), "What to do.");
        ConnectionProfile profile = right();
        profile.database = "HR";
        const ConnectFailure failure = explainFailure(error, profile);
        QCOMPARE(failure.field, field);
        QCOMPARE(failure.fix, fix);
        QCOMPARE(failure.fixText.isEmpty(), fix == ConnectFailure::Fix::kNone);
        QVERIFY(failure.title.startsWith(QLatin1String("Could not connect")));
        QVERIFY(!failure.title.contains(QLatin1Char('%')));
        QVERIFY(!failure.text.isEmpty());
        QCOMPARE(failure.note.isEmpty(), field == ConnectField::kNone);
        QCOMPARE(failure.text.contains(QLatin1String("was not sent")), room == QLatin1String("tls"));
    }

    void theServersWordsStandApart()
    {
        base::Error error = base::makeError({"session", "LoginFailed"}, "The server refused the login of \"sa\".", "password", "Check it.");
        error.server = base::ServerError{18456, 1, 14, 1, "Login failed for user 'sa'.", "s", ""};
        const ConnectFailure failure = explainFailure(error, right());
        QCOMPARE(failure.title, QStringLiteral("Could not connect: the server refused sa"));
        QVERIFY(failure.text.endsWith(QStringLiteral("\nThe server says: “Login failed for user 'sa'.” (18456, state 1)")));
        // A database that is the default one already cannot be left out.
        const base::Error database = base::makeError({"session", "DatabaseNotOpened"}, "x", "database", "y");
        QVERIFY(explainFailure(database, right()).fixText.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TstConnectRules)
#include "tst_connect_rules.moc"
