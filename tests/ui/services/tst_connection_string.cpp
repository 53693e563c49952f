// Connection strings of three dialects: what each row says, what is refused, and round trips.
#include "tests/support/NoWarnings.h"
#include "ui/services/ConnectionString.h"

#include <QTest>

using namespace es;
using namespace es::ui;

namespace {

ConnectionProfile profile(const QString& server, const QString& user = {}, const QString& database = {})
{
    ConnectionProfile made;
    made.setServerText(server);
    made.user = user;
    made.database = database;
    return made;
}

ConnectionProfile with(ConnectionProfile made, const std::function<void(ConnectionProfile&)>& change)
{
    change(made);
    return made;
}

std::string revealed(const base::SecureBytes& secret)
{
    const auto view = secret.reveal(base::SecretAccess::forTest());
    return {view.begin(), view.end()};
}

} // namespace

Q_DECLARE_METATYPE(es::ui::ConnectionProfile)
Q_DECLARE_METATYPE(es::ui::ConnectionDialect)

class TstConnectionString : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }

    void reads_data()
    {
        using D = ConnectionDialect;
        QTest::addColumn<QString>("text");
        QTest::addColumn<ConnectionDialect>("dialect");
        QTest::addColumn<ConnectionProfile>("expected");
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<QStringList>("leftOut");
        const auto row = [](const char* name, const char* text, D dialect, const ConnectionProfile& expected, const char* password = "",
                             const QStringList& leftOut = {}) {
            QTest::newRow(name) << QString::fromUtf8(text) << dialect << expected << QByteArray(password) << leftOut;
        };
        const ConnectionProfile hr = profile("db.example,1444", "sa", "HR");
        // ADO.NET: names of keywords, in any case and with or without spaces
        row("ado plain", "Server=db.example,1444;Database=HR;User ID=sa;Password=geheim", D::kAdoNet, hr, "geheim");
        row("ado synonyms 1", "Data Source=db.example,1444;Initial Catalog=HR;UID=sa;PWD=geheim;", D::kAdoNet, hr, "geheim");
        row("ado synonyms 2", "ADDRESS=db.example,1444;initial catalog=HR;user=sa;pwd=geheim", D::kAdoNet, hr, "geheim");
        row("ado synonyms 3", "addr = db.example , 1444 ; database = HR ; UserID = sa", D::kAdoNet, hr);
        row("ado network address", "Network Address=tcp:db.example,1444;Database=HR;User Id=sa", D::kAdoNet, hr);
        row("ado line breaks", "Server=db.example,1444;\n  Database=HR;\r\n\tUser ID=sa;;\n", D::kAdoNet, hr);
        row("ado host alone", "Server=db.example", D::kAdoNet, profile("db.example,1433"));
        row("ado tcp", "Server=tcp:db.example,1444", D::kAdoNet, profile("db.example,1444"));
        row("ado TCP in capitals", "Server=TCP: db.example,1444", D::kAdoNet, profile("db.example,1444"));
        row("ado host:port", "Server=db.example:1444", D::kAdoNet, profile("db.example,1444"));
        row("ado dot", "Server=.", D::kAdoNet, profile("localhost,1433"));
        row("ado (local)", "Server=(LOCAL),1444", D::kAdoNet, profile("localhost,1444"));
        row("ado instance and port", "Server=db.example\\SQL2022,1444", D::kAdoNet, profile("db.example,1444"));
        row("ado instance", "Server=db.example\\SQL2022", D::kAdoNet, profile("db.example\\SQL2022"));
        row("ado IPv4", "Server=10.1.4.7,1444", D::kAdoNet, profile("10.1.4.7,1444"));
        row("ado IPv6", "Server=::1,1444", D::kAdoNet, profile("::1,1444"));
        row("ado IPv6 in brackets", "Server=[::1]:1444", D::kAdoNet, profile("::1,1444"));
        row("ado IPv6 without port", "Server=fe80::2", D::kAdoNet, profile("fe80::2,1433"));
        row("ado last wins", "Server=a;Server=b", D::kAdoNet, profile("b,1433"));
        // ADO.NET: quotes
        row("ado double quotes", "Server=a;Password=\"x;y\"", D::kAdoNet, profile("a,1433"), "x;y");
        row("ado doubled double quote", "Server=a;Password=\"x\"\"y\"", D::kAdoNet, profile("a,1433"), "x\"y");
        row("ado single quotes", "Server=a;Password='x;\"y'", D::kAdoNet, profile("a,1433"), "x;\"y");
        row("ado doubled single quote", "Server=a;Password='it''s'", D::kAdoNet, profile("a,1433"), "it's");
        row("ado quote inside", "Server=a;Password=x'y\"z", D::kAdoNet, profile("a,1433"), "x'y\"z");
        row("ado spaces kept in quotes", "Server=a;Password=\"  x \"", D::kAdoNet, profile("a,1433"), "  x ");
        row("ado spaces cut", "Server=a;Password=  x  ", D::kAdoNet, profile("a,1433"), "x");
        row("ado equals in value", "Server=a;Password=x=y==z", D::kAdoNet, profile("a,1433"), "x=y==z");
        row("ado doubled equals in keyword", "Server=a;x==y=1", D::kAdoNet, profile("a,1433"), "", {"x=y"});
        row("ado unicode", "Server=a;Password=pässwörd→", D::kAdoNet, profile("a,1433"), "pässwörd→");
        row("ado empty password", "Server=a;Password=", D::kAdoNet, profile("a,1433"));
        // ADO.NET: the rest
        row("ado trust", "Server=a;TrustServerCertificate=True;Encrypt=True", D::kAdoNet,
            with(profile("a,1433"), [](auto& p) { p.trustServerCertificate = true; }));
        row("ado trust with spaces", "Server=a;Trust Server Certificate=yes;Encrypt=Mandatory", D::kAdoNet,
            with(profile("a,1433"), [](auto& p) { p.trustServerCertificate = true; }));
        row("ado host name", "Server=a;HostNameInCertificate=b.example", D::kAdoNet,
            with(profile("a,1433"), [](auto& p) { p.hostNameInCertificate = "b.example"; }));
        row("ado host name spaced", "Server=a;Host Name In Certificate=b.example", D::kAdoNet,
            with(profile("a,1433"), [](auto& p) { p.hostNameInCertificate = "b.example"; }));
        for (const char* name : {"Connect Timeout", "Connection Timeout", "Timeout"})
            row(name, qPrintable(QStringLiteral("Server=a;%1=40").arg(QLatin1String(name))), D::kAdoNet,
                with(profile("a,1433"), [](auto& p) { p.connectTimeoutMs = 40000; }));
        row("ado no limit", "Server=a;Connect Timeout=0", D::kAdoNet, profile("a,1433"), "", {"Connect Timeout"});
        row("ado application", "Server=a;Application Name=Payroll", D::kAdoNet,
            with(profile("a,1433"), [](auto& p) { p.applicationName = "Payroll"; }));
        row("ado encrypt off", "Server=a;Encrypt=False", D::kAdoNet, profile("a,1433"), "", {"Encrypt"});
        const auto strict = with(profile("a,1433"), [](auto& p) { p.strictEncryption = true; });
        row("ado encrypt strict", "Server=a;Encrypt=Strict", D::kAdoNet, strict);
        row("ado encrypt strict, trust without effect", "Server=a;TrustServerCertificate=True;Encrypt=strict", D::kAdoNet, strict);
        row("odbc encrypt strict", "Driver={ODBC Driver 18 for SQL Server};Server=a;Encrypt=strict", D::kOdbc, strict);
        row("jdbc encrypt strict", "jdbc:sqlserver://a;encrypt=strict;trustServerCertificate=false", D::kJdbc, strict);
        row("ado integrated", "Server=a;Integrated Security=SSPI", D::kAdoNet, profile("a,1433"), "", {"Integrated Security"});
        row("ado not integrated", "Server=a;Integrated Security=false", D::kAdoNet, profile("a,1433"));
        row("ado entra", "Server=a;Authentication=Active Directory Default", D::kAdoNet, profile("a,1433"), "", {"Authentication"});
        row("ado unknown", "Server=a;MultipleActiveResultSets=True;Pooling=False", D::kAdoNet, profile("a,1433"), "",
            {"MultipleActiveResultSets", "Pooling"});
        // Always Encrypted
        const auto encrypted = [](AttestationChoice choice, const char* url = "") {
            return with(profile("a,1433"), [=](auto& p) {
                p.columnEncryption = true;
                p.attestation = choice;
                p.attestationUrl = QString::fromLatin1(url);
            });
        };
        const char* url = "https://hgs.bastion.local/Attestation";
        row("ado column encryption", "Server=a;Column Encryption Setting=Enabled", D::kAdoNet, encrypted(AttestationChoice::kOff));
        row("ado column encryption off", "Server=a;Column Encryption Setting=disabled", D::kAdoNet, profile("a,1433"));
        row("ado none", "Server=a;Column Encryption Setting=enabled;Attestation Protocol=None", D::kAdoNet,
            encrypted(AttestationChoice::kNone));
        row("ado hgs",
            "Server=a;Column Encryption Setting=Enabled;Attestation Protocol=hgs;Enclave Attestation "
            "Url=https://hgs.bastion.local/Attestation",
            D::kAdoNet, encrypted(AttestationChoice::kHgs, url));
        row("ado aas",
            "Server=a;ColumnEncryptionSetting=Enabled;AttestationProtocol=AAS;EnclaveAttestationUrl=https://x.weu.attest.azure.net/attest/"
            "SgxEnclave",
            D::kAdoNet, encrypted(AttestationChoice::kAas, "https://x.weu.attest.azure.net/attest/SgxEnclave"));
        // ODBC
        row("odbc plain", "Driver={ODBC Driver 18 for SQL Server};Server=tcp:db.example,1444;Database=HR;UID=sa;PWD=geheim;Encrypt=yes",
            D::kOdbc, hr, "geheim");
        row("odbc braces", "Driver={ODBC Driver 18 for SQL Server};Server=a;PWD={x;y}", D::kOdbc, profile("a,1433"), "x;y");
        row("odbc doubled brace", "Driver=x;Server=a;PWD={x}}y}", D::kOdbc, profile("a,1433"), "x}y");
        row("odbc opening brace inside", "Driver=x;Server=a;PWD={x{y}", D::kOdbc, profile("a,1433"), "x{y");
        row("odbc quotes are plain", "Driver=x;Server=a;PWD=\"x\"", D::kOdbc, profile("a,1433"), "\"x\"");
        row("odbc by braces alone", "Server=a;UID=sa;PWD={x;y}", D::kOdbc, profile("a,1433", "sa"), "x;y");
        row("odbc first wins", "Driver=x;Server=a;Server=b", D::kOdbc, profile("a,1433"));
        row("odbc trust", "Driver=x;Server=a;TrustServerCertificate=yes;HostnameInCertificate=b", D::kOdbc,
            with(profile("a,1433"), [](auto& p) {
                p.trustServerCertificate = true;
                p.hostNameInCertificate = "b";
            }));
        row("odbc trusted connection", "Driver=x;Server=a;Trusted_Connection=yes", D::kOdbc, profile("a,1433"), "", {"Trusted_Connection"});
        row("odbc not trusted connection", "Driver=x;Server=a;Trusted_Connection=no;APP=Payroll", D::kOdbc,
            with(profile("a,1433"), [](auto& p) { p.applicationName = "Payroll"; }));
        row("odbc dsn", "DSN=Payroll;UID=sa", D::kOdbc, profile(",", "sa"), "", {"DSN"});
        row("odbc column encryption", "Driver=x;Server=a;ColumnEncryption=Enabled", D::kOdbc, encrypted(AttestationChoice::kOff));
        row("odbc hgs", "Driver=x;Server=a;ColumnEncryption=VBS-HGS,https://hgs.bastion.local/Attestation", D::kOdbc,
            encrypted(AttestationChoice::kHgs, url));
        row("odbc hgs in braces", "Server=a;ColumnEncryption={vbs-hgs, https://hgs.bastion.local/Attestation}", D::kOdbc,
            encrypted(AttestationChoice::kHgs, url));
        row("odbc aas", "Driver=x;Server=a;ColumnEncryption=SGX-AAS,https://hgs.bastion.local/Attestation", D::kOdbc,
            encrypted(AttestationChoice::kAas, url));
        row("odbc none", "Driver=x;Server=a;ColumnEncryption=VBS-NONE", D::kOdbc, encrypted(AttestationChoice::kNone));
        // JDBC
        row("jdbc plain", "jdbc:sqlserver://db.example:1444;databaseName=HR;user=sa;password=geheim;encrypt=true", D::kJdbc, hr, "geheim");
        row("jdbc synonyms", "JDBC:SQLServer://;serverName=db.example;portNumber=1444;database=HR;userName=sa", D::kJdbc, hr);
        row("jdbc server, port", "jdbc:sqlserver://;server=db.example;port=1444;database=HR;user=sa", D::kJdbc, hr);
        row("jdbc instance", "jdbc:sqlserver://db.example\\SQL2022:1444;databaseName=HR;user=sa", D::kJdbc, hr);
        row("jdbc host alone", "jdbc:sqlserver://db.example", D::kJdbc, profile("db.example,1433"));
        row("jdbc IPv6", "jdbc:sqlserver://[::1]:1444", D::kJdbc, profile("::1,1444"));
        row("jdbc braces", "jdbc:sqlserver://a;password={x;}}y}", D::kJdbc, profile("a,1433"), "x;}y");
        row("jdbc login timeout", "jdbc:sqlserver://a;loginTimeout=40;trustServerCertificate=true", D::kJdbc,
            with(profile("a,1433"), [](auto& p) {
                p.connectTimeoutMs = 40000;
                p.trustServerCertificate = true;
            }));
        row("jdbc column encryption", "jdbc:sqlserver://a;columnEncryptionSetting=Enabled", D::kJdbc, encrypted(AttestationChoice::kOff));
        row("jdbc hgs",
            "jdbc:sqlserver://a;columnEncryptionSetting=Enabled;enclaveAttestationProtocol=HGS;enclaveAttestationUrl=https://"
            "hgs.bastion.local/Attestation",
            D::kJdbc, encrypted(AttestationChoice::kHgs, url));
        row("jdbc none", "jdbc:sqlserver://a;columnEncryptionSetting=Enabled;enclaveAttestationProtocol=NONE", D::kJdbc,
            encrypted(AttestationChoice::kNone));
        row("jdbc unknown", "jdbc:sqlserver://a;sendStringParametersAsUnicode=false", D::kJdbc, profile("a,1433"), "",
            {"sendStringParametersAsUnicode"});
    }
    void reads()
    {
        QFETCH(QString, text);
        QFETCH(ConnectionDialect, dialect);
        QFETCH(ConnectionProfile, expected);
        QFETCH(QByteArray, password);
        QFETCH(QStringList, leftOut);
        const auto parsed = parseConnectionString(text);
        QVERIFY2(parsed, parsed ? "" : parsed.error().text.c_str());
        QCOMPARE(parsed->dialect, dialect);
        QCOMPARE(parsed->profile.serverText(), expected.serverText());
        QCOMPARE(parsed->profile.user, expected.user);
        QCOMPARE(parsed->profile.database, expected.database);
        QVERIFY(parsed->profile == expected);
        QCOMPARE(QByteArray::fromStdString(revealed(parsed->password)), password);
        QCOMPARE(parsed->hasPassword, !password.isEmpty());
        QCOMPARE(parsed->leftOut, leftOut);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("setting");
        QTest::newRow("nothing") << "  \n"
                                 << "connection-string";
        QTest::newRow("words") << "hello world"
                               << "connection-string";
        QTest::newRow("only unknown") << "colour=blue"
                                      << "connection-string";
        QTest::newRow("no keyword") << "Server=a;=b"
                                    << "connection-string";
        QTest::newRow("no value") << "Server=a;Password"
                                  << "connection-string";
        QTest::newRow("half a password") << "Server=a;Password=abc;marker42"
                                         << "connection-string";
        QTest::newRow("open quote") << "Server=a;Password=\"marker42"
                                    << "connection-string";
        QTest::newRow("after a quote") << "Server=a;Password=\"abc\"marker42"
                                       << "connection-string";
        QTest::newRow("open brace") << "Driver=x;Server=a;PWD={marker42"
                                    << "connection-string";
        QTest::newRow("jdbc without slashes") << "jdbc:sqlserver:a"
                                              << "connection-string";
        QTest::newRow("no truth") << "Server=a;TrustServerCertificate=marker42"
                                  << "connection-string";
        QTest::newRow("port in words") << "Server=a,marker42"
                                       << "port";
        QTest::newRow("port missing") << "Server=a,"
                                      << "port";
        QTest::newRow("port too large") << "Server=a,65536"
                                        << "port";
        QTest::newRow("jdbc port") << "jdbc:sqlserver://a:0"
                                   << "port";
        QTest::newRow("pipe") << "Server=np:\\\\a\\pipe\\sql"
                              << "host";
        QTest::newRow("localdb") << "Server=(localdb)\\v11.0"
                                 << "host";
        QTest::newRow("timeout") << "Server=a;Connect Timeout=soon"
                                 << "connect-timeout";
        QTest::newRow("negative timeout") << "Server=a;Connect Timeout=-1"
                                          << "connect-timeout";
        // Rules between encryption settings
        QTest::newRow("column encryption") << "Server=a;Column Encryption Setting=On"
                                           << "column-encryption";
        QTest::newRow("odbc form in ado") << "Server=a;Column Encryption Setting=VBS-NONE"
                                          << "column-encryption";
        QTest::newRow("protocol unknown") << "Server=a;Column Encryption Setting=Enabled;Attestation Protocol=TPM"
                                          << "attestation";
        QTest::newRow("protocol off") << "Server=a;Column Encryption Setting=Enabled;Attestation Protocol=off"
                                      << "attestation";
        QTest::newRow("url without protocol") << "Server=a;Column Encryption Setting=Enabled;Enclave Attestation Url=https://x"
                                              << "attestation";
        QTest::newRow("hgs without url") << "Server=a;Column Encryption Setting=Enabled;Attestation Protocol=HGS"
                                         << "attestation-url";
        QTest::newRow("aas without url") << "jdbc:sqlserver://a;columnEncryptionSetting=Enabled;enclaveAttestationProtocol=AAS"
                                         << "attestation-url";
        QTest::newRow("odbc hgs without url") << "Driver=x;Server=a;ColumnEncryption=VBS-HGS"
                                              << "attestation-url";
        QTest::newRow("none with url")
            << "Server=a;Column Encryption Setting=Enabled;Attestation Protocol=None;Enclave Attestation Url=https://x"
            << "attestation-url";
        QTest::newRow("protocol without encryption") << "Server=a;Attestation Protocol=None"
                                                     << "column-encryption";
        QTest::newRow("url without encryption") << "Server=a;Enclave Attestation Url=https://x"
                                                << "column-encryption";
    }
    void refuses()
    {
        QFETCH(QString, text);
        QFETCH(QString, setting);
        const auto parsed = parseConnectionString(text);
        QVERIFY(!parsed);
        QCOMPARE(QString::fromStdString(parsed.error().setting), setting);
        QVERIFY(!parsed.error().remedy.empty());
        // A message must not repeat what may be half a password.
        QVERIFY(!QString::fromStdString(parsed.error().describe()).contains(QLatin1String("marker42")));
    }

    void notes()
    {
        QCOMPARE(parseConnectionString(QStringLiteral("Server=a\\b"))->notes.size(), 0);
        QCOMPARE(parseConnectionString(QStringLiteral("Server=a\\b,1500"))->notes.size(), 1);
        QCOMPARE(parseConnectionString(QStringLiteral("Server=a;Encrypt=False"))->notes.size(), 1);
        QCOMPARE(parseConnectionString(QStringLiteral("Server=a;Integrated Security=true"))->notes.size(), 1);
        QCOMPARE(parseConnectionString(QStringLiteral("Server=a;Encrypt=True"))->notes.size(), 0);
    }

    void roundTrips_data()
    {
        QTest::addColumn<ConnectionProfile>("before");
        const ConnectionProfile plain = profile("db.example,1444", "sa", "HR");
        const auto row
            = [&](const char* name, const std::function<void(ConnectionProfile&)>& change) { QTest::newRow(name) << with(plain, change); };
        row("plain", [](auto&) {});
        row("standard port", [](auto& p) { p.port = 1433; });
        row("address", [](auto& p) { p.host = "10.1.4.7"; });
        row("IPv6", [](auto& p) { p.host = "fe80::1"; });
        row("no database", [](auto& p) { p.database.clear(); });
        row("trust", [](auto& p) { p.trustServerCertificate = true; });
        row("host name", [](auto& p) { p.hostNameInCertificate = "other.example"; });
        row("semicolon", [](auto& p) { p.database = "a;b"; });
        row("all quotes", [](auto& p) { p.database = "a'b\"c{d}e"; });
        row("braces around", [](auto& p) { p.database = "{HR}"; });
        row("closing braces", [](auto& p) { p.user = "x}}y}"; });
        row("quotes around", [](auto& p) { p.user = "\"sa\""; });
        row("single quotes around", [](auto& p) { p.user = "'sa'"; });
        row("spaces around", [](auto& p) { p.user = " sa "; });
        row("equals", [](auto& p) { p.user = "a=b"; });
        row("line break", [](auto& p) { p.database = "a\nb"; });
        row("unicode", [](auto& p) { p.database = "Gehälter→"; });
        row("application", [](auto& p) { p.applicationName = "Payroll; night"; });
        row("column encryption", [](auto& p) { p.columnEncryption = true; });
        row("none", [](auto& p) {
            p.columnEncryption = true;
            p.attestation = AttestationChoice::kNone;
        });
        row("hgs", [](auto& p) {
            p.columnEncryption = true;
            p.attestation = AttestationChoice::kHgs;
            p.attestationUrl = "https://hgs.bastion.local/Attestation?a=b,c";
        });
        row("aas", [](auto& p) {
            p.columnEncryption = true;
            p.attestation = AttestationChoice::kAas;
            p.attestationUrl = "https://x.weu.attest.azure.net/attest/SgxEnclave;v=1";
        });
    }
    void roundTrips()
    {
        QFETCH(ConnectionProfile, before);
        for (const auto dialect : {ConnectionDialect::kAdoNet, ConnectionDialect::kOdbc, ConnectionDialect::kJdbc}) {
            const WrittenConnectionString written = writeConnectionString(before, dialect);
            QCOMPARE(written.leftOut, QStringList());
            const auto after = parseConnectionString(written.text);
            QVERIFY2(after, qPrintable(written.text));
            QCOMPARE(after->dialect, dialect);
            QCOMPARE(after->leftOut, QStringList());
            QVERIFY2(after->profile == before, qPrintable(written.text));
            QVERIFY(!written.text.contains(QLatin1String("password"), Qt::CaseInsensitive));
            QVERIFY(!written.text.contains(QLatin1String("pwd"), Qt::CaseInsensitive));
        }
    }

    void whatADialectCannotSay()
    {
        const ConnectionProfile before = with(profile("a,1433", "sa"), [](auto& p) {
            p.caFile = "/etc/ca.pem";
            p.connectTimeoutMs = 30000;
        });
        QCOMPARE(writeConnectionString(before, ConnectionDialect::kAdoNet).leftOut, QStringList{"CA file"});
        QCOMPARE(writeConnectionString(before, ConnectionDialect::kJdbc).leftOut, QStringList{"CA file"});
        QCOMPARE(writeConnectionString(before, ConnectionDialect::kOdbc).leftOut, (QStringList{"connect timeout", "CA file"}));
        const QString text = writeConnectionString(before, ConnectionDialect::kAdoNet).text;
        QCOMPARE(parseConnectionString(text)->profile.connectTimeoutMs, 30000);
        QVERIFY(!text.contains(QLatin1String("ca.pem")));
    }

    void exactForms()
    {
        const ConnectionProfile p = with(profile("db.example,1444", "sa", "HR"), [](auto& q) {
            q.columnEncryption = true;
            q.attestation = AttestationChoice::kNone;
        });
        QCOMPARE(writeConnectionString(p, ConnectionDialect::kAdoNet).text,
            QStringLiteral("Server=db.example,1444;Database=HR;User ID=sa;Encrypt=True;TrustServerCertificate=False;Connect Timeout=15;"
                           "Application Name=Enclave Studio;Column Encryption Setting=Enabled;Attestation Protocol=None"));
        QCOMPARE(writeConnectionString(p, ConnectionDialect::kOdbc).text,
            QStringLiteral("Driver={ODBC Driver 18 for SQL Server};Server=tcp:db.example,1444;Database=HR;UID=sa;Encrypt=yes;"
                           "TrustServerCertificate=no;APP=Enclave Studio;ColumnEncryption=VBS-NONE"));
        QCOMPARE(writeConnectionString(p, ConnectionDialect::kJdbc).text,
            QStringLiteral(
                "jdbc:sqlserver://db.example:1444;databaseName=HR;user=sa;encrypt=true;trustServerCertificate=false;loginTimeout=15;"
                "applicationName=Enclave Studio;columnEncryptionSetting=Enabled;enclaveAttestationProtocol=NONE"));
    }
};

QTEST_GUILESS_MAIN(TstConnectionString)
#include "tst_connection_string.moc"
