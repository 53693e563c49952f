// Which button an error gets: one that helps, or none.
#include "ui/query/QueryFix.h"

#include <QTest>

using namespace es;
using namespace es::ui;

class TestUiQueryFix : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void query_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<bool>("enclaves");
        QTest::addColumn<bool>("parameterize");
        QTest::addColumn<int>("fix");
        const auto row = [](int number, bool enclaves, bool parameterize, Fix fix) {
            QTest::addRow("%d %d %d", number, enclaves, parameterize) << number << enclaves << parameterize << static_cast<int>(fix);
        };
        row(33546, false, true, Fix::kTurnOnEnclaves);
        row(33546, true, true, Fix::kNone); // enclaves are on: turning them on again helps nobody
        row(33277, true, false, Fix::kParameterize);
        row(33299, true, false, Fix::kParameterize);
        row(206, true, false, Fix::kParameterize);
        row(402, true, false, Fix::kParameterize);
        row(206, true, true, Fix::kNone);
        row(33542, true, true, Fix::kOpenWizard);
        row(208, true, true, Fix::kNone);
    }
    void query()
    {
        QFETCH(int, number);
        QFETCH(bool, enclaves);
        QFETCH(bool, parameterize);
        QFETCH(int, fix);
        base::Error error;
        error.server = base::ServerError{number, 1, 16, 1, "words", "srv", ""};
        const FixOffer offer = fixForQuery(error, {enclaves, parameterize});
        QCOMPARE(static_cast<int>(offer.fix), fix);
        QCOMPARE(offer.label.isEmpty(), offer.fix == Fix::kNone);
    }
    void attestation_data()
    {
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("suggestedUrl");
        QTest::addColumn<int>("ofQuery");
        QTest::addColumn<int>("ofConnection");
        const auto row = [](const char* title, const char* room, const char* name, const char* setting, const char* url, Fix query, Fix connection) {
            QTest::newRow(title) << QString::fromLatin1(room) << QString::fromLatin1(name) << QString::fromLatin1(setting) << QString::fromLatin1(url)
                                 << static_cast<int>(query) << static_cast<int>(connection);
        };
        row("refused", "attestation", "EnclaveRefused", "attestation-policy", "", Fix::kShowEvidence, Fix::kChangeAttestation);
        row("service elsewhere", "attestation", "ServiceFailed", "attestation-url", "https://x/y", Fix::kUseSuggestedUrl, Fix::kChangeAttestation);
        row("service silent", "http", "HttpTimeout", "attestation-url", "", Fix::kRunAgain, Fix::kChangeAttestation);
        row("key path", "session", "KeyPathNotTrusted", "attestation-policy", "", Fix::kChangeAttestation, Fix::kChangeAttestation);
        row("protocol does not fit", "attestation", "UnsupportedEnclaveType", "attestation", "", Fix::kNone, Fix::kChangeAttestation);
    }
    void attestation()
    {
        QFETCH(QString, room);
        QFETCH(QString, name);
        QFETCH(QString, setting);
        QFETCH(QString, suggestedUrl);
        QFETCH(int, ofQuery);
        QFETCH(int, ofConnection);
        const std::string roomText = room.toStdString();
        const std::string nameText = name.toStdString();
        const base::Error error = base::makeError({roomText, nameText}, "What happened.", setting.toStdString());
        const FixOffer offer = fixForQuery(error, {true, true}, suggestedUrl);
        QCOMPARE(static_cast<int>(offer.fix), ofQuery);
        QVERIFY(offer.label.contains(suggestedUrl));
        QCOMPARE(static_cast<int>(fixForConnection(error).fix), ofConnection);
    }
    void aLostSessionIsConnectedAgain()
    {
        base::Error error = base::makeError({"transport", "Closed"}, "The server closed the connection.");
        error.consequence = base::Consequence::kSessionUnusable;
        QCOMPARE(static_cast<int>(fixForQuery(error, {true, true}).fix), static_cast<int>(Fix::kReconnect));
    }
    void aNamedSettingIsChangedNotTriedAgain()
    {
        const auto offer = fixForConnection(base::makeError({"session", "LoginFailed"}, "The server refused sa.", "password"));
        QCOMPARE(static_cast<int>(offer.fix), static_cast<int>(Fix::kChangeConnection));
        QCOMPARE(static_cast<int>(fixForConnection(base::makeError({"x", "Y"}, "z")).fix), static_cast<int>(Fix::kReconnect));
    }
};

QTEST_MAIN(TestUiQueryFix)
#include "tst_ui_query_fix.moc"
