// A script is written back as it was read: encoding, byte order mark, line ends.
#include "ui/query/TextFile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace es;
using namespace es::ui;

class TestUiTextFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("encoding");
        const QString text = QString::fromUtf8("SELECT 'Zoë';\nGO\n");
        QTest::newRow("utf-8") << QByteArray("SELECT 'Zo\xC3\xAB';\nGO\n") << text << "UTF-8";
        QTest::newRow("utf-8 with mark") << QByteArray("\xEF\xBB\xBFSELECT 'Zo\xC3\xAB';\nGO\n") << text << "UTF-8";
        QTest::newRow("crlf") << QByteArray("SELECT 'Zo\xC3\xAB';\r\nGO\r\n") << text << "UTF-8";
        QTest::newRow("latin-1") << QByteArray("SELECT 'Zo\xEB';\nGO\n") << text << "Latin-1";
        QTest::newRow("utf-16 le") << QByteArray("\xFF\xFEG\0O\0\n\0", 8) << "GO\n" << "UTF-16 LE";
        QTest::newRow("utf-16 be") << QByteArray("\xFE\xFF\0G\0O\0\n", 8) << "GO\n" << "UTF-16 BE";
        QTest::newRow("empty") << QByteArray() << QString() << "UTF-8";
    }
    void roundTrip()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, text);
        QFETCH(QString, encoding);
        QFile file(m_folder.filePath(QStringLiteral("a.sql")));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(bytes);
        file.close();
        const auto read = TextFile::read(file.fileName());
        QVERIFY(read);
        QCOMPARE(read->text, text);
        QCOMPARE(read->encodingName(), encoding);
        const QString again = m_folder.filePath(QStringLiteral("b.sql"));
        QVERIFY(read->write(again));
        QFile written(again);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), bytes);
    }
    void whatTheEncodingCannotHoldIsNotWritten()
    {
        const QString path = m_folder.filePath(QStringLiteral("c.sql"));
        TextFile file;
        file.text = QStringLiteral("old");
        QVERIFY(file.write(path));
        file.encoding = QStringConverter::Latin1;
        file.text = QString::fromUtf8("SELECT '日本'");
        const auto refused = file.write(path);
        QVERIFY(!refused);
        QVERIFY(QString::fromStdString(refused.error().describe()).contains(QLatin1String("Latin-1")));
        QFile kept(path);
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), QByteArray("old"));
    }
    void aMissingFileSaysSo()
    {
        const auto read = TextFile::read(m_folder.filePath(QStringLiteral("nothing.sql")));
        QVERIFY(!read);
        QCOMPARE(QString::fromStdString(std::string(read.error().code.name)), QStringLiteral("FileUnreadable"));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestUiTextFile)
#include "tst_ui_text_file.moc"
