// Every message, token stream and fragment of the vectors: decoded to all its fields, whole and byte by byte, cut off at every
// byte, and encoded again.                                                                      MS-TDS 2.2.3 - 2.2.7
#include "tests/driver/tds/MessageJson.h"
#include "tests/support/VectorFiles.h"

using namespace Qt::StringLiterals;
using namespace es;
using es::testing::hexOf;
using es::testing::jsonOf;

namespace {

struct Decoded {
    QJsonArray tokens;
    bool ok = true;     // no error and nothing left over
};

QJsonArray asRows(QJsonArray tokens)  // NBCROW and ROW are the same thing to a reader
{
    for (QJsonValueRef token : tokens) {
        QJsonObject object = token.toObject();
        if (object[u"token"_s] == u"d2"_s)
            object[u"token"_s] = u"d1"_s;
        token = object;
    }
    return tokens;
}

Decoded decodeTokens(base::ByteView bytes, bool columnEncryption, std::size_t pieceBytes)
{
    tds::TokenDecoder decoder({columnEncryption});
    Decoded result;
    while (!bytes.empty() && result.ok) {
        const base::ByteView piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        decoder.feed(piece);
        for (;;) {
            const auto token = decoder.next();
            if (!token)
                result.ok = false;
            if (!token || *token == nullptr)
                break;
            result.tokens.append(jsonOf(**token, columnEncryption));
        }
    }
    result.ok = result.ok && decoder.endOfMessage().has_value();
    return result;
}

// The same tokens through our encoders.
base::Bytes encodeTokensAgain(base::ByteView bytes, bool columnEncryption)
{
    tds::TokenDecoder decoder({columnEncryption});
    decoder.feed(bytes);
    base::ByteWriter out;
    std::optional<tds::RowWriter> rows;
    for (;;) {
        const auto token = decoder.next();
        if (!token || *token == nullptr)
            return std::move(out).take();
        std::visit(
            [&](const auto& value) {
                using T = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<T, tds::ColMetadataPtr>) {
                    tds::appendToken(out, *value, columnEncryption);
                    rows.emplace(value->columns);
                } else if constexpr (std::is_same_v<T, tds::Row>) {
                    rows->append(out, value.cells);
                } else if constexpr (requires { tds::appendToken(out, value); }) {
                    tds::appendToken(out, value);
                }
            },
            **token);
    }
}

void compareTokens(const base::Bytes& bytes, const QJsonArray& expectedTokens, bool columnEncryption)
{
    const QJsonArray expected = asRows(expectedTokens);
    const Decoded whole = decodeTokens(bytes, columnEncryption, bytes.size() + 1);
    QVERIFY(whole.ok);
    QCOMPARE(whole.tokens, expected);
    QCOMPARE(decodeTokens(bytes, columnEncryption, 1).tokens, expected);
    QCOMPARE(decodeTokens(bytes, columnEncryption, 7).tokens, expected);
    const base::Bytes again = encodeTokensAgain(bytes, columnEncryption);
    QCOMPARE(decodeTokens(again, columnEncryption, again.size() + 1).tokens, expected);
}

base::Bytes joined(const base::Bytes& packets, QJsonArray* headers)
{
    base::Bytes payload;
    tds::PacketReader reader;
    reader.feed(packets);
    for (;;) {
        const auto packet = reader.next();
        if (!packet || !*packet)
            return payload;
        if (headers != nullptr)
            headers->append(jsonOf((*packet)->header));
        payload.insert(payload.end(), (*packet)->payload.begin(), (*packet)->payload.end());
    }
}

void comparePrelogin(const base::Bytes& payload, const QJsonArray& expected)
{
    const auto prelogin = tds::decodePrelogin(payload);
    ES_VERIFY_OK(prelogin);
    QCOMPARE(jsonOf(*prelogin), expected);
    const auto again = tds::decodePrelogin(tds::encodePrelogin(*prelogin));
    ES_VERIFY_OK(again);
    QCOMPARE(jsonOf(*again), expected);
}

void compareLogin(const base::Bytes& payload, const QJsonObject& expected)
{
    const auto login = tds::decodeLogin7(payload);
    ES_VERIFY_OK(login);
    QCOMPARE(jsonOf(*login), expected);
    const auto encoded = tds::encodeLogin7(*login);
    ES_VERIFY_OK(encoded);
    const auto again = tds::decodeLogin7(encoded->reveal(base::SecretAccess::forTest()));
    ES_VERIFY_OK(again);
    QCOMPARE(jsonOf(*again), expected);
}

void compareBatch(const base::Bytes& payload, const QJsonObject& expected, bool enclave)
{
    const auto batch = tds::decodeSqlBatch(payload, enclave);
    ES_VERIFY_OK(batch);
    QCOMPARE(jsonOf(*batch, enclave), expected);
    const auto again = tds::encodeSqlBatch(*batch, enclave);
    ES_VERIFY_OK(again);
    ES_COMPARE_BYTES(*again, payload);
}

void compareRpc(const base::Bytes& payload, const QJsonObject& expected, bool enclave)
{
    const auto request = tds::decodeRpc(payload, enclave);
    ES_VERIFY_OK(request);
    QCOMPARE(jsonOf(*request, enclave), expected);
    const auto again = tds::encodeRpc(*request, enclave);
    ES_VERIFY_OK(again);
    ES_COMPARE_BYTES(*again, payload);
}

void compareTransaction(const base::Bytes& payload, const QJsonObject& expected)
{
    const auto request = tds::decodeTransactionRequest(payload);
    ES_VERIFY_OK(request);
    QCOMPARE(jsonOf(*request), expected);
    ES_COMPARE_BYTES(tds::encodeTransactionRequest(*request), payload);
}

void compareMessage(const QJsonObject& vector)
{
    const base::Bytes bytes = testing::bytesOf(vector[u"hex"_s]);
    const QJsonObject decoded = vector[u"decoded"_s].toObject();
    const QJsonObject options = vector[u"decode_options"_s].toObject();
    const bool enclave = options[u"enclave"_s].toBool();
    QJsonArray headers;
    const base::Bytes payload = joined(bytes, &headers);
    QCOMPARE(headers, decoded[u"packets"_s].toArray());
    if (decoded.contains(u"prelogin"_s))
        comparePrelogin(payload, decoded[u"prelogin"_s].toArray());
    else if (decoded.contains(u"login7"_s))
        compareLogin(payload, decoded[u"login7"_s].toObject());
    else if (decoded.contains(u"tokens"_s))
        compareTokens(payload, decoded[u"tokens"_s].toArray(), options[u"column_encryption"_s].toBool());
    else if (decoded.contains(u"batch"_s))
        compareBatch(payload, decoded[u"batch"_s].toObject(), enclave);
    else if (decoded.contains(u"rpc"_s))
        compareRpc(payload, decoded[u"rpc"_s].toObject(), enclave);
    else if (decoded.contains(u"transaction"_s))
        compareTransaction(payload, decoded[u"transaction"_s].toObject());
    else
        QCOMPARE(hexOf(payload), decoded[u"data"_s].toString());
}

void compareParameter(const base::Bytes& bytes, const QJsonObject& expected)
{
    base::ByteReader reader(bytes);
    const auto parameter = tds::readParameter(reader);
    ES_VERIFY_OK(parameter);
    QVERIFY(reader.atEnd());
    QCOMPARE(jsonOf(*parameter), expected);
    base::ByteWriter again;
    ES_VERIFY_OK(tds::appendParameter(again, *parameter));
    ES_COMPARE_BYTES(again.view(), bytes);
}

// Every decoder on every beginning of the bytes: none may crash, and none may call it whole.
void cutEverywhere(const QJsonObject& vector)
{
    const base::Bytes bytes = testing::bytesOf(vector[u"hex"_s]);
    const bool isMessage = vector[u"form"_s].toString(u"message"_s) == u"message"_s;
    const base::Bytes payload = isMessage ? joined(bytes, nullptr) : bytes;
    const bool columnEncryption = vector[u"decode_options"_s].toObject()[u"column_encryption"_s].toBool();
    for (std::size_t size = 0; size < payload.size(); ++size) {
        const base::Bytes cut(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size)); // exact size: ASan sees a read past it
        decodeTokens(cut, columnEncryption, size + 1);
        std::ignore = tds::decodePrelogin(cut);
        std::ignore = tds::decodeLogin7(cut);
        for (const bool enclave : {false, true}) {
            std::ignore = tds::decodeSqlBatch(cut, enclave);
            std::ignore = tds::decodeRpc(cut, enclave);
        }
        std::ignore = tds::decodeTransactionRequest(cut);
        base::ByteReader reader(cut);
        if (vector[u"form"_s] == u"rpc-parameter"_s)
            QVERIFY(!tds::readParameter(reader));
        if (vector[u"decoded"_s].toObject().contains(u"login7"_s))
            QVERIFY(!tds::decodeLogin7(cut));
    }
}

}  // namespace

class VectorTds : public QObject {
    Q_OBJECT
private slots:
    void messages_data() { testing::addVectorRows({u"tds-messages.json"_s, u"tds-fragments.json"_s, u"computed-ae-wire.json"_s}); }
    void messages()
    {
        ES_FETCH_VECTOR();
        const QString form = vector[u"form"_s].toString(u"message"_s);
        const base::Bytes bytes = testing::bytesOf(vector[u"hex"_s]);
        const QJsonObject options = vector[u"decode_options"_s].toObject();
        if (form == u"message"_s) {
            compareMessage(vector);
        } else if (form == u"tokens"_s) {
            compareTokens(bytes, vector[u"decoded"_s].toArray(), options[u"column_encryption"_s].toBool());
        } else if (form == u"rpc-parameter"_s) {
            compareParameter(bytes, vector[u"decoded"_s].toObject());
        } else if (form == u"feature-ext"_s) {
            base::ByteReader reader(bytes);
            const std::vector<tds::Feature> features = tds::readFeatures(reader);
            QVERIFY(reader.ok() && reader.atEnd());
            QCOMPARE(jsonOf(features), vector[u"decoded"_s].toArray());
            base::ByteWriter again;
            tds::appendFeatures(again, features);
            ES_COMPARE_BYTES(again.view(), bytes);
        } else {
            QFAIL(qPrintable(u"a form that this test does not know: "_s + form));
        }
    }

    void cutOff_data() { messages_data(); }
    void cutOff()
    {
        ES_FETCH_VECTOR();
        cutEverywhere(vector);
    }
};

QTEST_GUILESS_MAIN(VectorTds)
#include "tst_vector_tds.moc"
