// The log: one line per fact, private, bounded, and no reason to fail when it cannot be written.
#include "app/studio/LogFile.h"

#include <QTemporaryDir>
#include <QTest>

using namespace es;
using studio::LogFile;

class TestLogFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linesAreAppendedWithTimeLevelAndRoom()
    {
        const QString path = m_folder.filePath(QStringLiteral("log/studio.log"));
        {
            LogFile log(path);
            QCOMPARE(log.path(), path);
            log.write(base::LogLevel::kInfo, "studio", "started");
        }
        LogFile log(path);
        log.write(base::LogLevel::kError, "studio", "sandbox: services.SandboxNotStarted");
        const QList<QByteArray> lines = contentOf(path).split('\n');
        QCOMPARE(lines.size(), 3); // the last one is empty
        QVERIFY(lines.at(0).endsWith(" info studio: started"));
        QVERIFY(lines.at(1).endsWith(" error studio: sandbox: services.SandboxNotStarted"));
        QVERIFY(!(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther)));
    }
    void aLongOneIsPutAside()
    {
        const QString path = m_folder.filePath(QStringLiteral("long.log"));
        {
            LogFile log(path);
            const std::string line(1000, 'x');
            for (int i = 0; i < 1100; ++i)
                log.write(base::LogLevel::kInfo, "test", line);
        }
        LogFile log(path);
        log.write(base::LogLevel::kInfo, "test", "after");
        QVERIFY(contentOf(path).size() < 200);
        QVERIFY(contentOf(path + QStringLiteral(".old")).size() > 1'000'000);
    }
    void whereNothingCanBeWrittenThereIsNoLog()
    {
        LogFile log(QStringLiteral("/proc/none/studio.log"));
        QVERIFY(log.path().isEmpty());
        log.write(base::LogLevel::kInfo, "studio", "goes nowhere");
    }

private:
    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestLogFile)
#include "tst_log_file.moc"
