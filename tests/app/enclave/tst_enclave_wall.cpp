// The walls of the enclave's process: which system calls it has given up, and that nobody but root looks into it. Each refusal has a
// control: the same attempt where there is no wall.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <unistd.h>

namespace {

constexpr auto kProbe = ES_PROBE_PROGRAM;
constexpr auto kSomebody = 65534;
constexpr auto kSomebodyElse = 65533;

QByteArray contents(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The value of "Name:\tvalue" in a file of /proc.
QByteArray valueOf(const QByteArray& status, const QByteArray& name)
{
    for (const QByteArray& line : status.split('\n')) {
        if (line.startsWith(name + ':'))
            return line.mid(name.size() + 1).simplified();
    }
    return {};
}

// `user` 0: as whoever runs the test.
QStringList asUser(int user, const QStringList& command)
{
    if (user == 0)
        return command;
    return QStringList{"setpriv", QStringLiteral("--reuid=%1").arg(user), QStringLiteral("--regid=%1").arg(user), "--clear-groups"} + command;
}

QString answerOf(const QStringList& command, const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(command.first(), command.mid(1));
    if (!process.waitForFinished(30000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return "failed: " + process.readAllStandardError();
    return process.readAllStandardOutput();
}

}  // namespace

class TestEnclaveWall : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_enclave;

    bool start(int user = 0)
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QFile::setPermissions(m_folder->path(), QFile::Permissions(0x7777));
        m_enclave = std::make_unique<QProcess>();
        const QStringList command = asUser(user, {QStringLiteral(ES_BIN_DIR "/enclave-sandbox-enclave"), "--socket", m_folder->filePath("s")});
        m_enclave->start(command.first(), command.mid(1));
        return m_enclave->waitForReadyRead(10000) && m_enclave->readAllStandardOutput() == "ready\n";
    }
    QString enclavePid() const { return QString::number(m_enclave->processId()); }

    // Runs until it is killed, as `user`, with nothing done to protect it.
    std::unique_ptr<QProcess> startOpen(int user)
    {
        auto open = std::make_unique<QProcess>();
        const QStringList command = asUser(user, {"cat"});
        open->start(command.first(), command.mid(1));
        open->waitForStarted();
        open->write("x\n");
        return open->waitForReadyRead(10000) ? std::move(open) : nullptr;
    }

private slots:
    void cleanup()
    {
        if (m_enclave && m_enclave->state() != QProcess::NotRunning) {
            m_enclave->kill();
            m_enclave->waitForFinished();
        }
    }

    void everyThreadIsConfined()
    {
        QVERIFY(start());
        const QDir tasks("/proc/" + enclavePid() + "/task");
        const QStringList threads = tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QVERIFY(threads.size() >= 2);
        for (const QString& thread : threads) {
            const QByteArray status = contents(tasks.filePath(thread + "/status"));
            QCOMPARE(valueOf(status, "Seccomp"), QByteArray("2"));
            QCOMPARE(valueOf(status, "NoNewPrivs"), QByteArray("1"));
        }
    }

    void makesNoCoreFile()
    {
        QVERIFY(start());
        const QString limits = contents("/proc/" + enclavePid() + "/limits");
        QVERIFY2(limits.contains(QRegularExpression("Max core file size\\s+0\\s+0\\s")), qPrintable(limits));
        // Nor may it with another limit: /proc shows by the owner that a process may not be dumped.
        if (::geteuid() != 0)
            return;
        cleanup();
        QVERIFY(start(kSomebody));
        const auto open = startOpen(kSomebody);
        QVERIFY(open);
        QCOMPARE(QFileInfo(QStringLiteral("/proc/%1/environ").arg(open->processId())).ownerId(), uint{kSomebody});
        QCOMPARE(QFileInfo("/proc/" + enclavePid() + "/environ").ownerId(), 0U);
        open->kill();
        open->waitForFinished();
    }

    void givesUpCalls_data()
    {
        QTest::addColumn<QString>("call");
        QTest::addColumn<QString>("confined");
        for (const char* call : {"open", "create", "unlink", "inet", "fork", "clone", "exec", "ptrace", "dumpable", "executable", "protect",
                                 "memfd", "kill", "readv", "writeElsewhere"})
            QTest::newRow(call) << call << "EPERM";
        for (const char* call : {"unix", "thread", "memory"})
            QTest::newRow(call) << call << "done";
    }
    void givesUpCalls()
    {
        QFETCH(QString, call);
        QFETCH(QString, confined);
        QCOMPARE(answerOf({kProbe, "confined", call}), confined);
        if (call == "exec")
            return;  // done without the wall, it would not come back to say so
        const QString unconfined = answerOf({kProbe, "free", call});
        QCOMPARE(unconfined, call == "writeElsewhere" ? QString("EBADF") : QString("done"));
    }

    void nobodyLooksInside_data()
    {
        QTest::addColumn<QString>("how");
        for (const char* how : {"attach", "seize", "mem", "maps", "environ", "fd", "vmRead", "vmWrite", "pidfd"})
            QTest::newRow(how) << how;
    }
    void nobodyLooksInside()
    {
        QFETCH(QString, how);
        // Without root's right to be others, the same user looks; what an open process shows is then Yama's matter, so there is no control.
        const bool root = ::geteuid() == 0;
        QVERIFY(start(root ? kSomebody : 0));
        const auto open = startOpen(root ? kSomebody : 0);
        QVERIFY(open);
        const auto look = [&](qint64 pid, int user) {
            // The top of its stack is mapped for sure: a failure is for want of the right.
            const QString stack = QString(contents(QStringLiteral("/proc/%1/maps").arg(pid))).split('\n').filter("[stack]").value(0);
            const QString end = stack.section('-', 1, 1).section(' ', 0, 0);
            auto environment = QProcessEnvironment::systemEnvironment();
            environment.insert("ES_PROBE_ADDRESS", QString::number(end.toULongLong(nullptr, 16) - 64, 16));
            return answerOf(asUser(user, {kProbe, "outside", how, QString::number(pid)}), environment);
        };
        if (root)
            QCOMPARE(look(open->processId(), kSomebody), QString("done"));
        for (const int user : root ? QList<int>{kSomebody, kSomebodyElse} : QList<int>{0}) {
            const QString seen = look(m_enclave->processId(), user);
            QVERIFY2(seen == "EPERM" || seen == "EACCES", qPrintable(seen));
        }
        QCOMPARE(valueOf(contents("/proc/" + enclavePid() + "/status"), "TracerPid"), QByteArray("0"));
        open->kill();
        open->waitForFinished();
    }
};

QTEST_GUILESS_MAIN(TestEnclaveWall)
#include "tst_enclave_wall.moc"
