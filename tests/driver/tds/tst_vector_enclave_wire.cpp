// Where the enclave's field and feature stand on the wire: bytes made by hand, and requests that the real JDBC driver sent.
// always-encrypted-wire 1, 2.5; enclave-protocol 1, 8.2
#include "tests/driver/tds/MessageJson.h"
#include "tests/support/VectorFiles.h"

#include "driver/base/Utf16.h"

using namespace Qt::StringLiterals;
using namespace es;
using es::testing::hexOf;

namespace {

base::Result<tds::ColumnEncryptionAck> decodeAckEntry(const base::Bytes& entry)
{
    base::Bytes list = entry;
    list.push_back(0xFF);
    base::ByteReader reader(list);
    const std::vector<tds::Feature> features = tds::readFeatures(reader);
    if (!reader.ok() || features.size() != 1 || features[0].id != tds::kFeatureColumnEncryption)
        return base::makeError(base::kBadHex, "no entry");
    return tds::decodeColumnEncryptionAck(features[0].data);
}

QString textOf(const std::optional<base::Bytes>& utf16)
{
    return utf16 ? QString::fromStdString(base::utf8FromUtf16le(*utf16)) : QString();
}

// The value in the form of the recording.
QJsonValue recordedValue(const tds::RpcParameter& parameter)
{
    if (parameter.type.wireType == tds::wire::kNVarChar)
        return textOf(parameter.value);
    if (parameter.type.wireType == tds::wire::kIntN)
        return parameter.value ? QJsonValue(base::ByteReader(*parameter.value).i32le()) : QJsonValue(QJsonValue::Null);
    return parameter.value ? QJsonValue(hexOf(*parameter.value)) : QJsonValue(QJsonValue::Null);
}

QString recordedType(const tds::RpcParameter& parameter)
{
    if (parameter.cipher)
        return u"enc varbinary"_s;
    const QString name = parameter.type.wireType == tds::wire::kNVarChar ? u"nvarchar"_s : u"varbinary"_s;
    return parameter.type.wireType == tds::wire::kIntN ? u"int%1"_s.arg(parameter.type.lengthBytes)
                                                       : u"%1(%2)"_s.arg(name).arg(parameter.type.lengthBytes);
}

void compareRecordedRpc(const QJsonObject& vector, const base::Bytes& body, bool enclave)
{
    const auto request = tds::decodeRpc(body, enclave);
    ES_VERIFY_OK(request);
    QCOMPARE(request->calls.size(), std::size_t{1});
    const tds::RpcCall& call = request->calls[0];
    QCOMPARE(static_cast<int>(call.procId.value_or(0)), vector[u"procedure"_s].toInt());
    QCOMPARE(hexOf(call.enclavePackage), vector[u"enclave_field"_s].toString());
    const QJsonArray expected = vector[u"parameters"_s].toArray();
    QCOMPARE(static_cast<qsizetype>(call.parameters.size()), expected.size());
    for (std::size_t i = 0; i < call.parameters.size(); ++i) {
        const QJsonObject wanted = expected[static_cast<qsizetype>(i)].toObject();
        const tds::RpcParameter& parameter = call.parameters[i];
        QCOMPARE(QString::fromStdString(parameter.name), wanted[u"name"_s].toString());
        QCOMPARE(static_cast<int>(parameter.status), wanted[u"status"_s].toInt());
        QCOMPARE(recordedType(parameter), wanted[u"type"_s].toString());
        QCOMPARE(recordedValue(parameter), wanted[u"value"_s]);
    }
    const auto again = tds::encodeRpc(*request, enclave);
    ES_VERIFY_OK(again);
    ES_COMPARE_BYTES(*again, body);
}

void compareRecordedBatch(const QJsonObject& vector, const base::Bytes& body, bool enclave)
{
    const auto batch = tds::decodeSqlBatch(body, enclave);
    ES_VERIFY_OK(batch);
    QCOMPARE(hexOf(batch->enclavePackage), vector[u"enclave_field"_s].toString());
    QCOMPARE(QString::fromStdString(batch->text), vector[u"statement"_s].toString());
    const auto again = tds::encodeSqlBatch(*batch, enclave);
    ES_VERIFY_OK(again);
    ES_COMPARE_BYTES(*again, body);
}

}  // namespace

class VectorEnclaveWire : public QObject {
    Q_OBJECT
private slots:
    void featureRequest_data() { testing::addVectorRows({u"enclave-tds.json"_s}, u"feature_request"_s); }
    void featureRequest()
    {
        ES_FETCH_VECTOR();
        base::ByteWriter out;
        tds::appendFeatures(out, {tds::columnEncryptionRequest(static_cast<std::uint8_t>(vector[u"version"_s].toInt()))});
        QCOMPARE(hexOf(out.view()), vector[u"bytes"_s].toString() + u"ff"_s);
    }

    void featureAck_data() { testing::addVectorRows({u"enclave-tds.json"_s}, u"feature_ack"_s); }
    void featureAck()
    {
        ES_FETCH_VECTOR();
        const auto ack = decodeAckEntry(testing::bytesOf(vector[u"bytes"_s]));
        ES_VERIFY_OK(ack);
        QCOMPARE(static_cast<int>(ack->version), vector[u"version"_s].toInt());
        QCOMPARE(QString::fromStdString(ack->enclaveType), vector[u"enclave_type"_s].toString());
        base::ByteWriter out;
        tds::appendFeatures(out, {tds::columnEncryptionAcknowledgement(*ack)});
        QCOMPARE(hexOf(out.view()), vector[u"bytes"_s].toString() + u"ff"_s);
    }

    void featureAckRefused_data() { testing::addVectorRows({u"enclave-tds.json"_s}, u"feature_ack_rejected"_s); }
    void featureAckRefused()
    {
        ES_FETCH_VECTOR();
        QVERIFY(!decodeAckEntry(testing::bytesOf(vector[u"bytes"_s])));
    }

    void sqlBatch_data() { testing::addVectorRows({u"enclave-tds.json"_s}, u"sql_batch"_s); }
    void sqlBatch()
    {
        ES_FETCH_VECTOR();
        tds::SqlBatch batch;
        batch.text = vector[u"statement"_s].toString().toStdString();
        batch.enclavePackage = testing::bytesOf(vector[u"package"_s]);
        const auto payload = tds::encodeSqlBatch(batch, true);
        ES_VERIFY_OK(payload);
        QCOMPARE(hexOf(*payload), vector[u"payload"_s].toString());
    }

    void executeSql_data() { testing::addVectorRows({u"enclave-tds.json"_s}, u"rpc_executesql"_s); }
    void executeSql()
    {
        ES_FETCH_VECTOR();
        const types::Collation collation{0x00D00409, 0x34};
        tds::RpcCall call;
        call.procId = static_cast<std::uint16_t>(tds::ProcId::kExecuteSql);
        call.enclavePackage = testing::bytesOf(vector[u"package"_s]);
        call.parameters = {tds::makeTextParameter({}, vector[u"statement"_s].toString().toStdString(), collation),
                           tds::makeTextParameter({}, vector[u"definitions"_s].toString().toStdString(), collation)};
        const auto payload = tds::encodeRpc({{}, {call}}, true);
        ES_VERIFY_OK(payload);
        QCOMPARE(hexOf(*payload), vector[u"payload"_s].toString());
    }

    void describe_data() { testing::addVectorRows({u"enclave-tds.json"_s}, u"rpc_describe"_s); }
    void describe()
    {
        ES_FETCH_VECTOR();
        const auto request = tds::decodeRpc(testing::bytesOf(vector[u"payload"_s]), true);
        ES_VERIFY_OK(request);
        QCOMPARE(request->calls.size(), std::size_t{1});
        const tds::RpcCall& call = request->calls[0];
        QCOMPARE(QString::fromStdString(call.name), u"sp_describe_parameter_encryption"_s);
        QVERIFY(call.parameters.size() >= 2);
        QCOMPARE(textOf(call.parameters[0].value), vector[u"statement"_s].toString());
        QCOMPARE(textOf(call.parameters[1].value), vector[u"definitions"_s].toString());
        QCOMPARE(call.parameters.size() > 2 ? hexOf(*call.parameters[2].value) : QString(), vector[u"attestation_parameters"_s].toString());
    }

    void recordedFromJdbc_data() { testing::addVectorRows({u"enclave-jdbc-wire.json"_s}, u"messages"_s); }
    void recordedFromJdbc()
    {
        ES_FETCH_VECTOR();
        if (vector[u"kind"_s] == u"login_feature"_s) {
            ES_VERIFY_OK(decodeAckEntry(testing::bytesOf(vector[u"ack"_s])));
            return;
        }
        const base::Bytes body = testing::bytesOf(vector[u"body"_s]);
        const bool enclave = vector[u"acked_version"_s].toInt() >= 2;
        if (vector[u"kind"_s] == u"rpc"_s)
            compareRecordedRpc(vector, body, enclave);
        else
            compareRecordedBatch(vector, body, enclave);
    }
};

QTEST_GUILESS_MAIN(VectorEnclaveWire)
#include "tst_vector_enclave_wire.moc"
