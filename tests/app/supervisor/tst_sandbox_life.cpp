// The life of the sandbox's processes: ready line, restart of the enclave, orderly and disorderly ends.
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace {

bool alive(qint64 processId)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(processId));
    return processId > 0 && stat.open(QIODevice::ReadOnly) && !stat.readAll().contains(") Z ");
}

QList<qint64> childrenOf(qint64 processId)
{
    QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(processId));
    QList<qint64> children;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& child : file.readAll().simplified().split(' '))
            children << child.toLongLong();
    }
    return children;
}

}  // namespace

class TestSandboxLife : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_sandbox;
    QJsonObject m_line;

    qint64 server() const { return m_line["server_pid"].toInteger(); }
    qint64 enclave() const { return m_line["enclave_pid"].toInteger(); }

    bool start(const QStringList& more = {})
    {
        m_sandbox = std::make_unique<QProcess>();
        m_sandbox->start(QStringLiteral(ES_BIN_DIR "/enclave-sandbox"),
                         QStringList{"--data", m_folder->filePath("data"), "--listen", "127.0.0.1:0"} + more);
        while (!m_sandbox->canReadLine()) {
            if (!m_sandbox->waitForReadyRead(60000)) {
                qWarning() << m_sandbox->readAllStandardError();
                return false;
            }
        }
        m_line = QJsonDocument::fromJson(m_sandbox->readLine()).object();
        return !m_line.isEmpty();
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup()
    {
        if (m_sandbox && m_sandbox->state() != QProcess::NotRunning) {
            m_sandbox->terminate();
            m_sandbox->waitForFinished(20000);
        }
        m_sandbox.reset();
    }

    void readyLineAndOrderlyEnd()
    {
        QVERIFY(start());
        const QStringList server = m_line["server"].toString().split(',');
        QCOMPARE(server.value(0), QStringLiteral("127.0.0.1"));
        QVERIFY(server.value(1).toInt() > 0);
        QVERIFY(!m_line["user"].toString().isEmpty());
        QCOMPARE(m_line["attestation"].toObject()["protocol"].toString(), QStringLiteral("none"));
        QCOMPARE(QFileInfo(m_line["password_file"].toString()).permissions() & 0x0077, QFile::Permissions());
        QVERIFY(QFileInfo(m_line["password_file"].toString()).size() >= 20);
        QFile authority(m_line["ca_file"].toString());
        QVERIFY(authority.open(QIODevice::ReadOnly) && authority.readAll().contains("BEGIN CERTIFICATE"));
        QVERIFY(alive(this->server()) && alive(enclave()));

        m_sandbox->terminate();
        QVERIFY(m_sandbox->waitForFinished(15000));
        QCOMPARE(m_sandbox->exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_sandbox->exitCode(), 0);
        QVERIFY(!alive(this->server()) && !alive(enclave()));
    }

    void passwordAndCertificateStay()
    {
        const auto contents = [](const QString& path) {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QVERIFY(start());
        const QByteArray password = contents(m_line["password_file"].toString());
        const QByteArray authority = contents(m_line["ca_file"].toString());
        cleanup();
        QVERIFY(start());
        QCOMPARE(contents(m_line["password_file"].toString()), password);
        QCOMPARE(contents(m_line["ca_file"].toString()), authority);
    }

    void oneFolderOneSandbox()
    {
        QVERIFY(start());
        QProcess second;
        second.start(QStringLiteral(ES_BIN_DIR "/enclave-sandbox"), {"--data", m_folder->filePath("data")});
        QVERIFY(second.waitForFinished(10000));
        QCOMPARE(second.exitCode(), 1);
        QVERIFY(second.readAllStandardError().contains("Another sandbox is running"));
    }

    void enclaveIsStartedAgain()
    {
        QVERIFY(start());
        ::kill(static_cast<pid_t>(enclave()), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(!alive(enclave()), 5000);
        QTRY_COMPARE_WITH_TIMEOUT(childrenOf(m_sandbox->processId()).size(), 2, 10000);
        QVERIFY(alive(server()));
        QVERIFY(m_sandbox->state() == QProcess::Running);
    }

    void deadServerIsTheEnd()
    {
        QVERIFY(start());
        ::kill(static_cast<pid_t>(server()), SIGKILL);
        QVERIFY(m_sandbox->waitForFinished(10000));
        QCOMPARE(m_sandbox->exitCode(), 1);
        QVERIFY(m_sandbox->readAllStandardError().contains("The server process ended by signal 9"));
        QVERIFY(!alive(enclave()));
    }

    void killedSupervisorLeavesNoOrphans()
    {
        QVERIFY(start());
        m_sandbox->kill();
        QVERIFY(m_sandbox->waitForFinished(5000));
        QTRY_VERIFY_WITH_TIMEOUT(!alive(server()) && !alive(enclave()), 5000);
        QVERIFY(start());  // and the folder is free again
    }

    void endsWithItsParent()
    {
        int pipe[2];
        QCOMPARE(::pipe(pipe), 0);
        QCOMPARE(::fcntl(pipe[1], F_SETFD, FD_CLOEXEC), 0);  // our end alone keeps it open
        QVERIFY(start({"--stop-with-parent", QString::number(pipe[0])}));
        ::close(pipe[0]);
        ::close(pipe[1]);
        QVERIFY(m_sandbox->waitForFinished(15000));
        QCOMPARE(m_sandbox->exitCode(), 0);
    }

    void nonsenseEndsOnlyItsConnection()
    {
        QVERIFY(start());
        const quint16 port = m_line["server"].toString().section(',', 1).toUShort();
        const QList<QByteArray> inputs{QByteArray("GET / HTTP/1.0\r\n\r\n"), QByteArray(5000, '\0'), QByteArray(5000, '\xFF'),
                                       QByteArray::fromHex("1201002f0000010000001a00060100200001020021000103002200040400260001ff"),
                                       QByteArray::fromHex("12010008000001001201000800000100")};
        for (const QByteArray& input : inputs) {
            QTcpSocket socket;
            socket.connectToHost(QStringLiteral("127.0.0.1"), port);
            QVERIFY(socket.waitForConnected(5000));
            socket.write(input);
            socket.waitForBytesWritten(1000);
            socket.disconnectFromHost();
        }
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        QVERIFY(socket.waitForConnected(5000));
        // PRELOGIN with VERSION and ENCRYPTION off: the answer insists on TLS.                        MS-TDS 2.2.6.5
        socket.write(QByteArray::fromHex("1201001a00000100" "00000b0006" "0100110001" "ff" "110000000000" "00"));
        QVERIFY(socket.waitForReadyRead(5000));
        QCOMPARE(socket.read(1).toHex(), QByteArray("04"));
        QVERIFY(alive(server()));
    }
};

QTEST_GUILESS_MAIN(TestSandboxLife)
#include "tst_sandbox_life.moc"
