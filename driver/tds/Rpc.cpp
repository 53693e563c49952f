#include "driver/tds/Request.h"

#include "driver/base/Utf16.h"
#include "driver/tds/Errors.h"
#include "driver/tds/TableValue.h"

#include <array>

namespace es::tds {
namespace {

constexpr std::uint16_t kNameIsProcId = 0xFFFF;
constexpr std::uint8_t kNextCall = 0xFF;
constexpr std::uint8_t kDoNotExecute = 0xFE;
constexpr std::uint32_t kMaxNVarCharBytes = 8000;
constexpr std::size_t kMaxCalls = 4096;
constexpr std::size_t kMaxParameters = 65536;

constexpr std::array<std::string_view, 16> kProcNames{
    "", "sp_cursor", "sp_cursoropen", "sp_cursorprepare", "sp_cursorexecute", "sp_cursorprepexec", "sp_cursorunprepare", "sp_cursorfetch",
    "sp_cursoroption", "sp_cursorclose", "sp_executesql", "sp_prepare", "sp_execute", "sp_prepexec", "sp_prepexecrpc", "sp_unprepare"};

base::Error cannotEncode(const RpcParameter& parameter, const char* why)
{
    return base::makeError(kCannotEncode,
        "The parameter " + (parameter.name.empty() ? std::string("without a name") : parameter.name) + " " + why, {},
        "Declare the parameter with a type that holds its value, for example a (max) type.");
}

// A value must fit its prefix, and fixed types have no NULL.
base::Result<void> checkEncodable(const RpcParameter& parameter, CellLayout layout)
{
    const std::size_t size = parameter.value ? parameter.value->size() : 0;
    switch (layout.framing) {
    case Framing::kNone:
        return !parameter.value ? base::Result<void>() : cannotEncode(parameter, "has a value, but a type without values.");
    case Framing::kFixed:
        if (!parameter.value || size != layout.exactBytes)
            return cannotEncode(parameter, "is NULL or of another size, and its type allows neither.");
        return {};
    case Framing::kU8:
        if (parameter.value && (size == 0 || size > 255 || (layout.exactBytes != 0 && size != layout.exactBytes)))
            return cannotEncode(parameter, "has a size that its type does not allow.");
        return {};
    case Framing::kU16:
        if (size >= 0xFFFF || size > parameter.type.lengthBytes)
            return cannotEncode(parameter, "is longer than its type allows.");
        return {};
    default:
        return size <= kMaxCellBytes ? base::Result<void>() : cannotEncode(parameter, "is longer than 2 GB.");
    }
}

void appendCipherInfo(base::ByteWriter& out, const CipherInfo& cipher)
{
    appendTypeInfo(out, cipher.baseType, Place::kRpc);
    out.u8(cipher.algorithmId);
    if (cipher.algorithmId == kAlgorithmCustom)
        out.bVarchar(cipher.algorithmName);
    out.u8(cipher.encryptionType);
    out.u32le(cipher.databaseId);
    out.u32le(cipher.keyId);
    out.u32le(cipher.keyVersion);
    out.bytes(cipher.metadataVersion);
    out.u8(cipher.normalizationRule);
}

base::Result<CipherInfo> readCipherInfo(base::ByteReader& reader)
{
    CipherInfo cipher;
    ES_TRY(cipher.baseType, readTypeInfo(reader, Place::kRpc));
    cipher.algorithmId = reader.u8();
    if (reader.ok() && cipher.algorithmId == kAlgorithmCustom)
        cipher.algorithmName = reader.bVarchar();
    cipher.encryptionType = reader.u8();
    cipher.databaseId = reader.u32le();
    cipher.keyId = reader.u32le();
    cipher.keyVersion = reader.u32le();
    const base::ByteView version = reader.bytes(cipher.metadataVersion.size());
    std::copy(version.begin(), version.end(), cipher.metadataVersion.begin());
    cipher.normalizationRule = reader.u8();
    return cipher;
}

void appendCallName(base::ByteWriter& out, const RpcCall& call)
{
    if (call.procId) {
        out.u16le(kNameIsProcId);
        out.u16le(*call.procId);
    } else {
        out.usVarchar(call.name);
    }
}

bool atSeparator(const base::ByteReader& reader)
{
    return !reader.atEnd() && reader.peekU8() >= kDoNotExecute;
}

base::Result<RpcCall> readCall(base::ByteReader& reader, bool enclaveField)
{
    RpcCall call;
    const std::uint16_t units = reader.u16le();
    if (units == kNameIsProcId)
        call.procId = reader.u16le();
    else
        call.name = reader.utf16(units);
    call.options = reader.u16le();
    if (enclaveField) {
        const base::ByteView package = reader.bytes(reader.u16le());
        call.enclavePackage.assign(package.begin(), package.end());
    }
    if (!reader.ok())
        return protocolError(kTruncated, "A procedure call is cut off.");
    while (!reader.atEnd() && !atSeparator(reader)) {
        ES_TRY(RpcParameter parameter, readParameter(reader));
        if (call.parameters.size() >= kMaxParameters)
            return protocolError(kTooLarge, "A procedure call has too many parameters.");
        call.parameters.push_back(std::move(parameter));
    }
    return call;
}

}  // namespace

std::string_view procName(ProcId id)
{
    const auto index = static_cast<std::size_t>(id);
    return index < kProcNames.size() ? kProcNames[index] : std::string_view();
}

RpcParameter makeParameter(std::string name, const types::SqlType& type, std::optional<base::Bytes> value, std::uint8_t status)
{
    RpcParameter parameter;
    parameter.name = std::move(name);
    parameter.status = status;
    parameter.type = parameterTypeInfoOf(type);
    parameter.value = std::move(value);
    return parameter;
}

RpcParameter makeTextParameter(std::string name, std::string_view utf8, const types::Collation& collation)
{
    RpcParameter parameter;
    parameter.name = std::move(name);
    parameter.value = base::utf16leFromUtf8(utf8);
    parameter.type.wireType = wire::kNVarChar;
    parameter.type.lengthBytes = parameter.value->size() <= kMaxNVarCharBytes ? kMaxNVarCharBytes : types::kMaxLength;
    parameter.type.collation = collation;
    return parameter;
}

RpcParameter makeEncryptedParameter(std::string name, std::optional<base::Bytes> ciphertext, CipherInfo cipher, std::uint8_t status)
{
    RpcParameter parameter;
    parameter.name = std::move(name);
    parameter.status = static_cast<std::uint8_t>(status | kParameterEncrypted);
    parameter.type.wireType = wire::kBigVarBinary;
    parameter.type.lengthBytes = types::kMaxLength;
    parameter.value = std::move(ciphertext);
    parameter.cipher = std::move(cipher);
    return parameter;
}

base::Result<void> appendParameter(base::ByteWriter& out, const RpcParameter& parameter)
{
    out.bVarchar(parameter.name);
    out.u8(parameter.status);
    appendTypeInfo(out, parameter.type, Place::kRpc);
    if (parameter.type.wireType == wire::kTable) {
        if (!parameter.table)
            return cannotEncode(parameter, "has a table type but no table.");
        return appendTableValue(out, *parameter.table);
    }
    const CellLayout layout = cellLayoutOf(parameter.type, Place::kRpc);
    ES_CHECK(checkEncodable(parameter, layout));
    appendCell(out, layout, parameter.value ? Cell{*parameter.value, false} : Cell{});
    const bool encrypted = (parameter.status & kParameterEncrypted) != 0;
    if (encrypted != parameter.cipher.has_value())
        return cannotEncode(parameter, "is marked as encrypted without its key, or the other way round.");
    if (encrypted)
        appendCipherInfo(out, *parameter.cipher);
    return {};
}

base::Result<RpcParameter> readParameter(base::ByteReader& reader)
{
    RpcParameter parameter;
    parameter.name = reader.bVarchar();
    parameter.status = reader.u8();
    ES_TRY(parameter.type, readTypeInfo(reader, Place::kRpc));
    if (parameter.type.wireType == wire::kTable) {
        ES_TRY(parameter.table, readTableValue(reader));
        return parameter;
    }
    ES_TRY(parameter.value, readValue(reader, cellLayoutOf(parameter.type, Place::kRpc)));
    if ((parameter.status & kParameterEncrypted) != 0) {
        ES_TRY(parameter.cipher, readCipherInfo(reader));
    }
    if (!reader.ok())
        return protocolError(kTruncated, "A parameter is cut off.");
    return parameter;
}

base::Result<base::Bytes> encodeRpc(const RpcRequest& request, bool enclaveField)
{
    base::ByteWriter out;
    appendAllHeaders(out, request.headers);
    for (std::size_t i = 0; i < request.calls.size(); ++i) {
        const RpcCall& call = request.calls[i];
        appendCallName(out, call);
        out.u16le(call.options);
        ES_CHECK(appendEnclaveField(out, call.enclavePackage, enclaveField));
        for (const RpcParameter& parameter : call.parameters)
            ES_CHECK(appendParameter(out, parameter));
        if (!call.execute)
            out.u8(kDoNotExecute);
        else if (i + 1 < request.calls.size())
            out.u8(kNextCall);
    }
    return std::move(out).take();
}

base::Result<RpcRequest> decodeRpc(base::ByteView payload, bool enclaveField)
{
    base::ByteReader reader(payload);
    RpcRequest request;
    ES_TRY(request.headers, readAllHeaders(reader));
    do {
        if (request.calls.size() >= kMaxCalls)
            return protocolError(kTooLarge, "A request has too many procedure calls.");
        ES_TRY(RpcCall call, readCall(reader, enclaveField));
        if (atSeparator(reader))
            call.execute = reader.u8() != kDoNotExecute;
        request.calls.push_back(std::move(call));
    } while (!reader.atEnd());
    return request;
}

}  // namespace es::tds
