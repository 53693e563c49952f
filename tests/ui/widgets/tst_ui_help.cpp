// F1 opens the page that belongs to a window; every page that is listed is there, and its links lead somewhere.
#include "tests/support/NoWarnings.h"
#include "ui/widgets/Help.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QLineEdit>
#include <QRegularExpression>
#include <QTest>
#include <QTextBrowser>
#include <QVBoxLayout>

using namespace es::ui;

class TestUiHelp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        es::support::forbidWarnings();
        Theme::instance().apply(*qApp, ThemeKind::kLight);
    }
    void f1OpensTheWindowsPage()
    {
        QDialog dialog;
        auto* line = new QLineEdit(&dialog);
        installHelp(&dialog, QStringLiteral("connect"));
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        line->setFocus();
        QTest::keyClick(line, Qt::Key_F1);
        QTRY_VERIFY(help());
        QVERIFY(help()->findChild<QTextBrowser*>(QStringLiteral("helpTextBrowser"))->toPlainText().size() > 20);
        QTest::keyClick(help(), Qt::Key_Escape);
        QTRY_VERIFY(!help());
    }
    void oneWindowForAllPages()
    {
        showHelp(QStringLiteral("index"));
        showHelp(QStringLiteral("query"));
        int windows = 0;
        for (const QWidget* widget : QApplication::topLevelWidgets())
            windows += widget->objectName() == QLatin1String("helpWindow") ? 1 : 0;
        QCOMPARE(windows, 1);
        help()->close();
        QTRY_VERIFY(!help());
    }
    void everyPageHasATitleAndLinksThatExist()
    {
        const QDir pages(QStringLiteral(":/es/help"));
        QVERIFY(pages.entryList().size() >= 8);
        static const QRegularExpression link(QStringLiteral("\\]\\(([^)]+)\\)"));
        for (const QString& name : pages.entryList()) {
            QFile file(pages.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString text = QString::fromUtf8(file.readAll());
            QVERIFY2(text.startsWith(QLatin1String("# ")), qPrintable(name));
            for (auto found = link.globalMatch(text); found.hasNext();) {
                const QString target = found.next().captured(1);
                QVERIFY2(pages.exists(target + QStringLiteral(".md")), qPrintable(name + QStringLiteral(" -> ") + target));
            }
        }
    }

private:
    static QWidget* help()
    {
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (widget->objectName() == QLatin1String("helpWindow") && widget->isVisible()) return widget;
        return nullptr;
    }
};

QTEST_MAIN(TestUiHelp)
#include "tst_ui_help.moc"
