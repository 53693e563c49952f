#include "tests/ui/models/RowsByHand.h"
#include "ui/reports/CellText.h"
#include "ui/reports/ResultWriter.h"

#include <QBuffer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace es;
using namespace es::ui;
using types::TypeId;
using types::Value;

namespace {

std::shared_ptr<const types::ColumnSet> columns()
{
    return test::columnsOf({{"id", types::makeType(TypeId::kInt)}, {"text", types::makeSized(TypeId::kNVarChar, 100)},
        {"pay", types::makeType(TypeId::kMoney)}, {"yes", types::makeType(TypeId::kBit)},
        {"raw", types::makeSized(TypeId::kVarBinary, 10)}});
}

std::vector<std::vector<Value>> rows()
{
    return {{std::int64_t{7}, std::string("a,\"b\"\nc"), types::Money{1234567800}, std::int64_t{1}, base::Bytes{1, 0xAB}},
        {types::Null{}, std::string(), types::Null{}, types::Null{}, types::Null{}},
        {std::int64_t{-12}, std::string("Gräce"), types::Money{-5000}, std::int64_t{0}, base::Bytes{}}};
}

QByteArray written(ReportFormat format, int resultSets, const QByteArray& members = {})
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto writer = makeResultWriter(format, buffer);
    for (int i = 0; i < resultSets; ++i) {
        const auto set = columns();
        if (!writer->columns(set) || !writer->rows(*test::rowsOf(*set, rows())) || !writer->rows(*test::rowsOf(*set, {}))) return "failed";
    }
    return writer->finish(members) ? buffer.data() : QByteArray("failed");
}

// A device that is full after some bytes.
class FullDevice : public QIODevice {
public:
    explicit FullDevice(qint64 room)
        : m_room(room)
    {
        open(QIODevice::WriteOnly);
    }

protected:
    qint64 readData(char*, qint64) override { return -1; }
    qint64 writeData(const char*, qint64 size) override
    {
        if (size > m_room) {
            setErrorString(QStringLiteral("No space left on device"));
            return -1;
        }
        m_room -= size;
        return size;
    }

private:
    qint64 m_room;
};

} // namespace

class TstReports : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void csv()
    {
        QCOMPARE(written(ReportFormat::kCsv, 1),
            QByteArray("id,text,pay,yes,raw\r\n"
                       "7,\"a,\"\"b\"\"\nc\",123456.7800,1,0x01AB\r\n"
                       ",\"\",,,\r\n"
                       "-12,Gr\xC3\xA4"
                       "ce,-0.5000,0,0x\r\n"));
        QVERIFY(written(ReportFormat::kCsv, 2).contains("0x\r\n\r\nid,text"));
        QCOMPARE(written(ReportFormat::kCsv, 0), QByteArray());
    }

    void json()
    {
        const QByteArray text = written(ReportFormat::kJson, 2, "\"outcome\":\"completed\"");
        QJsonParseError problem;
        const QJsonObject document = QJsonDocument::fromJson(text, &problem).object();
        QCOMPARE(problem.error, QJsonParseError::NoError);
        QCOMPARE(document.value("outcome").toString(), QStringLiteral("completed"));
        const QJsonArray sets = document.value("resultSets").toArray();
        QCOMPARE(sets.size(), 2);
        const QJsonObject first = sets.at(0).toObject();
        QCOMPARE(first.value("columns").toArray().at(1).toObject().value("type").toString(), QStringLiteral("nvarchar(100)"));
        QCOMPARE(first.value("rows").toArray().at(0).toArray(), (QJsonArray{7, "a,\"b\"\nc", 123456.78, true, "0x01AB"}));
        QCOMPARE(first.value("rows").toArray().at(1).toArray().at(0), QJsonValue(QJsonValue::Null));
        QVERIFY(text.contains("123456.7800")); // all digits are there
        const QJsonObject none = QJsonDocument::fromJson(written(ReportFormat::kJson, 0)).object();
        QVERIFY(none.value("resultSets").isArray());
    }

    void table()
    {
        const QList<QByteArray> lines = written(ReportFormat::kTable, 1).split('\n');
        QCOMPARE(lines.at(0), QByteArray("  id  text             pay   yes  raw"));
        QCOMPARE(lines.at(1), QByteArray("----  -------  -----------  ----  ------"));
        QCOMPARE(lines.at(2), QByteArray("   7  a,\"b\" c  123456.7800     1  0x01AB"));
        QCOMPARE(lines.at(4),
            QByteArray(" -12  Gr\xC3\xA4"
                       "ce        -0.5000     0  0x"));
        QCOMPARE(lines.at(5), QByteArray("(3 rows)"));
        QCOMPARE(written(ReportFormat::kTable, 0), QByteArray());

        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        const auto writer = makeResultWriter(ReportFormat::kTable, buffer);
        const auto set = columns();
        QVERIFY(writer->columns(set) && writer->rows(*test::rowsOf(*set, {rows()[0]})) && writer->endResult(false));
        QVERIFY(buffer.data().endsWith("(broken off after 1 row)\n\n")); // before the end of the whole
        QVERIFY(writer->finish());
        QCOMPARE(buffer.data().count("row"), 1);
    }

    void widths_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("width");
        QTest::newRow("ascii") << "abc" << 3;
        QTest::newRow("umlaut") << QString::fromUtf8("Grä") << 3;
        QTest::newRow("combining") << QString::fromUtf8("a\xCC\x88") << 1;
        QTest::newRow("wide") << QString::fromUtf8("\xE6\x97\xA5\xE6\x9C\xAC") << 4;
    }
    void widths()
    {
        QFETCH(QString, text);
        QFETCH(int, width);
        QCOMPARE(displayWidth(text.toStdString()), width);
    }

    void fullDisk_data()
    {
        QTest::addColumn<int>("format");
        QTest::newRow("table") << static_cast<int>(ReportFormat::kTable);
        QTest::newRow("csv") << static_cast<int>(ReportFormat::kCsv);
        QTest::newRow("json") << static_cast<int>(ReportFormat::kJson);
    }
    void fullDisk()
    {
        QFETCH(int, format);
        FullDevice device(70000);
        const auto writer = makeResultWriter(static_cast<ReportFormat>(format), device);
        const auto set = columns();
        QVERIFY(writer->columns(set));
        const auto block = test::rowsOf(*set, std::vector(1000, rows()[0]));
        base::Result<void> status;
        for (int i = 0; i < 20 && status; ++i)
            status = writer->rows(*block);
        QVERIFY(!status);
        QCOMPARE(status.error().code, kWriteFailed);
        QVERIFY(!writer->finish());
    }
};

QTEST_APPLESS_MAIN(TstReports)
#include "tst_reports.moc"
