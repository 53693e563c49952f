// The main window by mouse and keys, without a server: tabs, start page, closing, panes, what comes back.
#include "tests/support/NoWarnings.h"
#include "ui/editor/SqlEditor.h"
#include "ui/query/QueryWindow.h"
#include "ui/services/PasswordVault.h"
#include "ui/shell/DocumentTabs.h"
#include "ui/shell/LogWindow.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Settings.h"
#include "ui/shell/StartPage.h"
#include "ui/widgets/Theme.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace es;
using namespace es::ui;

class TestUiMainWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("enclave-studio-test"));
        QSettings().clear();
        Theme::instance().apply(*qApp, ThemeKind::kLight);
    }
    void init()
    {
        m_window = std::make_unique<MainWindow>(std::make_shared<PasswordVault>(), [](QWidget* dock) { return new QLineEdit(dock); });
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup() { m_window.reset(); }

    void itBeginsWithTheStartPage()
    {
        auto* card = m_window->findChild<QPushButton*>(QStringLiteral("openSandboxPushButton"));
        QVERIFY(card->isVisible());
        QVERIFY(card->hasFocus());
        QSignalSpy asked(m_window.get(), &MainWindow::sandboxRequested);
        QTest::mouseClick(card, Qt::LeftButton);
        QTest::keyClick(card, Qt::Key_Return);
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(asked.count(), 3);
        m_window->startPage().setSandboxStarting(true);
        QVERIFY(!card->isEnabled());
    }
    void aNarrowWindowCutsNoCard()
    {
        m_window->resize(860, 700);
        for (const QLabel* label : m_window->startPage().findChildren<QLabel*>())
            if (label->property("role").toString() == QLatin1String("h3")) QTRY_VERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
    }
    void placesAreRemembered()
    {
        m_window->resize(1150, 720);
        auto* dock = m_window->findChild<QDockWidget*>();
        m_window->resizeDocks({dock}, {420}, Qt::Horizontal);
        QTRY_COMPARE(dock->width(), 420);
        const QSize size = m_window->size();
        QVERIFY(m_window->close());
        init(); // the program again
        QTRY_COMPARE(m_window->size(), size);
        QTRY_COMPARE(m_window->findChild<QDockWidget*>()->width(), 420);

        m_window->addDockWidget(Qt::RightDockWidgetArea, m_window->findChild<QDockWidget*>());
        m_window->findChild<QDockWidget*>()->hide();
        QVERIFY(m_window->close());
        init();
        auto* again = m_window->findChild<QDockWidget*>();
        QVERIFY(again->isHidden());
        QCOMPARE(m_window->dockWidgetArea(again), Qt::RightDockWidgetArea);
        QSettings().clear(); // the next test begins as a first start
    }
    void recentConnectionsAreListed()
    {
        auto* list = m_window->findChild<QListWidget*>(QStringLiteral("recentListWidget"));
        QVERIFY(!list->isVisible());
        ConnectionProfile profile;
        profile.host = QStringLiteral("sql-test-01");
        profile.environment = Environment::kTest;
        m_window->startPage().setRecent({{QStringLiteral("id7"), profile, QDateTime::currentDateTime()}});
        QVERIFY(list->isVisible());
        QVERIFY(list->item(0)->text().contains(QLatin1String("TEST")));
        QSignalSpy asked(&m_window->startPage(), &StartPage::recentRequested);
        list->setCurrentRow(0);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(asked.value(0).value(0).toString(), QStringLiteral("id7"));
    }
    void tabsOpenSwitchAndClose()
    {
        QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
        QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
        auto* tabs = m_window->findChild<DocumentTabs*>();
        QCOMPARE(tabs->count(), 3);
        QCOMPARE(m_window->currentQuery()->title(), QStringLiteral("Query 2"));
        QTest::keyClick(m_window.get(), Qt::Key_Tab, Qt::ControlModifier);
        QVERIFY(!m_window->currentQuery()); // round to the start page
        QTest::keyClick(m_window.get(), Qt::Key_Tab, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClick(m_window.get(), Qt::Key_F4, Qt::ControlModifier);
        QTRY_COMPARE(tabs->count(), 2);
    }
    void aModifiedTabIsAskedAbout()
    {
        QueryWindow* query = m_window->newQuery(nullptr);
        QTest::keyClicks(query->focusWidget() ? query->focusWidget() : query, QStringLiteral("SELECT 1"));
        QVERIFY(query->isModified());
        QVERIFY(m_window->findChild<DocumentTabBar*>()->accessibleTabName(1).contains(QLatin1String("unsaved")));
        QTest::keyClick(m_window.get(), Qt::Key_F4, Qt::ControlModifier);
        auto* box = m_window->findChild<QMessageBox*>(QStringLiteral("closeTabMessageBox"));
        QVERIFY(box);
        QTRY_VERIFY(box->isVisible());
        for (const QAbstractButton* button : box->buttons()) // no word is cut
            QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
        QTest::keyClick(box, Qt::Key_Escape);
        QTRY_VERIFY(!m_window->findChild<QMessageBox*>(QStringLiteral("closeTabMessageBox")));
        QCOMPARE(m_window->queries().size(), 1);
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_F4, Qt::ControlModifier);
        box = m_window->findChild<QMessageBox*>(QStringLiteral("closeTabMessageBox"));
        for (QAbstractButton* button : box->buttons())
            if (box->buttonRole(button) == QMessageBox::DestructiveRole) QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(m_window->queries().size(), 0);
    }
    void textAndConnectionComeBack()
    {
        QueryWindow* query = m_window->newQuery(nullptr, QStringLiteral("SELECT 1;\nSELECT 2;\n"));
        query->editor().setCaret(2, 3);
        query->editor().setModified(true);
        ConnectionProfile profile;
        profile.host = QStringLiteral("sql-dev");
        profile.environment = Environment::kDevelopment;
        query->waitFor(profile, QStringLiteral("t"), QStringLiteral("w"), {});
        const WorkspaceState state = m_window->workspace();
        QCOMPARE(state.tabs.size(), 1);

        MainWindow again(std::make_shared<PasswordVault>(), [](QWidget* dock) { return new QLineEdit(dock); });
        again.restore(state);
        again.show();
        QueryWindow* back = again.currentQuery();
        QVERIFY(back);
        QCOMPARE(back->text(), QStringLiteral("SELECT 1;\nSELECT 2;\n"));
        QVERIFY(back->isModified());
        QCOMPARE(back->editor().caretLine(), 2);
        QCOMPARE(back->editor().caretColumn(), 3);
        QCOMPARE(back->profile().host, QStringLiteral("sql-dev"));
        QVERIFY(again.findChild<DocumentTabBar*>()->accessibleTabName(1).contains(QLatin1String("development")));
    }
    void aTabWithoutAConnectionOffersOne()
    {
        QueryWindow* query = m_window->newQuery(nullptr, QStringLiteral("SELECT 1"));
        QList<QueryWindow*> asked;
        connect(m_window.get(), &MainWindow::connectionSettingsRequested, this, [&](QueryWindow* who) { asked << who; });
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QCOMPARE(asked, QList<QueryWindow*>{query});
    }
    void panesInTurn()
    {
        QueryWindow* query = m_window->newQuery(nullptr);
        QWidget* explorer = m_window->findChild<QLineEdit*>();
        explorer->setFocus();
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QVERIFY(query->editor().isAncestorOf(m_window->focusWidget()));
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QVERIFY(!query->editor().isAncestorOf(m_window->focusWidget()));
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QVERIFY(explorer->hasFocus());
    }
    void inspectorComesAndGoes()
    {
        auto* dock = m_window->findChild<QDockWidget*>(QStringLiteral("inspectorDockWidget"));
        QVERIFY(dock->isHidden());
        QueryWindow* query = m_window->newQuery(nullptr);
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY(dock->isVisible());
        QVERIFY(dock->isAncestorOf(m_window->focusWidget()));
        QCOMPARE(m_window->findChild<QLabel*>(QStringLiteral("inspectorEmptyTitleLabel"))->text(), QStringLiteral("Not connected"));
        QTest::keyClick(m_window.get(), Qt::Key_F6); // explorer, and around
        QVERIFY(!dock->isAncestorOf(m_window->focusWidget()));
        QTest::keyClick(m_window.get(), Qt::Key_F6, Qt::ShiftModifier);
        QVERIFY(dock->isAncestorOf(m_window->focusWidget()));
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::AltModifier); // inside it: it goes
        QVERIFY(dock->isHidden());
        QVERIFY(query->isAncestorOf(m_window->focusWidget()));
        QTest::mouseClick(query->findChild<QAbstractButton*>(QStringLiteral("trustVerdictButton")), Qt::LeftButton);
        QVERIFY(dock->isVisible());
        m_window->showStartPage();
        QCOMPARE(m_window->findChild<QLabel*>(QStringLiteral("inspectorEmptyTitleLabel"))->text(), QStringLiteral("No query window in front"));
        QTest::mouseClick(dock->findChild<QAbstractButton*>(QStringLiteral("closeInspectorToolButton")), Qt::LeftButton);
        QVERIFY(dock->isHidden());
    }
    void inspectorsPlaceIsRemembered()
    {
        m_window->resize(1400, 860);
        auto* dock = m_window->findChild<QDockWidget*>(QStringLiteral("inspectorDockWidget"));
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(m_window->dockWidgetArea(dock), Qt::RightDockWidgetArea);
        QVERIFY(dock->width() >= 420 && dock->width() <= 720);
        dock->findChild<QAction*>(QStringLiteral("placeBottomAction"))->trigger();
        QCOMPARE(m_window->dockWidgetArea(dock), Qt::BottomDockWidgetArea);
        QVERIFY(m_window->close());
        init(); // the program again
        dock = m_window->findChild<QDockWidget*>(QStringLiteral("inspectorDockWidget"));
        QCOMPARE(m_window->dockWidgetArea(dock), Qt::BottomDockWidgetArea);
        QVERIFY(dock->isVisible());
        dock->findChild<QAction*>(QStringLiteral("placeWindowAction"))->trigger();
        QVERIFY(dock->isFloating());
        dock->findChild<QAction*>(QStringLiteral("placeRightAction"))->trigger();
        QVERIFY(!dock->isFloating());
        QCOMPARE(m_window->dockWidgetArea(dock), Qt::RightDockWidgetArea);
        QSettings().clear();
    }
    void inANarrowWindowItOpensBelow()
    {
        m_window->resize(1024, 700);
        auto* dock = m_window->findChild<QDockWidget*>(QStringLiteral("inspectorDockWidget"));
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(m_window->dockWidgetArea(dock), Qt::BottomDockWidgetArea);
        QCOMPARE(m_window->width(), 1024);
    }
    void everyControlHasAName()
    {
        m_window->newQuery(nullptr);
        m_window->findChild<QLineEdit*>()->setAccessibleName(QStringLiteral("stand-in for the explorer"));
        for (const QWidget* widget : m_window->findChildren<QWidget*>()) {
            const bool reachable = widget->focusPolicy() != Qt::NoFocus && widget->isVisible() && widget->isEnabled();
            if (!reachable || widget->focusProxy()) continue;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(),
                qPrintable(QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName()));
        }
    }
    void everyMenuHasAMnemonicAndNoTwoShareOne()
    {
        QSet<QChar> used;
        for (const QAction* action : m_window->menuBar()->actions()) {
            const qsizetype at = action->text().indexOf(QLatin1Char('&'));
            QVERIFY(at >= 0);
            const QChar letter = action->text().at(at + 1).toLower();
            QVERIFY2(!used.contains(letter), qPrintable(action->text()));
            used.insert(letter);
        }
    }
    void theLogIsShownWithItsPlace()
    {
        QTemporaryDir folder;
        QFile log(folder.filePath(QStringLiteral("studio.log")));
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.write("2026-01-01 info studio: started\n");
        log.close();
        Settings::instance().setLogFile(log.fileName());
        MainWindow window(std::make_shared<PasswordVault>(), [](QWidget* dock) { return new QLineEdit(dock); });
        window.show();
        window.findChild<QAction*>(QStringLiteral("logFileAction"))->trigger();
        auto* shown = window.findChild<LogWindow*>();
        QVERIFY(shown);
        QTRY_VERIFY(shown->isVisible());
        QCOMPARE(shown->findChild<QLineEdit*>(QStringLiteral("logPathLineEdit"))->text(), log.fileName());
        QVERIFY(shown->findChild<QPlainTextEdit*>(QStringLiteral("logPlainTextEdit"))->toPlainText().contains(QLatin1String("started")));
        Settings::instance().setLogFile({});
    }
    void pictures()
    {
        const QString folder = qEnvironmentVariable("ES_PICTURES");
        if (folder.isEmpty()) return; // only where somebody wants to look
        ConnectionProfile profile;
        profile.host = QStringLiteral("sql-test-01");
        profile.environment = Environment::kTest;
        m_window->startPage().setRecent({{QStringLiteral("id7"), profile, QDateTime::currentDateTime()}});
        for (const ThemeKind kind : {ThemeKind::kLight, ThemeKind::kDark, ThemeKind::kHighContrast}) {
            Theme::instance().apply(*qApp, kind);
            m_window->showStartPage();
            m_window->grab().save(QStringLiteral("%1/start-%2.png").arg(folder).arg(static_cast<int>(kind)));
            QueryWindow* query = m_window->newQuery(nullptr, QStringLiteral("SELECT 1;\n"));
            query->waitFor(profile, QStringLiteral("Not connected yet"), QStringLiteral("This tab belongs to sql-test-01."), {Fix::kReconnect, QStringLiteral("Connect…")});
            query->editor().setModified(true);
            m_window->grab().save(QStringLiteral("%1/query-%2.png").arg(folder).arg(static_cast<int>(kind)));
        }
        Theme::instance().apply(*qApp, ThemeKind::kLight);
    }
    void themesAreChosenInTheMenu()
    {
        for (const char* name : {"themeDarkAction", "themeContrastAction", "themeLightAction"}) {
            auto* action = m_window->findChild<QAction*>(QString::fromLatin1(name));
            QVERIFY(action);
            action->trigger();
            QVERIFY(action->isChecked());
        }
    }

private:
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestUiMainWindow)
#include "tst_ui_main_window.moc"
