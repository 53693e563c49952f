// Values, normalized plaintexts, collations and code pages against bytes captured from or computed after other implementations.
// tests/vectors/{normalization-captured,computed-normalization,type-values,collations,code-pages}.json
#include "driver/types/Convert.h"
#include "driver/types/Normalize.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace es::types;
using es::base::Bytes;

namespace {

QJsonObject readFile(const QString& name)
{
    const QString folder = qEnvironmentVariable("ES_VECTOR_DIR", QStringLiteral(ES_SOURCE_DIR "/tests/vectors"));
    QFile file(folder + "/" + name);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

QString hex(es::base::ByteView bytes) { return QString::fromStdString(es::base::toHex(bytes)); }

Collation collationOf(const QString& codePage)
{
    if (codePage == "cp1251")
        return *collationByName("Cyrillic_General_CI_AS");
    if (codePage == "cp932")
        return *collationByName("Japanese_CI_AS");
    if (codePage == "utf-8")
        return kLatin1General100Bin2Utf8;
    return kDefaultCollation;
}

bool isNewTime(TypeId id) { return id == TypeId::kTime || id == TypeId::kDateTime2 || id == TypeId::kDateTimeOffset; }

// The vector's text as the value that a program would pass: all digits of a time, whatever the declared scale.
es::base::Result<Value> valueOf(const QString& text, const SqlType& type)
{
    const std::string utf8 = text.toStdString();
    if (isText(type.id))
        return Value(utf8);
    if (isBinary(type.id))
        return valueFromText("0x" + utf8, makeSized(TypeId::kVarBinary, kMaxLength));
    if (isNewTime(type.id))
        return valueFromText(utf8, makeScaled(type.id, 7));
    if (type.id == TypeId::kSmallDateTime) {
        ES_TRY(const auto stamp, valueFromText(utf8, makeScaled(TypeId::kDateTime2, 7)));
        return convertValue(stamp, makeScaled(TypeId::kDateTime2, 7), type);
    }
    return valueFromText(utf8, type);
}

}  // namespace

class VectorTypes : public QObject {
    Q_OBJECT

private slots:
    void cleanupTestCase();
    void normalization_data();
    void normalization();
    void typeValues_data();
    void typeValues();
    void collations_data();
    void collations();
    void codePages_data();
    void codePages();

private:
    int m_rows = 0;
};

void VectorTypes::cleanupTestCase()
{
    if (m_rows == 0)
        qInfo("no vectors found: nothing was compared");
}

void VectorTypes::normalization_data()
{
    QTest::addColumn<QJsonObject>("vector");
    for (const char* name : {"normalization-captured.json", "computed-normalization.json"})
        for (const QJsonValue value : readFile(name)["vectors"].toArray())
            QTest::newRow(qPrintable(value["id"].toString())) << value.toObject();
}

void VectorTypes::normalization()
{
    QFETCH(const QJsonObject, vector);
    ++m_rows;
    auto type = typeFromText(vector["sql_type"].toString().toStdString(), collationOf(vector["codepage"].toString()));
    QVERIFY2(type, qPrintable(vector["sql_type"].toString()));
    if (!vector["scale"].isNull() && isNewTime(type->id))
        type->scale = static_cast<std::uint8_t>(vector["scale"].toInt());
    if (!vector["scale"].isNull() && isDecimal(type->id))
        QCOMPARE(int(type->scale), vector["scale"].toInt());

    const auto value = valueOf(vector["value"].toString(), *type);
    QVERIFY2(value, value ? "" : value.error().describe().c_str());
    const auto bytes = normalize(*value, *type);
    QVERIFY2(bytes, bytes ? "" : bytes.error().describe().c_str());
    QCOMPARE(hex(*bytes), vector["normalized"].toString());

    const auto back = denormalize(*bytes, *type);
    QVERIFY2(back, back ? "" : back.error().describe().c_str());
    if (vector.contains("read_back")) {
        const QString expected = vector["read_back"].toString();
        if (isBinary(type->id))
            QCOMPARE(QString::fromStdString(displayText(*back, *type)).mid(2).toLower(), expected);
        else if (isApproximate(type->id) || type->id == TypeId::kUniqueIdentifier)
            QVERIFY(*valueFromText(expected.toStdString(), *type) == *back);
        else
            QCOMPARE(QString::fromStdString(displayText(*back, *type)), expected);
    }
    // Cell by cell: to row form and back are the same bytes, but for padding that the row form adds.
    Bytes row, again;
    QVERIFY(rowFormFromNormalized(*bytes, *type, row));
    QVERIFY(normalizedFromRowForm(row, *type, again));
    QVERIFY(hex(again).startsWith(hex(*bytes)));
    QVERIFY(isFixedLength(type->id) || again == *bytes);
    if (vector["normalized_16"].isString())  // what JDBC writes: one byte of magnitude less
        QVERIFY(*denormalize(*es::base::fromHex(vector["normalized_16"].toString().toStdString()), *type) == *back);
    if (vector["cell"].isString())
        QCOMPARE(cipherCellBytes(bytes->size()) * 2, std::size_t(vector["cell"].toString().size()));
}

void VectorTypes::typeValues_data()
{
    QTest::addColumn<QJsonObject>("vector");
    for (const QJsonValue value : readFile("type-values.json")["vectors"].toArray())
        QTest::newRow(qPrintable(value["id"].toString())) << value.toObject();
}

void VectorTypes::typeValues()
{
    QFETCH(const QJsonObject, vector);
    ++m_rows;
    auto type = typeFromName(vector["type"].toString().toStdString());
    QVERIFY(type);
    if (!vector["scale"].isNull())
        type->scale = static_cast<std::uint8_t>(vector["scale"].toInt());
    const QString text = vector["value"].toString();
    const auto value = valueFromText(text.toStdString(), *type);
    QVERIFY2(value, value ? "" : value.error().describe().c_str());
    QCOMPARE(hex(*encodeRowForm(*value, *type)), vector["value_bytes"].toString());
    const auto bytes = es::base::fromHex(vector["value_bytes"].toString().toStdString());
    QVERIFY(*decodeRowForm(*bytes, *type) == *value);
    QCOMPARE(QString::fromStdString(displayCell(*bytes, *type)).toLower(), text);
}

void VectorTypes::collations_data()
{
    QTest::addColumn<QJsonObject>("vector");
    for (const QJsonValue value : readFile("collations.json")["vectors"].toArray())
        QTest::newRow(qPrintable(value["id"].toString())) << value.toObject();
}

void VectorTypes::collations()
{
    QFETCH(const QJsonObject, vector);
    ++m_rows;
    const std::string name = vector["name"].toString().toStdString();
    const auto collation = collationByName(name);
    QVERIFY(collation);
    Bytes wire;
    for (int shift = 0; shift < 32; shift += 8)
        wire.push_back(static_cast<es::base::Byte>(collation->info >> shift));
    wire.push_back(collation->sortId);
    QCOMPARE(hex(wire), vector["hex"].toString());
    QCOMPARE(QString::number(factsOf(*collation).codePage), vector["code_page"].toString());
    QCOMPARE(canonicalCollationName(name), name);
    QVERIFY(QString::fromStdString(name).startsWith(QString::fromStdString(collationName(*collation))));
}

void VectorTypes::codePages_data()
{
    QTest::addColumn<quint32>("info");
    QTest::addColumn<int>("sortId");
    QTest::addColumn<int>("codePage");
    const QJsonObject file = readFile("code-pages.json");
    const QJsonObject bySortId = file["sort_id_to_code_page"].toObject();
    for (auto it = bySortId.begin(); it != bySortId.end(); ++it)
        QTest::newRow(qPrintable("sort id " + it.key())) << quint32(0x409) << it.key().toInt() << it.value().toInt();
    const QJsonObject byLcid = file["lcid_to_code_page"].toObject();
    for (auto it = byLcid.begin(); it != byLcid.end(); ++it)
        QTest::newRow(qPrintable("lcid " + it.key())) << it.key().toUInt(nullptr, 16) << 0 << it.value().toInt();
}

void VectorTypes::codePages()
{
    QFETCH(const quint32, info);
    QFETCH(const int, sortId);
    QFETCH(const int, codePage);
    ++m_rows;
    const int unicodeOnly = 1200;
    QCOMPARE(int(factsOf({info, static_cast<std::uint8_t>(sortId)}).codePage), codePage == unicodeOnly ? 0 : codePage);
}

QTEST_APPLESS_MAIN(VectorTypes)
#include "tst_vector_types.moc"
