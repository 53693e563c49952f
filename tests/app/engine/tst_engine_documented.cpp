// Examples that the public T-SQL documentation prints together with their results, run through the engine.
// The rows are documented_cases.tsv: page | type of the first column | statement | printed result. Arithmetic is held to an oracle too.
#include "EngineFixture.h"

#include <QDir>
#include <QTest>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;

namespace {

// "\n" and "\t" stand for themselves in the file.
QString unescaped(QString text)
{
    return text.replace(QStringLiteral("\\n"), QStringLiteral("\n")).replace(QStringLiteral("\\t"), QStringLiteral("\t"));
}

// "!245" when only the number is documented.
QString printed(const Answer& answer, bool numberOnly)
{
    if (numberOnly && !answer.errors.empty()) return "!" + QString::number(answer.errors[0].number);
    QString text = QString::fromStdString(answer.text());
    for (const auto& info : answer.infos)
        text += (text.isEmpty() ? "" : "\n") + QString::fromStdString(info.message);
    return text;
}

} // namespace

class TestEngineDocumented : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<EngineFixture> m_lab;

private slots:
    void initTestCase() { m_lab = std::make_unique<EngineFixture>(); }

    void prints_data() { rowsOf("documented_cases*.tsv", 150); }
    void prints() { check(); }
    // What Python's decimal computes by the documented rules (arithmetic_cases.py).
    void computes_data() { rowsOf("arithmetic_cases.tsv", 500); }
    void computes() { check(); }

private:
    static void rowsOf(const char* pattern, int atLeast)
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        const QDir folder(QStringLiteral(ES_SOURCE_DIR "/tests/app/engine"));
        int rows = 0;
        for (const QString& name : folder.entryList({pattern}, QDir::Files, QDir::Name)) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            int line = 0;
            for (const QByteArray& raw : file.readAll().split('\n')) {
                ++line;
                if (raw.isEmpty() || raw.startsWith('#')) continue;
                const QStringList cells = QString::fromUtf8(raw).split('\t');
                QVERIFY2(cells.size() == 4, qPrintable(name + ":" + QString::number(line)));
                QTest::addRow("%s:%d %s", qPrintable(name), line, qPrintable(cells[0]))
                    << cells[1] << unescaped(cells[2]) << unescaped(cells[3]);
                ++rows;
            }
        }
        QVERIFY2(rows >= atLeast, "examples are missing");
    }

    void check()
    {
        QFETCH(QString, type);
        QFETCH(QString, sql);
        QFETCH(QString, expected);
        const Answer answer = m_lab->run(sql.toStdString());
        const bool numberOnly = expected.startsWith('!') && !expected.contains(' ');
        QCOMPARE(printed(answer, numberOnly), expected);
        if (!type.isEmpty()) {
            QVERIFY(!answer.sets.empty());
            QCOMPARE(QString::fromStdString(es::types::typeName(answer.sets[0].shape.columns[0].type)), type);
        }
    }
};

QTEST_GUILESS_MAIN(TestEngineDocumented)
#include "tst_engine_documented.moc"
