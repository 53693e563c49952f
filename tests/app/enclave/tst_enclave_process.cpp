// The enclave as a program of its own: it dies, and nobody hangs.
#include "EnclaveFixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QtTest>

#include <csignal>

using namespace es;
using namespace es::sandbox;

class TestEnclaveProcess : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    QString m_socket;

    bool start()
    {
        const QString longName(150, 'x');  // the path becomes longer than a socket address holds
        QDir(m_folder.path()).mkpath(longName);
        m_socket = m_folder.filePath(longName + "/enclave.sock");
        m_process.start(QStringLiteral(ES_BIN_DIR "/enclave-sandbox-enclave"), {"--socket", m_socket});
        return m_process.waitForStarted() && m_process.waitForReadyRead(10000) && m_process.readAllStandardOutput() == "ready\n";
    }

private slots:
    void cleanup()
    {
        if (m_process.state() != QProcess::NotRunning) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }

    void endsCleanlyOnTerm()
    {
        QVERIFY(start());
        m_process.terminate();
        QVERIFY(m_process.waitForFinished(5000));
        QCOMPARE(m_process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(m_process.exitCode(), 0);
    }

    void saysWhoStartsIt()
    {
        m_process.start(QStringLiteral(ES_BIN_DIR "/enclave-sandbox-enclave"), QStringList{});
        QVERIFY(m_process.waitForFinished(5000));
        QCOMPARE(m_process.exitCode(), 2);
        QVERIFY(m_process.readAllStandardError().contains("enclave-sandbox"));
    }

    void aKillInTheMiddleEndsTheCall()
    {
        QVERIFY(start());
        EnclaveClient client(m_socket.toStdString());
        test::EnclaveUser user(client);
        QVERIFY(user.openSession());
        const base::SecureBytes cek = crypto::randomKey(crypto::kCekBytes);
        QVERIFY(user.send("SELECT 1", {1, 1}, cek));
        types::SqlType type;
        type.id = types::TypeId::kInt;
        auto cipher = crypto::CellCipher::create(cek);
        base::Bytes cell;
        QVERIFY(cipher->encrypt(base::Bytes(8, 0), crypto::EncryptionType::kRandomized, cell));

        int fed = 0;
        QElapsedTimer sinceKill;
        const auto ranks = client.rank({user.session, {1, 1}, type}, [&](CellBatch& batch) -> base::Result<void> {
            if (++fed == 5) {
                ::kill(static_cast<pid_t>(m_process.processId()), SIGKILL);
                sinceKill.start();
            }
            while (batch.add(cell)) {
            }
            return {};
        });
        QVERIFY(!ranks);
        QCOMPARE(ranks.error().server->number, 33545);
        QVERIFY2(sinceKill.elapsed() < 2000, qPrintable(QString::number(sinceKill.elapsed())));
        QVERIFY(m_process.waitForFinished(5000));

        // The next enclave knows nothing of the old one's sessions.
        QVERIFY(start());
        const auto again = client.hasKey(user.session, {1, 1});
        QCOMPARE(again.error().server->number, 33195);
    }
};

QTEST_GUILESS_MAIN(TestEnclaveProcess)
#include "tst_enclave_process.moc"
