#include "wizards/plan/Bin2Collation.h"

#include <QTest>

class TstBin2Collation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bin2Of_data()
    {
        QTest::addColumn<QString>("collation");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* from, const char* to) { QTest::newRow(from) << from << to; };
        row("SQL_Latin1_General_CP1_CI_AS", "Latin1_General_BIN2");
        row("SQL_Latin1_General_CP1_CS_AS", "Latin1_General_BIN2");
        row("SQL_Latin1_General_Pref_CP1_CI_AS", "Latin1_General_BIN2");
        row("SQL_SwedishPhone_Pref_CP1_CI_AS", "Latin1_General_BIN2");
        row("SQL_Latin1_General_CP437_BIN", "SQL_Latin1_General_CP437_BIN2");
        row("SQL_Latin1_General_CP850_CI_AI", "SQL_Latin1_General_CP850_BIN2");
        row("SQL_AltDiction_CP850_CS_AS", "SQL_Latin1_General_CP850_BIN2");
        row("SQL_Latin1_General_CP1251_CI_AS", "Cyrillic_General_BIN2");
        row("SQL_Latin1_General_CP1253_CI_AS", "Greek_BIN2");
        row("SQL_Latin1_General_CP1254_CI_AS", "Turkish_BIN2");
        row("SQL_Latin1_General_CP1255_CI_AS", "Hebrew_BIN2");
        row("SQL_Latin1_General_CP1256_CI_AS", "Arabic_BIN2");
        row("SQL_Latin1_General_CP1257_CI_AS", "Lithuanian_BIN2");
        row("Latin1_General_CI_AS", "Latin1_General_BIN2");
        row("Latin1_General_BIN", "Latin1_General_BIN2");
        row("Latin1_General_100_CI_AI_KS_WS_SC", "Latin1_General_100_BIN2");
        row("Latin1_General_100_CI_AS_SC_UTF8", "Latin1_General_100_BIN2_UTF8");
        row("Japanese_XJIS_140_CI_AS_VSS", "Japanese_XJIS_140_BIN2");
        row("Chinese_PRC_90_CI_AS", "Chinese_PRC_90_BIN2");
        row("German_PhoneBook_CI_AS", "German_PhoneBook_BIN2");
        row("latin1_general_bin2", "latin1_general_bin2");
        row("Latin1_General_100_BIN2_UTF8", "Latin1_General_100_BIN2_UTF8");
        row("CI_AS", "");
        row("SQL_Something_CP9999_CI_AS", "");
        row("Made_Up", "");
        row("", "");
    }
    void bin2Of()
    {
        QFETCH(QString, collation);
        QFETCH(QString, expected);
        const auto found = es::wizards::bin2Of(collation.toStdString());
        QCOMPARE(QString::fromStdString(found.value_or("")), expected);
    }
};

QTEST_APPLESS_MAIN(TstBin2Collation)
#include "tst_bin2_collation.moc"
