#include "driver/session/RequestBuilder.h"

#include "driver/tds/Packet.h"
#include "driver/types/TypeNames.h"

namespace es::session {

namespace {

tds::AllHeaders headersOf(const ConnectionFacts& facts)
{
    tds::AllHeaders headers;
    headers.transactionDescriptor = facts.transactionDescriptor;
    return headers;
}

base::Bytes packetsOf(const ConnectionFacts& facts, tds::PacketType type, base::ByteView payload)
{
    base::Bytes packets;
    tds::appendPackets(type, payload, facts.state.packetSize, packets);
    return packets;
}

base::Result<base::Bytes> rpcPackets(const ConnectionFacts& facts, tds::RpcCall call)
{
    tds::RpcRequest request;
    request.headers = headersOf(facts);
    request.calls.push_back(std::move(call));
    ES_TRY(const base::Bytes payload, tds::encodeRpc(request, facts.enclaveField()));
    return packetsOf(facts, tds::PacketType::kRpc, payload);
}

} // namespace

std::string declarationsOf(const Statement& statement)
{
    std::string text;
    for (const Parameter& parameter : statement.parameters) {
        if (!text.empty()) text += ',';
        text += parameter.name + ' ' + types::typeName(parameter.type);
        if (parameter.output) text += " output";
    }
    return text;
}

base::Result<base::Bytes> batchPackets(const ConnectionFacts& facts, std::string_view text, base::Bytes enclavePackage)
{
    tds::SqlBatch batch;
    batch.headers = headersOf(facts);
    batch.enclavePackage = std::move(enclavePackage);
    batch.text = text;
    ES_TRY(const base::Bytes payload, tds::encodeSqlBatch(batch, facts.enclaveField()));
    return packetsOf(facts, tds::PacketType::kSqlBatch, payload);
}

base::Bytes bulkLoadPackets(const ConnectionFacts& facts, base::ByteView tokens)
{
    return packetsOf(facts, tds::PacketType::kBulkLoad, tokens);
}

base::Result<base::Bytes> executeSqlPackets(const ConnectionFacts& facts, std::string_view text, std::string_view declarations,
    std::vector<tds::RpcParameter> parameters, base::Bytes enclavePackage)
{
    tds::RpcCall call;
    call.procId = static_cast<std::uint16_t>(tds::ProcId::kExecuteSql);
    call.enclavePackage = std::move(enclavePackage);
    call.parameters.push_back(tds::makeTextParameter({}, text, facts.state.collation));
    call.parameters.push_back(tds::makeTextParameter({}, declarations, facts.state.collation));
    for (tds::RpcParameter& parameter : parameters)
        call.parameters.push_back(std::move(parameter));
    return rpcPackets(facts, std::move(call));
}

base::Result<base::Bytes> describePackets(const ConnectionFacts& facts, std::string_view text, std::string_view declarations,
    const std::optional<base::Bytes>& attestationParameters)
{
    tds::RpcCall call;
    call.name = "sp_describe_parameter_encryption";
    call.parameters.push_back(tds::makeTextParameter({}, text, facts.state.collation));
    call.parameters.push_back(tds::makeTextParameter({}, declarations, facts.state.collation));
    if (attestationParameters) {
        const auto type = types::makeSized(types::TypeId::kVarBinary, static_cast<std::uint32_t>(attestationParameters->size()));
        call.parameters.push_back(tds::makeParameter({}, type, *attestationParameters));
    }
    return rpcPackets(facts, std::move(call));
}

} // namespace es::session
