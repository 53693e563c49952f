// What comes back at the next start, and what happens to a file that cannot be understood.
#include "ui/services/ProfileJson.h"
#include "ui/shell/Workspace.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace es;
using namespace es::ui;

class TestUiWorkspace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip()
    {
        const QString file = m_folder.filePath(QStringLiteral("deep/er/workspace.json"));
        ConnectionProfile profile;
        profile.name = QStringLiteral("contoso");
        profile.environment = Environment::kProduction;
        profile.environmentName = QStringLiteral("Payroll");
        profile.host = QStringLiteral("sql-prod-02");
        profile.port = 1533;
        profile.columnEncryption = true;
        profile.attestation = AttestationChoice::kNone;
        WorkspaceState state;
        WorkspaceTab tab;
        tab.title = QStringLiteral("Query 3");
        tab.text = QString::fromUtf8("SELECT 'ü';\n");
        tab.modified = true;
        tab.line = 2;
        tab.column = 5;
        tab.profile = profile;
        state.tabs = {tab, WorkspaceTab{}};
        state.current = 1;
        state.servers = {profile};
        QVERIFY(saveWorkspace(file, state));
        const auto mode = QFile::permissions(file);
        QVERIFY(!(mode & (QFile::ReadGroup | QFile::ReadOther)));
        const auto loaded = loadWorkspace(file);
        QVERIFY(loaded);
        QCOMPARE(loaded->tabs.size(), 2);
        QCOMPARE(loaded->current, 1);
        const WorkspaceTab& back = loaded->tabs.at(0);
        QCOMPARE(back.text, tab.text);
        QCOMPARE(back.modified, true);
        QCOMPARE(back.line, 2);
        QCOMPARE(back.column, 5);
        QVERIFY(back.profile && *back.profile == profile);
        QVERIFY(!loaded->tabs.at(1).profile);
        QVERIFY(loaded->servers.value(0) == profile);
    }
    void noFileIsAnEmptyState()
    {
        const auto loaded = loadWorkspace(m_folder.filePath(QStringLiteral("none.json")));
        QVERIFY(loaded);
        QVERIFY(loaded->tabs.isEmpty());
    }
    void anUnreadableFileIsSetAside()
    {
        const QString path = m_folder.filePath(QStringLiteral("broken.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"version\":1,\"tabs\":[{\"text\":\"my work");
        file.close();
        const auto loaded = loadWorkspace(path);
        QVERIFY(!loaded);
        QVERIFY(QString::fromStdString(loaded.error().text).contains(path + QStringLiteral(".unreadable")));
        QFile aside(path + QStringLiteral(".unreadable"));
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QVERIFY(aside.readAll().contains("my work"));
    }
    void aFolderThatCannotBeWrittenSaysSo()
    {
        const auto saved = saveWorkspace(QStringLiteral("/proc/none/workspace.json"), {});
        QVERIFY(!saved);
        QCOMPARE(QString::fromStdString(std::string(saved.error().code.name)), QStringLiteral("WorkspaceNotSaved"));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestUiWorkspace)
#include "tst_ui_workspace.moc"
