// The Object Explorer as a person uses it, against real sandboxes.
#include "tests/support/NoWarnings.h"
#include "tests/support/SandboxFixture.h"
#include "ui/explorer/ObjectExplorer.h"
#include "ui/explorer/ObjectTreeDelegate.h"
#include "ui/models/ObjectTreeModel.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/QueryService.h"
#include "ui/services/SandboxInfo.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace es;
using namespace es::ui;
using K = ObjectKind;
using Request = std::shared_ptr<const ConnectionRequest>;

namespace {

constexpr const char* kObjects = R"(
CREATE COLUMN MASTER KEY [CMK1] WITH (KEY_STORE_PROVIDER_NAME = N'ES_KEY_FILE', KEY_PATH = N'cmk1', ENCLAVE_COMPUTATIONS (SIGNATURE = 0x0102));
GO
CREATE COLUMN ENCRYPTION KEY [CEK1] WITH VALUES (COLUMN_MASTER_KEY = [CMK1], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x0102030405);
GO
CREATE TABLE dbo.Secrets (
    Id int NOT NULL PRIMARY KEY,
    SSN char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL,
    [odd ]] name] varchar(20) NULL);
GO
CREATE INDEX IX_Odd ON dbo.Secrets ([odd ]] name]);
)";

struct Explorer {
    ObjectExplorer widget{std::make_shared<PasswordVault>()};
    QTreeView* tree = widget.findChild<QTreeView*>(QStringLiteral("objectTreeView"));
    ObjectTreeModel* model = qobject_cast<ObjectTreeModel*>(tree->model());
    QLineEdit* filter = widget.findChild<QLineEdit*>(QStringLiteral("explorerFilterLineEdit"));

    Explorer()
    {
        widget.resize(332, 700);
        widget.show();
        (void)QTest::qWaitForWindowExposed(&widget);
        widget.activateWindow();
        tree->setFocus();
    }
    // The first row with this text, in what is there or can be opened without asking the server.
    [[nodiscard]] QModelIndex find(const QString& text, const QModelIndex& parent = {}) const
    {
        for (int row = 0; row < model->rowCount(parent); ++row) {
            const QModelIndex index = model->index(row, 0, parent);
            if (index.data().toString() == text) return index;
            if (const QModelIndex below = find(text, index); below.isValid()) return below;
        }
        return {};
    }
    [[nodiscard]] QModelIndex find(const char* text, const QModelIndex& parent = {}) const { return find(QString::fromUtf8(text), parent); }
    void show(const QModelIndex& index) const
    {
        for (QModelIndex at = index.parent(); at.isValid(); at = at.parent())
            tree->expand(at);
        tree->setCurrentIndex(index);
        tree->scrollTo(index);
    }
    // Opens the row's menu by the keyboard, as names of what it offers; null: none opened.
    [[nodiscard]] QMenu* menu(const QModelIndex& index) const
    {
        show(index);
        QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(), QPoint());
        QApplication::sendEvent(tree->viewport(), &event);
        return qobject_cast<QMenu*>(QApplication::activePopupWidget());
    }
    [[nodiscard]] QStringList offers(const QModelIndex& index) const
    {
        QMenu* const opened = menu(index);
        QStringList names;
        for (const QAction* action : opened ? opened->actions() : QList<QAction*>())
            if (!action->isSeparator()) names.append(QString(action->text()).remove(QLatin1Char('&')));
        if (opened) opened->close();
        return names;
    }
    void choose(const QModelIndex& index, const char* action) const
    {
        QMenu* const opened = menu(index);
        QVERIFY(opened);
        auto* const wanted = opened->findChild<QAction*>(QLatin1String(action));
        QVERIFY2(wanted, action);
        QTest::mouseClick(opened, Qt::LeftButton, {}, opened->actionGeometry(wanted).center());
    }
};

QString accessible(const QModelIndex& index)
{
    return index.data(Qt::AccessibleTextRole).toString();
}

} // namespace

class TstObjectExplorer : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::SandboxFixture> m_sandbox;

    static Request requestTo(const test::SandboxFixture& sandbox)
    {
        auto request = std::make_shared<ConnectionRequest>();
        request->profile = SandboxInfo::parse(QByteArray::fromStdString(sandbox.jsonLine()))->profile();
        request->profile.environment = Environment::kSandbox;
        request->profile.columnEncryption = true;
        request->password = std::move(*readPasswordFile(QString::fromStdString(sandbox.passwordFile())));
        return request;
    }
    static void run(const Request& request, const char* text)
    {
        SessionHost host(std::make_shared<PasswordVault>());
        QueryService query(host);
        QSignalSpy connected(&host, &SessionHost::connected);
        host.connectTo(request);
        QTRY_COMPARE_WITH_TIMEOUT(connected.count(), 1, 15000);
        std::optional<QueryEnd> end;
        connect(&query, &QueryService::ended, &query, [&](RequestId, const QueryEnd& e) { end = e; });
        QueryRequest wanted;
        wanted.text = QString::fromUtf8(text);
        query.run(wanted);
        QTRY_VERIFY_WITH_TIMEOUT(end.has_value(), 15000);
        QVERIFY2(!end->error, end->error ? end->error->describe().c_str() : "");
    }
    // Connected, its database read.
    void fill(Explorer& explorer)
    {
        explorer.widget.addServer(requestTo(*m_sandbox));
        QTRY_VERIFY_WITH_TIMEOUT(explorer.find("HR.Employees").isValid(), 15000);
    }

private Q_SLOTS:
    void initTestCase()
    {
        support::forbidWarnings();
        Theme::instance().apply(*qApp, ThemeKind::kLight);
        auto sandbox = test::SandboxFixture::start();
        QVERIFY2(sandbox, sandbox ? "" : sandbox.error().describe().c_str());
        m_sandbox = std::move(*sandbox);
        run(requestTo(*m_sandbox), kObjects);
    }
    void cleanupTestCase()
    {
        m_sandbox.reset();
        QVERIFY(SessionReaper::waitForAll(10000));
    }

    void emptyState()
    {
        Explorer explorer;
        auto* const button = explorer.widget.findChild<QPushButton*>(QStringLiteral("explorerEmptyConnectPushButton"));
        QVERIFY(button->isVisible());
        QCOMPARE(button->accessibleName(), QStringLiteral("Connect…"));
        QCOMPARE(
            explorer.widget.findChild<QLabel*>(QStringLiteral("explorerEmptyTitleLabel"))->text(), QStringLiteral("No connection yet"));
        QVERIFY(!explorer.tree->isVisible());
        QVERIFY(!explorer.widget.findChild<QToolButton*>(QStringLiteral("explorerRefreshToolButton"))->isVisible());
        QSignalSpy asked(&explorer.widget, &ObjectExplorer::connectRequested);
        QTest::mouseClick(button, Qt::LeftButton);
        QTest::mouseClick(explorer.widget.findChild<QToolButton*>(QStringLiteral("explorerConnectToolButton")), Qt::LeftButton);
        explorer.widget.focusFilter();
        QTRY_VERIFY(button->hasFocus());
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(asked.count(), 3);
    }

    // Connecting with a database shows its tables; the rest opens on request.
    void readsTheServer()
    {
        Explorer explorer;
        fill(explorer);
        const QModelIndex server = explorer.model->index(0, 0);
        QVERIFY(accessible(server).startsWith(QLatin1String("Sandbox, 127.0.0.1,")));
        QVERIFY(accessible(server).endsWith(QLatin1String("VBS enclave")));
        QVERIFY(explorer.tree->visualRect(explorer.find("HR.Employees")).isValid());
        QCOMPARE(accessible(explorer.find("HR.Employees")), QStringLiteral("HR.Employees, 1,000 rows"));
        const QModelIndex columns = explorer.model->child(explorer.find("HR.Employees"), K::kColumns);
        QStringList texts;
        for (int row = 0; row < explorer.model->rowCount(columns); ++row)
            texts.append(accessible(explorer.model->index(row, 0, columns)));
        QCOMPARE(texts,
            (QStringList{QStringLiteral("EmployeeID, int, not null, primary key"), QStringLiteral("SSN, char(11), not null"),
                QStringLiteral("FirstName, nvarchar(50), not null"), QStringLiteral("LastName, nvarchar(50), not null"),
                QStringLiteral("Salary, money, not null")}));
        QVERIFY(accessible(explorer.find("Secure enclave")).startsWith(QLatin1String("Secure enclave, VBS, running, ")));
        const QModelIndex secret = explorer.find("SSN", explorer.find("dbo.Secrets"));
        QCOMPARE(accessible(secret), QStringLiteral("SSN, char(11), not null, randomized, key CEK1"));
        QCOMPARE(secret.data(ObjectTreeModel::kIconRole).toString(), QStringLiteral("lock-random-enclave"));
        QCOMPARE(accessible(explorer.find("CMK1")), QStringLiteral("CMK1, key file, enclave-enabled"));
        // The same words reach a screen reader.
        QAccessibleInterface* const interface = QAccessible::queryAccessibleInterface(explorer.tree);
        QVERIFY(interface);
        QCOMPARE(interface->text(QAccessible::Name), QStringLiteral("Object Explorer"));
        QStringList spoken;
        for (int i = 0; i < interface->childCount(); ++i)
            spoken.append(interface->child(i)->text(QAccessible::Name));
        QVERIFY(spoken.contains(QLatin1String("HR.Employees, 1,000 rows")));
        QVERIFY(!explorer.widget.grab().isNull());
    }

    void menus()
    {
        Explorer explorer;
        fill(explorer);
        const auto offers = [&](const char* row) { return explorer.offers(explorer.find(row)); };
        QCOMPARE(explorer.offers(explorer.model->index(0, 0)),
            (QStringList{
                QStringLiteral("New Query"), QStringLiteral("Configure enclave type…"), QStringLiteral("Refresh"), QStringLiteral("Disconnect"),
                QStringLiteral("Copy Name")}));
        QCOMPARE(offers("ContosoHR"),
            (QStringList{QStringLiteral("New Query"), QStringLiteral("Always Encrypted Wizard…"), QStringLiteral("Send keys to the enclave…"),
                QStringLiteral("Refresh"), QStringLiteral("Copy Name")}));
        QCOMPARE(offers("HR.Employees"),
            (QStringList{QStringLiteral("Select Top 1000 Rows"), QStringLiteral("Always Encrypted Wizard…"), QStringLiteral("Refresh"),
                QStringLiteral("Copy Name")}));
        QVERIFY(!explorer.offers(explorer.find("Salary")).contains(QStringLiteral("Decrypt…")));
        QVERIFY(explorer.offers(explorer.find("SSN", explorer.find("dbo.Secrets"))).contains(QStringLiteral("Decrypt…")));
        QVERIFY(offers("Column Master Keys").contains(QStringLiteral("New Column Master Key…")));
        QVERIFY(offers("Column Encryption Keys").contains(QStringLiteral("New Column Encryption Key…")));

        QList<Request> requests;
        QStringList texts;
        connect(&explorer.widget, &ObjectExplorer::newQueryRequested, this, [&](const Request& request, const QString& text) {
            requests.append(request);
            texts.append(text);
        });
        explorer.choose(explorer.find("dbo.Secrets"), "selectTopAction");
        QTRY_COMPARE(requests.size(), 1);
        QCOMPARE(requests[0]->profile.database, QStringLiteral("ContosoHR"));
        QVERIFY(requests[0]->profile.columnEncryption); // as the person connected
        QCOMPARE(texts[0], QStringLiteral("SELECT TOP (1000)\n    [Id],\n    [SSN],\n    [odd ]] name]\nFROM [dbo].[Secrets];\n"));
        explorer.choose(explorer.find("ContosoHR"), "newQueryAction");
        QTRY_COMPARE(texts.size(), 2);
        QVERIFY(texts[1].isEmpty());

        QString master;
        Request keyRequest;
        connect(&explorer.widget, &ObjectExplorer::newEncryptionKeyRequested, this,
            [&](const Request& request, const QString& key) { keyRequest = request, master = key; });
        explorer.choose(explorer.find("CMK1"), "newEncryptionKeyAction");
        QTRY_VERIFY(keyRequest);
        QCOMPARE(master, QStringLiteral("CMK1"));
        QSignalSpy masterKeys(&explorer.widget, &ObjectExplorer::newMasterKeyRequested);
        explorer.choose(explorer.find("Column Master Keys"), "newMasterKeyAction");
        QTRY_COMPARE(masterKeys.count(), 1);

        explorer.choose(explorer.find("HR.Employees"), "copyNameAction");
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("HR.Employees"));
    }

    void severalColumnsGoToTheWizard()
    {
        Explorer explorer;
        fill(explorer);
        QStringList columns;
        bool decrypt = true;
        Request request;
        connect(&explorer.widget, &ObjectExplorer::encryptRequested, this,
            [&](const Request& r, const QStringList& c, bool d) { request = r, columns = c, decrypt = d; });
        const QModelIndex parent = explorer.model->child(explorer.find("HR.Employees"), K::kColumns);
        const QModelIndex ssn = explorer.find("SSN", parent);
        const QModelIndex salary = explorer.find("Salary", parent);
        explorer.show(salary);
        explorer.show(ssn);
        QTest::mouseClick(explorer.tree->viewport(), Qt::LeftButton, {}, explorer.tree->visualRect(ssn).center());
        QTest::mouseClick(explorer.tree->viewport(), Qt::LeftButton, Qt::ControlModifier, explorer.tree->visualRect(salary).center());
        QContextMenuEvent event(QContextMenuEvent::Mouse, explorer.tree->visualRect(salary).center(),
            explorer.tree->viewport()->mapToGlobal(explorer.tree->visualRect(salary).center()));
        QApplication::sendEvent(explorer.tree->viewport(), &event);
        auto* const menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QTest::mouseClick(
            menu, Qt::LeftButton, {}, menu->actionGeometry(menu->findChild<QAction*>(QStringLiteral("wizardAction"))).center());
        QTRY_VERIFY(request);
        QCOMPARE(columns, (QStringList{QStringLiteral("[HR].[Employees].[SSN]"), QStringLiteral("[HR].[Employees].[Salary]")}));
        QVERIFY(!decrypt);

        explorer.choose(explorer.find("SSN", explorer.find("dbo.Secrets")), "decryptAction");
        QTRY_VERIFY(decrypt);
        QCOMPARE(columns, QStringList{QStringLiteral("[dbo].[Secrets].[SSN]")});
        explorer.choose(explorer.find("HR.Employees"), "wizardAction");
        QTRY_COMPARE(columns, QStringList{QStringLiteral("[HR].[Employees]")});
        explorer.choose(explorer.find("ContosoHR"), "wizardAction");
        QTRY_COMPARE(columns, QStringList());
    }

    // Without a mouse: to the column, and its menu.
    void keyboardAlone()
    {
        Explorer explorer;
        fill(explorer);
        explorer.tree->setFocus();
        QTest::keyClick(explorer.tree, Qt::Key_Home);
        const auto current = [&] { return explorer.tree->currentIndex().data().toString(); };
        QCOMPARE(current(), QStringLiteral("Sandbox"));
        for (int guard = 0; guard < 40 && current() != QLatin1String("HR.Employees"); ++guard)
            QTest::keyClick(explorer.tree, Qt::Key_Down);
        QVERIFY(explorer.tree->viewport()->rect().contains(explorer.tree->visualRect(explorer.tree->currentIndex()).center()));
        QTest::keyClick(explorer.tree, Qt::Key_Return); // opens
        QVERIFY(explorer.tree->isExpanded(explorer.tree->currentIndex()));
        QTest::keyClick(explorer.tree, Qt::Key_Down);
        QCOMPARE(current(), QStringLiteral("Columns"));
        QTest::keyClick(explorer.tree, Qt::Key_Right);
        QTest::keyClick(explorer.tree, Qt::Key_Down);
        QTest::keyClick(explorer.tree, Qt::Key_Down);
        QCOMPARE(current(), QStringLiteral("SSN"));
        for (const auto& [key, modifier] : {std::pair(Qt::Key_F10, Qt::ShiftModifier), std::pair(Qt::Key_Menu, Qt::NoModifier)}) {
            QTest::keyClick(explorer.tree, key, modifier);
            QWidget* const menu = QApplication::activePopupWidget();
            QVERIFY(menu && menu->findChild<QAction*>(QStringLiteral("wizardAction")));
            QTest::keyClick(menu, Qt::Key_Escape);
            QTRY_VERIFY(!QApplication::activePopupWidget());
        }
        QTest::keyClick(explorer.tree, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(explorer.tree->selectionModel()->selectedIndexes().size(), 2);
        QTest::keyClick(explorer.tree, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("SSN\nFirstName"));

        QTest::keyClick(explorer.tree, Qt::Key_End);
        QVERIFY(explorer.tree->viewport()->rect().contains(explorer.tree->visualRect(explorer.tree->currentIndex()).center()));

        // Reading order: head, filter, tree.
        auto* const connectButton = explorer.widget.findChild<QToolButton*>(QStringLiteral("explorerConnectToolButton"));
        connectButton->setFocus();
        QStringList order{connectButton->objectName()};
        for (int i = 0; i < 4; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            order.append(QApplication::focusWidget()->objectName());
        }
        QCOMPARE(order,
            (QStringList{QStringLiteral("explorerConnectToolButton"), QStringLiteral("explorerRefreshToolButton"),
                QStringLiteral("explorerFilterToolButton"), QStringLiteral("explorerFilterLineEdit"), QStringLiteral("objectTreeView")}));
    }

    void findAndBack()
    {
        Explorer explorer;
        fill(explorer);
        const auto visible = [&](const char* name) { return explorer.find(name).isValid(); };
        explorer.widget.focusFilter();
        QTRY_VERIFY(explorer.filter->hasFocus());
        QTest::keyClicks(explorer.filter, QStringLiteral("salary"));
        QTRY_VERIFY(!visible("dbo.AllTypes"));
        const QModelIndex found = explorer.find("Salary");
        QVERIFY(explorer.tree->visualRect(found).isValid()); // what leads to it was opened
        QTest::keyClick(explorer.filter, Qt::Key_Down);
        QTRY_VERIFY(explorer.tree->hasFocus());
        QTest::mouseClick(explorer.tree->viewport(), Qt::LeftButton, {}, explorer.tree->visualRect(found).center());
        explorer.filter->setFocus();
        QTest::keyClick(explorer.filter, Qt::Key_Escape);
        QTRY_VERIFY(visible("dbo.AllTypes"));
        QCOMPARE(explorer.tree->currentIndex().data().toString(), QStringLiteral("Salary")); // the row found stays chosen
        QVERIFY(explorer.tree->visualRect(explorer.tree->currentIndex()).isValid());
        QVERIFY(!explorer.tree->isExpanded(explorer.find("dbo.Secrets"))); // and the rest is as it was

        QTest::keyClicks(explorer.filter, QStringLiteral("no such name"));
        auto* const clear = explorer.widget.findChild<QPushButton*>(QStringLiteral("explorerClearFilterPushButton"));
        QTRY_VERIFY(clear->isVisible());
        QTest::mouseClick(clear, Qt::LeftButton);
        QTRY_VERIFY(explorer.tree->isVisible());
    }

    void refreshKeepsPlace()
    {
        Explorer explorer;
        fill(explorer);
        const QPersistentModelIndex salary = explorer.find("Salary");
        explorer.show(salary);
        const int before = explorer.tree->visualRect(salary).top();
        run(requestTo(*m_sandbox), "CREATE TABLE dbo.Aardvark (a int); ALTER TABLE HR.Employees ADD Extra int NULL;");
        QTest::keyClick(explorer.tree, Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(explorer.find("dbo.Aardvark").isValid(), 10000);
        QVERIFY(explorer.find("Extra").isValid());
        QVERIFY(salary.isValid());
        QCOMPARE(explorer.tree->currentIndex(), QModelIndex(salary));
        QVERIFY(explorer.tree->isExpanded(salary.parent()));
        QVERIFY(std::abs(explorer.tree->visualRect(salary).top() - before) <= 24); // one row came in above
        run(requestTo(*m_sandbox), "DROP TABLE dbo.Aardvark; ALTER TABLE HR.Employees DROP COLUMN Extra;");
        explorer.widget.refreshDatabase(requestTo(*m_sandbox)->profile.serverText(), QStringLiteral("contosohr"));
        QTRY_VERIFY_WITH_TIMEOUT(!explorer.find("Extra").isValid(), 10000);
    }

    // Two servers die, each in its way; the third one never notices, and nobody waits.
    void deadServers()
    {
        auto mortal = test::SandboxFixture::start();
        QVERIFY(mortal);
        QTcpServer silent; // takes the connection and says nothing
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        Explorer explorer;
        fill(explorer);
        const Request doomed = requestTo(**mortal);
        explorer.widget.addServer(doomed);
        QTRY_COMPARE_WITH_TIMEOUT(explorer.model->rowCount(), 2, 1000);
        const QPersistentModelIndex second = explorer.model->index(1, 0);
        QTRY_VERIFY_WITH_TIMEOUT(explorer.find("HR.Employees", second).isValid(), 15000);
        QCOMPARE(explorer.widget.servers().size(), 2);

        (*mortal)->killServer();
        QList<base::Error> errors;
        connect(&explorer.widget, &ObjectExplorer::serverFailed, this, [&](const base::Error& error) { errors.append(error); });
        explorer.show(second);
        QElapsedTimer clock;
        clock.start();
        QTest::keyClick(explorer.tree, Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(explorer.find("Try again", second).isValid(), 5000);
        qInfo("error row after %lld ms", static_cast<long long>(clock.elapsed()));
        QVERIFY(!errors.isEmpty());
        QVERIFY(accessible(explorer.model->index(0, 0, second)).startsWith(QLatin1String("Error: ")));
        QVERIFY(explorer.find("HR.Employees", second).isValid()); // what was read is still there to look at

        auto quiet = std::make_shared<ConnectionRequest>();
        quiet->profile = doomed->profile;
        quiet->profile.name = QStringLiteral("quiet");
        quiet->profile.port = silent.serverPort();
        quiet->password = doomed->password.clone();
        explorer.widget.addServer(quiet);
        const QPersistentModelIndex third = explorer.model->index(2, 0);
        QVERIFY(explorer.find("Loading…", third).isValid());
        // Meanwhile the first one answers.
        explorer.show(explorer.find("HR.Employees", explorer.model->index(0, 0)));
        run(requestTo(*m_sandbox), "CREATE TABLE dbo.Later (a int);");
        QTest::keyClick(explorer.tree, Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(explorer.find("dbo.Later").isValid(), 5000);
        run(requestTo(*m_sandbox), "DROP TABLE dbo.Later;");
        explorer.show(explorer.find("Loading…", third));
        clock.restart();
        QTest::keyClick(explorer.tree, Qt::Key_Escape);
        QVERIFY(explorer.find("Try again", third).isValid());
        QVERIFY(clock.elapsed() < 1000);

        explorer.choose(third, "disconnectAction");
        QTRY_COMPARE(explorer.model->rowCount(), 2);
        explorer.choose(second, "disconnectAction");
        QTRY_COMPARE(explorer.model->rowCount(), 1);
        explorer.choose(explorer.model->index(0, 0), "disconnectAction");
        QTRY_VERIFY(explorer.widget.findChild<QPushButton*>(QStringLiteral("explorerEmptyConnectPushButton"))->isVisible());
    }

    // The server comes back on its old port: one click asks again.
    void tryAgain()
    {
        QTcpServer place;
        QVERIFY(place.listen(QHostAddress::LocalHost));
        const quint16 port = place.serverPort();
        place.close();
        auto request = std::make_shared<ConnectionRequest>();
        request->profile = requestTo(*m_sandbox)->profile;
        request->profile.port = port;
        request->password = requestTo(*m_sandbox)->password.clone();
        Explorer explorer;
        explorer.widget.addServer(request);
        QTRY_VERIFY_WITH_TIMEOUT(explorer.find("Try again").isValid(), 5000);
        QSignalSpy failures(&explorer.widget, &ObjectExplorer::serverFailed);
        const QModelIndex again = explorer.find("Try again");
        QTest::mouseClick(explorer.tree->viewport(), Qt::LeftButton, {}, explorer.tree->visualRect(again).center());
        QTRY_COMPARE_WITH_TIMEOUT(failures.count(), 1, 5000);
        explorer.show(explorer.find("Try again"));
        QTest::keyClick(explorer.tree, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(failures.count(), 2, 5000);
        // The same server with other settings takes its place.
        auto right = std::make_shared<ConnectionRequest>();
        right->profile = request->profile;
        right->password = request->password.clone();
        explorer.widget.addServer(right);
        QCOMPARE(explorer.widget.servers().size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(failures.count(), 3, 5000);
    }

    void details_data()
    {
        QTest::addColumn<int>("parts");
        QTest::addColumn<QString>("expected");
        QTest::newRow("all") << 3 << "VBS, running, 1 session";
        QTest::newRow("two") << 2 << "VBS, running";
        QTest::newRow("one") << 1 << "VBS";
        QTest::newRow("none") << 0 << "";
    }
    // Never half a part.
    void details()
    {
        QFETCH(int, parts);
        QFETCH(QString, expected);
        const QFontMetrics metrics(qApp->font());
        const QString all = QStringLiteral("VBS, running, 1 session");
        const int width = parts ? metrics.horizontalAdvance(expected) + 2 : 3;
        QCOMPARE(ObjectTreeDelegate::fitting(all, metrics, width), expected);
    }
};

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QAccessible::setActive(true);
    TstObjectExplorer test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_object_explorer.moc"
