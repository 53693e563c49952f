// GO, and the quoting of names and texts.
#include "driver/tsql/BatchSplitter.h"
#include "driver/tsql/Quoting.h"

#include <QTest>

using namespace es::tsql;

class TestBatchSplitter : public QObject {
    Q_OBJECT

private slots:
    void batches_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QList<QByteArray>>("batches");
        QTest::addColumn<QList<int>>("lines");
        QTest::addColumn<QList<int>>("repeats");
        const auto row = [](const char* name, const char* text, const QList<QByteArray>& batches, const QList<int>& lines, const QList<int>& repeats) {
            QTest::newRow(name) << QByteArray(text) << batches << lines << repeats;
        };
        row("no GO", "SELECT 1", {"SELECT 1"}, {1}, {1});
        row("empty", " \n\n", {}, {}, {});
        row("two", "SELECT 1\nGO\nSELECT 2", {"SELECT 1\n", "SELECT 2"}, {1, 3}, {1, 1});
        row("CR LF and case", "a\r\ngO\r\nb\r\nGO\r\n", {"a\r\n", "b\r\n"}, {1, 3}, {1, 1});
        row("indented, with comment", "a\n \tGO -- done\nb", {"a\n", "b"}, {1, 3}, {1, 1});
        row("count", "a\nGO 5\nb\nGO 1", {"a\n", "b\n"}, {1, 3}, {5, 1});
        row("in a comment", "a /*\nGO\n*/ b", {"a /*\nGO\n*/ b"}, {1}, {1});
        row("in a nested comment", "/* /*\nGO\n*/\nGO\n*/ b", {"/* /*\nGO\n*/\nGO\n*/ b"}, {1}, {1});
        row("in a string", "SELECT '\nGO\n'", {"SELECT '\nGO\n'"}, {1}, {1});
        row("in a name", "SELECT 1 AS [\nGO\n]", {"SELECT 1 AS [\nGO\n]"}, {1}, {1});
        row("behind a line comment", "-- GO\nGO\nb", {"-- GO\n", "b"}, {1, 3}, {1, 1});
        row("not alone", "SELECT go FROM t", {"SELECT go FROM t"}, {1}, {1});
        row("longer word", "GOTO\ngo_1\n", {"GOTO\ngo_1\n"}, {1}, {1});
        row("after a string's end on the same line", "SELECT 'a\nb' \nGO", {"SELECT 'a\nb' \n"}, {1}, {1});
        row("comment on GO's line goes on", "a\nGO /* x\ny */ b", {"a\n", " /* x\ny */ b"}, {1, 2}, {1, 1});
    }
    void batches()
    {
        QFETCH(QByteArray, text);
        QFETCH(QList<QByteArray>, batches);
        QFETCH(QList<int>, lines);
        QFETCH(QList<int>, repeats);
        const std::string source = text.toStdString();
        const auto result = splitBatches(source);
        QVERIFY(result.has_value());
        QList<QByteArray> texts;
        QList<int> startLines;
        QList<int> counts;
        for (const Batch& batch : *result) {
            texts.append(QByteArray(batch.text.data(), static_cast<qsizetype>(batch.text.size())));
            startLines.append(static_cast<int>(batch.line));
            counts.append(static_cast<int>(batch.repeat));
            QCOMPARE(source.substr(batch.offset, batch.text.size()), std::string(batch.text));
        }
        QCOMPARE(texts, batches);
        QCOMPARE(startLines, lines);
        QCOMPARE(counts, repeats);
    }

    void somethingBehindGo()
    {
        const auto result = splitBatches("a\nGO b");
        QVERIFY(!result);
        QCOMPARE(result.error().server->number, 102);
        QCOMPARE(result.error().server->line, 2);
        QVERIFY(!splitBatches("GO 99999999999"));
    }

    void quoting()
    {
        QCOMPARE(quoteName("a]b"), std::string("[a]]b]"));
        QCOMPARE(quoteNameIfNeeded("Employees"), std::string("Employees"));
        QCOMPARE(quoteNameIfNeeded("Order"), std::string("[Order]"));
        QCOMPARE(quoteNameIfNeeded("a b"), std::string("[a b]"));
        QCOMPARE(quoteNameIfNeeded("1a"), std::string("[1a]"));
        QCOMPARE(quoteNameIfNeeded(""), std::string("[]"));
        QCOMPARE(quoteParts({"HR", "", "Employees"}), std::string("[HR].[Employees]"));
        QCOMPARE(quoteLiteral("O'Brien"), std::string("N'O''Brien'"));
        QCOMPARE(quoteAsciiLiteral("x"), std::string("'x'"));
        QVERIFY(isReservedWord("select"));
        QVERIFY(!isReservedWord("Employees"));
        QVERIFY(!isReservedWord(std::string(500, 'a')));
    }
};

QTEST_APPLESS_MAIN(TestBatchSplitter)
#include "tst_batch_splitter.moc"
