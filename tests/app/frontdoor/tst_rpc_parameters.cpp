// What clients send as parameters, as the engine gets it.                                 MS-TDS 2.2.6.6; enclave-protocol 8.2
#include "app/sandbox/frontdoor/LoginPhase.h"
#include "app/sandbox/frontdoor/RpcParameters.h"
#include "app/sandbox/frontdoor/SampleDatabase.h"
#include "driver/types/Collation.h"

#include <QtTest>

#include <set>

using namespace es;
using namespace es::sandbox;

namespace {

types::SqlType intType()
{
    types::SqlType type;
    type.id = types::TypeId::kInt;
    return type;
}

EngineParameter declared(std::string name, bool output = false)
{
    EngineParameter parameter;
    parameter.name = std::move(name);
    parameter.type = intType();
    parameter.output = output;
    return parameter;
}

tds::RpcParameter given(std::string name, base::Byte value, std::uint8_t status = 0)
{
    return tds::makeParameter(std::move(name), intType(), base::Bytes{value, 0, 0, 0}, status);
}

std::int64_t number(const EngineParameter& parameter) { return std::get<std::int64_t>(parameter.value); }

}  // namespace

class TestRpcParameters : public QObject {
    Q_OBJECT

private slots:
    void byPositionAndByName()
    {
        std::vector<EngineParameter> parameters{declared("@a"), declared("@b", true)};
        const std::vector<tds::RpcParameter> positional{given("", 1), given("", 2, tds::kParameterByReference)};
        QVERIFY(fillParameters(parameters, positional));
        QCOMPARE(number(parameters[0]), 1);
        QCOMPARE(number(parameters[1]), 2);
        QVERIFY(parameters[1].output && !parameters[0].output);

        parameters = {declared("@a"), declared("@b")};
        const std::vector<tds::RpcParameter> named{given("@B", 2), given("@a", 1)};
        QVERIFY(fillParameters(parameters, named));
        QCOMPARE(number(parameters[0]), 1);
        QCOMPARE(number(parameters[1]), 2);
    }

    // The types that carry more than a value: what is inside is checked before the engine sees it.
    void containers_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("error");
        using types::TypeId;
        const auto row = [](const char* name, TypeId type, const char* hex, int error) {
            QTest::newRow(name) << static_cast<int>(type) << QByteArray::fromHex(hex) << error;
        };
        row("a variant", TypeId::kSqlVariant, "38002a000000", 0);
        row("a variant of nothing known", TypeId::kSqlVariant, "ff002a000000", 8023);
        row("a variant cut off", TypeId::kSqlVariant, "38002a00", 8023);
        row("a variant longer than it says", TypeId::kSqlVariant, "a7070904d0003401006162", 8023);
        row("xml", TypeId::kXml, "3c0061002f003e00", 0);
        row("xml with its mark", TypeId::kXml, "fffe3c0061002f003e00", 0);
        row("xml that does not end", TypeId::kXml, "3c0061003e00", 9400);
        row("half a character", TypeId::kXml, "3c0061002f003e", 8023);
        row("image", TypeId::kImage, "00ff", 0);
        row("text", TypeId::kText, "616263", 0);
        row("ntext", TypeId::kNText, "6100", 0);
    }
    void containers()
    {
        QFETCH(int, type);
        QFETCH(QByteArray, bytes);
        QFETCH(int, error);
        types::SqlType sent;
        sent.id = static_cast<types::TypeId>(type);
        if (sent.id != types::TypeId::kSqlVariant && sent.id != types::TypeId::kXml) {
            sent.lengthBytes = types::kMaxLength;
            sent.collation = types::kDefaultCollation;
        }
        EngineParameter parameter = declared("@p");
        parameter.type = sent;
        std::vector<EngineParameter> parameters{parameter};
        const std::vector<tds::RpcParameter> values{tds::makeParameter("@p", sent, base::Bytes(bytes.begin(), bytes.end()), 0)};
        const auto filled = fillParameters(parameters, values);
        QCOMPARE(filled ? 0 : filled.error().server->number, error);
        if (sent.id == types::TypeId::kSqlVariant && filled)
            QVERIFY(std::holds_alternative<types::Variant>(parameters[0].value));
        if (sent.id == types::TypeId::kXml && filled)
            QCOMPARE(std::get<std::string>(parameters[0].value), std::string("<a/>"));
    }

    void refusals_data()
    {
        QTest::addColumn<int>("given");
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("expected");
        QTest::newRow("one missing") << 1 << "" << 8178;
        QTest::newRow("too many") << 3 << "" << 8144;
        QTest::newRow("unknown name") << 2 << "@x" << 8145;
    }
    void refusals()
    {
        QFETCH(int, given);
        QFETCH(QString, name);
        QFETCH(int, expected);
        std::vector<EngineParameter> parameters{declared("@a"), declared("@b")};
        std::vector<tds::RpcParameter> values;
        for (int i = 0; i < given; ++i)
            values.push_back(::given(name.toStdString(), 1));
        const auto filled = fillParameters(parameters, values);
        QVERIFY(!filled);
        QCOMPARE(filled.error().server->number, expected);
    }

    void encryptedNullKeepsItsCipherInformation()
    {
        tds::CipherInfo cipher;
        cipher.baseType = tds::typeInfoOf(intType());
        cipher.keyId = 9;
        std::vector<EngineParameter> parameters{declared("@a")};
        const std::vector<tds::RpcParameter> values{tds::makeEncryptedParameter("@a", std::nullopt, cipher)};
        QVERIFY(fillParameters(parameters, values));
        QVERIFY(parameters[0].cipher && !parameters[0].cell && types::isNull(parameters[0].value));
        QCOMPARE(parameters[0].cipher->keyId, 9U);
        QVERIFY(parameters[0].cipher->baseType.id == types::TypeId::kInt);
    }

    void procedureNames_data()
    {
        QTest::addColumn<QString>("written");
        for (const char* written : {"sp_executesql", "SYS.sp_executesql", "[sys].[sp_executesql]", "master..Sp_ExecuteSql", "\"sp_executesql\""})
            QTest::newRow(written) << written;
    }
    void procedureNames()
    {
        QFETCH(QString, written);
        QCOMPARE(plainProcedureName(written.toStdString()), std::string("sp_executesql"));
    }

    void featuresAreAcknowledgedOnlyWhenAsked_data()
    {
        QTest::addColumn<int>("asked");
        QTest::addColumn<QByteArray>("enclaveType");
        QTest::addColumn<QByteArray>("data");
        QTest::newRow("nothing") << 0 << QByteArray("VBS") << QByteArray();
        QTest::newRow("version 1") << 1 << QByteArray("VBS") << QByteArray("01");
        QTest::newRow("version 2") << 2 << QByteArray("VBS") << QByteArray("0203560042005300");
        QTest::newRow("version 3") << 3 << QByteArray("VBS") << QByteArray("0203560042005300");
        QTest::newRow("version 2, SGX") << 2 << QByteArray("SGX") << QByteArray("0203530047005800");
        QTest::newRow("version 2, no enclave") << 2 << QByteArray() << QByteArray("01");
    }
    void featuresAreAcknowledgedOnlyWhenAsked()
    {
        QFETCH(int, asked);
        QFETCH(QByteArray, enclaveType);
        QFETCH(QByteArray, data);
        tds::Login7 login;
        login.features.emplace();
        login.features->push_back({0x0D, {1}});  // JSON: not known here
        if (asked > 0)
            login.features->push_back({tds::kFeatureColumnEncryption, {static_cast<base::Byte>(asked)}});
        const Acknowledged acknowledged = acknowledgeFeatures(login, enclaveType.toStdString());
        QCOMPARE(acknowledged.features.size(), std::size_t(asked > 0 ? 1 : 0));
        if (asked > 0)
            QCOMPARE(QByteArray::fromStdString(base::toHex(acknowledged.features[0].data)), data);
        QCOMPARE(static_cast<int>(acknowledged.columnEncryptionVersion), asked == 0 ? 0 : enclaveType.isEmpty() ? 1 : std::min(asked, 2));
    }

    void sampleIsBelievableAndTheSameEverywhere()
    {
        const std::vector<SampleEmployee> employees = sampleEmployees();
        QCOMPARE(employees.size(), kSampleEmployees);
        std::set<std::string> numbers;
        int searched = 0;
        int lowest = 1'000'000;
        int highest = 0;
        for (const SampleEmployee& employee : employees) {
            QCOMPARE(employee.ssn.size(), std::size_t{11});
            QVERIFY(numbers.insert(employee.ssn).second);
            searched += employee.ssn.ends_with("6818") ? 1 : 0;
            lowest = std::min(lowest, employee.salary);
            highest = std::max(highest, employee.salary);
            QVERIFY(!employee.firstName.empty() && !employee.lastName.empty());
        }
        QCOMPARE(searched, 1);
        QVERIFY(lowest >= 30'000 && lowest < 35'000);
        QVERIFY(highest <= 140'000 && highest > 120'000);
    }
};

QTEST_GUILESS_MAIN(TestRpcParameters)
#include "tst_rpc_parameters.moc"
