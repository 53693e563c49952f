#include "tests/driver/tds/MessageJson.h"

namespace es::testing {
namespace {

using namespace Qt::StringLiterals;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString hexNumber(quint64 value, int digits)
{
    return u"%1"_s.arg(value, digits, 16, QChar(u'0'));
}

QJsonValue valueOf(const std::optional<base::Bytes>& value)
{
    return value ? QJsonValue(hexOf(*value)) : QJsonValue(QJsonValue::Null);
}

QString collationHex(const types::Collation& collation)
{
    base::ByteWriter writer;
    tds::appendCollation(writer, collation);
    return hexOf(writer.view());
}

bool oneOf(std::uint8_t wireType, std::initializer_list<std::uint8_t> list)
{
    return std::find(list.begin(), list.end(), wireType) != list.end();
}

QJsonObject typeJson(const tds::TypeInfo& type)
{
    namespace wire = tds::wire;
    QJsonObject json{{u"type"_s, type.wireType}};
    if (type.wireType == wire::kTable) {
        json[u"tvp"_s] = QJsonArray{text(type.names[0]), text(type.names[1]), text(type.names[2])};
        return json;
    }
    if (oneOf(type.wireType, {wire::kTime, wire::kDateTime2, wire::kDateTimeOffset}))
        json[u"scale"_s] = type.scale;
    else if (type.lengthBytes != 0)
        json[u"length"_s] = type.lengthBytes == types::kMaxLength ? 65535 : static_cast<qint64>(type.lengthBytes);
    if (oneOf(type.wireType, {wire::kDecimalN, wire::kNumericN})) {
        json[u"precision"_s] = type.precision;
        json[u"scale"_s] = type.scale;
    }
    if (oneOf(type.wireType, {wire::kBigVarChar, wire::kBigChar, wire::kNVarChar, wire::kNChar, wire::kText, wire::kNText}))
        json[u"collation"_s] = collationHex(type.collation);
    return json;
}

QJsonObject cryptoJson(const tds::CryptoMetadata& crypto, bool withOrdinal)
{
    QJsonObject json{{u"user_type"_s, static_cast<qint64>(crypto.userType)},
                     {u"base_type_info"_s, typeJson(crypto.baseType)},
                     {u"algorithm_id"_s, crypto.algorithmId},
                     {u"encryption_type"_s, crypto.encryptionType},
                     {u"normalization_version"_s, crypto.normalizationRule}};
    if (withOrdinal)
        json[u"ordinal"_s] = crypto.keyOrdinal;
    if (crypto.algorithmId == tds::kAlgorithmCustom)
        json[u"algorithm_name"_s] = text(crypto.algorithmName);
    return json;
}

QJsonObject keyJson(const tds::KeyTableEntry& key)
{
    QJsonArray values;
    for (const tds::WrappedKey& value : key.values)
        values.append(QJsonObject{{u"encrypted_key"_s, hexOf(value.encryptedKey)},
                                  {u"key_store_name"_s, text(value.keyStoreName)},
                                  {u"key_path"_s, text(value.keyPath)},
                                  {u"algorithm"_s, text(value.algorithm)}});
    return {{u"database_id"_s, static_cast<qint64>(key.databaseId)},
            {u"cek_id"_s, static_cast<qint64>(key.keyId)},
            {u"cek_version"_s, static_cast<qint64>(key.keyVersion)},
            {u"cek_md_version"_s, hexOf(key.metadataVersion)},
            {u"values"_s, values}};
}

QJsonObject columnJson(const tds::Column& column)
{
    QJsonObject json{{u"user_type"_s, static_cast<qint64>(column.userType)},
                     {u"flags"_s, column.flags},
                     {u"type_info"_s, typeJson(column.type)},
                     {u"name"_s, text(column.name)}};
    if (column.crypto)
        json[u"crypto"_s] = cryptoJson(*column.crypto, true);
    return json;
}

QJsonObject headersJson(const tds::AllHeaders& headers)
{
    return {{u"type"_s, 2},
            {u"transaction_descriptor"_s, hexNumber(headers.transactionDescriptor, 16)},
            {u"outstanding_requests"_s, static_cast<qint64>(headers.outstandingRequests)}};
}

QJsonObject tableJson(const tds::TableValue& table)
{
    QJsonArray columns;
    for (const tds::TableValue::TableColumn& column : table.columns)
        columns.append(QJsonObject{{u"user_type"_s, static_cast<qint64>(column.userType)},
                                   {u"flags"_s, column.flags},
                                   {u"type_info"_s, typeJson(column.type)},
                                   {u"name"_s, text(column.name)}});
    QJsonArray rows;
    for (const auto& row : table.rows) {
        QJsonArray cells;
        for (const auto& cell : row)
            cells.append(valueOf(cell));
        rows.append(cells);
    }
    return {{u"columns"_s, columns}, {u"meta"_s, QJsonObject()}, {u"rows"_s, rows}};
}

QJsonObject cipherJson(const tds::CipherInfo& cipher)
{
    return {{u"base_type_info"_s, typeJson(cipher.baseType)},
            {u"algorithm_id"_s, cipher.algorithmId},
            {u"encryption_type"_s, cipher.encryptionType},
            {u"database_id"_s, static_cast<qint64>(cipher.databaseId)},
            {u"cek_id"_s, static_cast<qint64>(cipher.keyId)},
            {u"cek_version"_s, static_cast<qint64>(cipher.keyVersion)},
            {u"cek_md_version"_s, hexOf(cipher.metadataVersion)},
            {u"normalization_version"_s, cipher.normalizationRule}};
}

// One overload per token; `columnEncryption` decides whether a key table was on the wire.
struct TokenJson {
    bool columnEncryption;

    QJsonObject operator()(std::monostate) const { return {}; }
    QJsonObject operator()(const tds::ColMetadataPtr& metadata) const
    {
        if (!metadata->present)
            return {{u"token"_s, u"81"_s}, {u"columns"_s, QJsonValue(QJsonValue::Null)}};
        QJsonArray columns;
        for (const tds::Column& column : metadata->columns)
            columns.append(columnJson(column));
        QJsonObject json{{u"token"_s, u"81"_s}, {u"columns"_s, columns}};
        QJsonArray keys;
        for (const tds::KeyTableEntry& key : metadata->keys)
            keys.append(keyJson(key));
        if (columnEncryption)
            json[u"cek_table"_s] = keys;
        return json;
    }
    QJsonObject operator()(const tds::Row& row) const
    {
        QJsonArray values;
        for (const tds::Cell& cell : row.cells)
            values.append(cell.isNull ? QJsonValue(QJsonValue::Null) : QJsonValue(hexOf(cell.bytes)));
        return {{u"token"_s, u"d1"_s}, {u"values"_s, values}};  // ROW and NBCROW are one to a reader
    }
    QJsonObject operator()(const tds::Done& done) const
    {
        return {{u"token"_s, hexNumber(static_cast<quint8>(done.kind), 2)},
                {u"status"_s, done.status},
                {u"curcmd"_s, done.command},
                {u"rows"_s, static_cast<qint64>(done.rowCount)}};
    }
    QJsonObject operator()(const tds::ServerMessage& message) const
    {
        return {{u"token"_s, message.isError ? u"aa"_s : u"ab"_s},
                {u"number"_s, message.error.number},
                {u"state"_s, message.error.state},
                {u"class"_s, message.error.severity},
                {u"message"_s, text(message.error.message)},
                {u"server"_s, text(message.error.serverName)},
                {u"proc"_s, text(message.error.procedure)},
                {u"line"_s, message.error.line}};
    }
    QJsonObject operator()(const tds::EnvChange& change) const
    {
        const bool bytes = change.type == tds::EnvChangeType::kCollation || !change.newBytes.empty() || !change.oldBytes.empty();
        return {{u"token"_s, u"e3"_s},
                {u"env"_s, static_cast<int>(change.type)},
                {u"new"_s, bytes ? hexOf(change.newBytes) : text(change.newText)},
                {u"old"_s, bytes ? hexOf(change.oldBytes) : text(change.oldText)}};
    }
    QJsonObject operator()(const tds::LoginAck& ack) const
    {
        return {{u"token"_s, u"ad"_s},
                {u"interface"_s, ack.interfaceId},
                {u"tds_version"_s, hexNumber(ack.tdsVersion, 8)},
                {u"program"_s, text(ack.program)},
                {u"version"_s, hexOf(ack.programVersion)}};
    }
    QJsonObject operator()(const tds::FeatureExtAck& ack) const { return {{u"token"_s, u"ae"_s}, {u"features"_s, jsonOf(ack.features)}}; }
    QJsonObject operator()(const tds::ReturnStatus& status) const { return {{u"token"_s, u"79"_s}, {u"value"_s, status.value}}; }
    QJsonObject operator()(const tds::ReturnValue& value) const
    {
        QJsonObject json{{u"token"_s, u"ac"_s},
                         {u"ordinal"_s, value.ordinal},
                         {u"name"_s, text(value.name)},
                         {u"status"_s, value.status},
                         {u"user_type"_s, static_cast<qint64>(value.userType)},
                         {u"flags"_s, value.flags},
                         {u"type_info"_s, typeJson(value.type)},
                         {u"value"_s, valueOf(value.value)}};
        if (value.crypto)
            json[u"crypto"_s] = cryptoJson(*value.crypto, false);
        return json;
    }
    QJsonObject operator()(const tds::FedAuthInfo& info) const
    {
        QJsonArray options;
        for (const tds::FedAuthInfo::Item& item : info.items)
            options.append(QJsonObject{{u"id"_s, item.id}, {u"text"_s, text(item.text)}});
        return {{u"token"_s, u"ee"_s}, {u"options"_s, options}};
    }
    template <class T>
    QJsonObject operator()(const T&) const { return {{u"token"_s, u"one without vectors"_s}}; }
};

}  // namespace

QString hexOf(base::ByteView bytes)
{
    return QString::fromStdString(base::toHex(bytes));
}

QJsonObject jsonOf(const tds::PacketHeader& header)
{
    return {{u"type"_s, static_cast<int>(header.type)}, {u"status"_s, header.status},      {u"length"_s, header.lengthBytes},
            {u"spid"_s, header.spid},                   {u"packet_id"_s, header.packetId}, {u"window"_s, header.window}};
}

QJsonArray jsonOf(const tds::Prelogin& prelogin)
{
    static const QStringList names{
        u"VERSION"_s, u"ENCRYPTION"_s, u"INSTOPT"_s, u"THREADID"_s, u"MARS"_s, u"TRACEID"_s, u"FEDAUTHREQUIRED"_s, u"NONCEOPT"_s};
    QJsonArray options;
    for (const tds::PreloginOption& option : prelogin.options)
        options.append(QJsonObject{{u"option"_s, names.value(option.token)}, {u"data"_s, hexOf(option.data)}});
    return options;
}

QJsonArray jsonOf(const std::vector<tds::Feature>& features)
{
    QJsonArray array;
    for (const tds::Feature& feature : features)
        array.append(QJsonObject{{u"id"_s, feature.id}, {u"data"_s, hexOf(feature.data)}});
    return array;
}

QJsonObject jsonOf(const tds::Login7& login)
{
    const auto secret = [](const base::SecureBytes& bytes) {
        const base::ByteView view = bytes.reveal(base::SecretAccess::forTest());
        return text({reinterpret_cast<const char*>(view.data()), view.size()});
    };
    return {{u"tds_version"_s, hexNumber(login.tdsVersion, 8)},
            {u"packet_size"_s, static_cast<qint64>(login.packetBytes)},
            {u"client_prog_ver"_s, hexNumber(login.clientProgramVersion, 8)},
            {u"client_pid"_s, static_cast<qint64>(login.clientProcessId)},
            {u"connection_id"_s, static_cast<qint64>(login.connectionId)},
            {u"option_flags1"_s, login.optionFlags1},
            {u"option_flags2"_s, login.optionFlags2},
            {u"type_flags"_s, login.typeFlags},
            {u"option_flags3"_s, login.optionFlags3},
            {u"time_zone"_s, login.timeZone},
            {u"lcid"_s, static_cast<qint64>(login.lcid)},
            {u"client_id"_s, hexOf(login.clientId)},
            {u"host_name"_s, text(login.hostName)},
            {u"user_name"_s, text(login.userName)},
            {u"password"_s, secret(login.password)},
            {u"app_name"_s, text(login.appName)},
            {u"server_name"_s, text(login.serverName)},
            {u"clt_int_name"_s, text(login.libraryName)},
            {u"language"_s, text(login.language)},
            {u"database"_s, text(login.database)},
            {u"sspi"_s, hexOf(login.sspi)},
            {u"atch_db_file"_s, text(login.attachFile)},
            {u"change_password"_s, secret(login.newPassword)},
            {u"features"_s, jsonOf(login.features.value_or(std::vector<tds::Feature>()))}};
}

QJsonObject jsonOf(const tds::SqlBatch& batch, bool enclaveField)
{
    QJsonObject json{{u"headers"_s, QJsonArray{headersJson(batch.headers)}}, {u"text"_s, text(batch.text)}};
    if (enclaveField)
        json[u"enclave_package"_s] = hexOf(batch.enclavePackage);
    return json;
}

QJsonObject jsonOf(const tds::RpcParameter& parameter)
{
    QJsonObject json{{u"name"_s, text(parameter.name)}, {u"status"_s, parameter.status}, {u"type_info"_s, typeJson(parameter.type)}};
    json[u"value"_s] = parameter.table ? QJsonValue(tableJson(*parameter.table)) : valueOf(parameter.value);
    if (parameter.cipher)
        json[u"cipher"_s] = cipherJson(*parameter.cipher);
    return json;
}

QJsonObject jsonOf(const tds::RpcRequest& request, bool enclaveField)
{
    QJsonArray calls;
    for (const tds::RpcCall& call : request.calls) {
        QJsonObject json{{u"options"_s, call.options}};
        if (call.procId)
            json[u"proc_id"_s] = *call.procId;
        else
            json[u"name"_s] = text(call.name);
        if (enclaveField)
            json[u"enclave_package"_s] = hexOf(call.enclavePackage);
        QJsonArray parameters;
        for (const tds::RpcParameter& parameter : call.parameters)
            parameters.append(jsonOf(parameter));
        json[u"parameters"_s] = parameters;
        calls.append(json);
    }
    return {{u"headers"_s, QJsonArray{headersJson(request.headers)}}, {u"calls"_s, calls}};
}

QJsonObject jsonOf(const tds::TransactionRequest& request)
{
    return {
        {u"headers"_s, QJsonArray{headersJson(request.headers)}}, {u"request"_s, request.request}, {u"payload"_s, hexOf(request.payload)}};
}

QJsonObject jsonOf(const tds::Token& token, bool columnEncryption)
{
    return std::visit(TokenJson{columnEncryption}, token);
}

}  // namespace es::testing
