// Password obfuscation, collations and framed values against the vectors.       MS-TDS 2.2.6.4, 2.2.5.1.2, 2.2.5.2
#include "tests/support/VectorFiles.h"

#include "driver/tds/CellValue.h"
#include "driver/tds/Login7.h"

using namespace Qt::StringLiterals;
using namespace es;

namespace {

types::SqlType typeOf(const QJsonObject& vector)
{
    static const QHash<QString, types::TypeId> ids{{u"money"_s, types::TypeId::kMoney}, {u"smallmoney"_s, types::TypeId::kSmallMoney},
        {u"date"_s, types::TypeId::kDate}, {u"time"_s, types::TypeId::kTime}, {u"datetime2"_s, types::TypeId::kDateTime2},
        {u"datetimeoffset"_s, types::TypeId::kDateTimeOffset}, {u"datetime"_s, types::TypeId::kDateTime},
        {u"smalldatetime"_s, types::TypeId::kSmallDateTime}, {u"bit"_s, types::TypeId::kBit}, {u"int"_s, types::TypeId::kInt},
        {u"bigint"_s, types::TypeId::kBigInt}, {u"smallint"_s, types::TypeId::kSmallInt}, {u"tinyint"_s, types::TypeId::kTinyInt},
        {u"real"_s, types::TypeId::kReal}, {u"float"_s, types::TypeId::kFloat}, {u"uniqueidentifier"_s, types::TypeId::kUniqueIdentifier}};
    types::SqlType type;
    type.id = ids.value(vector[u"type"_s].toString(), types::TypeId::kNull);
    type.scale = static_cast<std::uint8_t>(vector[u"scale"_s].toInt());
    return type;
}

}  // namespace

class VectorLoginValues : public QObject {
    Q_OBJECT
private slots:
    void password_data() { testing::addVectorRows({u"password-obfuscation.json"_s, u"computed-passwords.json"_s}); }
    void password()
    {
        ES_FETCH_VECTOR();
        const std::string plain = vector[u"password"_s].toString().toStdString();
        const base::SecureBytes secret(base::viewOf(plain));
        const base::SecureBytes obfuscated = tds::obfuscatePassword(secret);
        const base::ByteView bytes = obfuscated.reveal(base::SecretAccess::forTest());
        QCOMPARE(QString::fromStdString(base::toHex(bytes)), vector[u"obfuscated"_s].toString());
        QVERIFY(tds::recoverPassword(bytes) == secret);
    }

    void collation_data() { testing::addVectorRows({u"collations.json"_s}); }
    void collation()
    {
        ES_FETCH_VECTOR();
        const base::Bytes bytes = testing::bytesOf(vector[u"hex"_s]);
        base::ByteReader reader(bytes);
        const types::Collation collation = tds::readCollation(reader);
        QVERIFY(reader.ok() && reader.atEnd());
        QCOMPARE(static_cast<int>(collation.info & 0xFFFFF), vector[u"lcid"_s].toInt());
        QCOMPARE(static_cast<int>(collation.info >> 20 & 0xFF), vector[u"flags"_s].toInt());
        QCOMPARE(static_cast<int>(collation.info >> 28), vector[u"version"_s].toInt());
        QCOMPARE(static_cast<int>(collation.sortId), vector[u"sort_id"_s].toInt());
        base::ByteWriter again;
        tds::appendCollation(again, collation);
        ES_COMPARE_BYTES(again.view(), bytes);
    }

    // The value's width is what the type's framing wants, in rows and in parameters.
    void value_data() { testing::addVectorRows({u"type-values.json"_s}); }
    void value()
    {
        ES_FETCH_VECTOR();
        const base::Bytes bytes = testing::bytesOf(vector[u"value_bytes"_s]);
        const tds::TypeInfo type = tds::typeInfoOf(typeOf(vector));
        QVERIFY2(type.wireType != tds::wire::kNull, "a type that this test does not know");
        for (const tds::Place place : {tds::Place::kResult, tds::Place::kRpc}) {
            const tds::CellLayout layout = tds::cellLayoutOf(type, place);
            base::ByteWriter out;
            tds::appendCell(out, layout, {bytes, false});
            QCOMPARE(out.size(), bytes.size() + 1);
            QCOMPARE(static_cast<std::size_t>(out.view()[0]), bytes.size());
            base::ByteReader reader(out.view());
            const auto again = tds::readValue(reader, layout);
            ES_VERIFY_OK(again);
            QVERIFY(again->has_value());
            ES_COMPARE_BYTES(**again, bytes);
        }
    }
};

QTEST_GUILESS_MAIN(VectorLoginValues)
#include "tst_vector_login_values.moc"
