// About: our version, every library with version and licence, and a copy of it for a report.
#include "tests/support/NoWarnings.h"
#include "ui/shell/AboutDialog.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

using namespace es::ui;

class TestUiAboutDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        es::support::forbidWarnings();
        Theme::instance().apply(*qApp, ThemeKind::kLight);
        QCoreApplication::setApplicationVersion(QStringLiteral("9.8.7"));
    }
    void versionsAndLicences()
    {
        AboutDialog dialog;
        dialog.open();
        auto* table = dialog.findChild<QTableWidget*>(QStringLiteral("aboutTableWidget"));
        QStringList names;
        for (int row = 0; row < table->rowCount(); ++row) {
            names << table->item(row, 0)->text();
            QVERIFY2(table->item(row, 1)->text().at(0).isDigit(), qPrintable(names.last()));
            QVERIFY(!table->item(row, 2)->text().isEmpty());
        }
        for (const char* library : {"Qt", "QScintilla", "OpenSSL"})
            QVERIFY(names.contains(QLatin1String(library)));
        QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("aboutCopyPushButton")), Qt::LeftButton);
        QVERIFY(QApplication::clipboard()->text().contains(QLatin1String("9.8.7")));
        QVERIFY(QApplication::clipboard()->text().contains(QLatin1String("OpenSSL 3")));
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(!dialog.isVisible());
    }
};

QTEST_MAIN(TestUiAboutDialog)
#include "tst_ui_about_dialog.moc"
