#include "app/sandbox/frontdoor/RpcParameters.h"

#include "driver/base/Utf16.h"
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Bytes;

namespace {

std::string lowerAscii(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

CipherInfo cipherInfoOf(const tds::CipherInfo& cipher)
{
    CipherInfo info;
    info.baseType = tds::sqlTypeOf(cipher.baseType);
    info.algorithmId = cipher.algorithmId;
    info.encryptionType = cipher.encryptionType;
    info.databaseId = cipher.databaseId;
    info.keyId = cipher.keyId;
    info.keyVersion = cipher.keyVersion;
    info.metadataVersion = cipher.metadataVersion;
    info.normalizationRule = cipher.normalizationRule;
    return info;
}

base::Result<void> fill(EngineParameter& declared, const tds::RpcParameter& given)
{
    if (given.table)
        return callError(40517, "Table-valued parameters are not supported in the sandbox.");
    if (given.cipher) {
        declared.cipher = cipherInfoOf(*given.cipher);
        declared.cell = given.value;
        return {};
    }
    if (!given.value)
        return {};
    const types::SqlType type = tds::sqlTypeOf(given.type);
    auto value = types::decodeRowForm(*given.value, type);
    if (!value)
        return callError(8023, "The value of parameter " + declared.name + " is not valid for its data type.");
    // An xml parameter is a text that somebody calls xml: it is read like any other.
    const types::SqlType source = type.id == types::TypeId::kXml ? types::makeSized(types::TypeId::kNVarChar, types::kMaxLength) : type;
    ES_TRY(declared.value, types::convertValue(*value, source, declared.type));
    return {};
}

}  // namespace

base::Error callError(std::int32_t number, std::string message)
{
    base::Error error = base::makeError(kBadCall, message);
    error.origin = base::Origin::kServer;
    base::ServerError words;
    words.number = number;
    words.state = 1;
    words.severity = 16;
    words.line = 1;
    words.message = std::move(message);
    error.server = std::move(words);
    return error;
}

base::Result<RpcText> textOf(const tds::RpcParameter& parameter, std::string_view what)
{
    const types::SqlType type = tds::sqlTypeOf(parameter.type);
    const bool wide = type.id == types::TypeId::kNVarChar || type.id == types::TypeId::kNChar || type.id == types::TypeId::kNText;
    const bool narrow = type.id == types::TypeId::kVarChar || type.id == types::TypeId::kChar || type.id == types::TypeId::kText;
    if (!parameter.value && (wide || narrow))
        return RpcText{};  // NULL declarations mean none
    if (wide)
        return RpcText{base::utf8FromUtf16le(*parameter.value), *parameter.value};
    if (narrow) {
        const auto value = types::decodeRowForm(*parameter.value, type);
        if (const auto* text = value ? std::get_if<std::string>(&*value) : nullptr)
            return RpcText{*text, base::utf16leFromUtf8(*text)};
    }
    return callError(214, "Procedure expects parameter '" + std::string(what) + "' of type 'ntext/nchar/nvarchar'.");
}

base::Result<std::int32_t> intOf(const tds::RpcParameter& parameter, std::string_view what)
{
    if (parameter.value) {
        const auto value = types::decodeRowForm(*parameter.value, tds::sqlTypeOf(parameter.type));
        if (const auto* number = value ? std::get_if<std::int64_t>(&*value) : nullptr)
            return static_cast<std::int32_t>(*number);
    }
    return callError(214, "Procedure expects parameter '" + std::string(what) + "' of type 'int'.");
}

base::Result<void> fillParameters(std::vector<EngineParameter>& declared, std::span<const tds::RpcParameter> given)
{
    std::vector<bool> filled(declared.size(), false);
    for (std::size_t position = 0; position < given.size(); ++position) {
        const tds::RpcParameter& parameter = given[position];
        std::size_t index = position;
        if (!parameter.name.empty()) {
            const std::string name = lowerAscii(parameter.name);
            const auto found = std::find_if(declared.begin(), declared.end(),
                                            [&](const EngineParameter& candidate) { return lowerAscii(candidate.name) == name; });
            if (found == declared.end())
                return callError(8145, parameter.name + " is not a parameter for procedure sp_executesql.");
            index = static_cast<std::size_t>(found - declared.begin());
        } else if (index >= declared.size()) {
            return callError(8144, "Procedure or function has too many arguments specified.");
        }
        if ((parameter.status & tds::kParameterDefault) != 0)
            continue;
        ES_CHECK(fill(declared[index], parameter));
        declared[index].output = declared[index].output && (parameter.status & tds::kParameterByReference) != 0;
        filled[index] = true;
    }
    for (std::size_t i = 0; i < declared.size(); ++i) {
        if (!filled[i])
            return callError(8178, "The parameterized query expects the parameter '" + declared[i].name + "', which was not supplied.");
    }
    return {};
}

std::string plainProcedureName(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    if (dot != std::string_view::npos)
        name.remove_prefix(dot + 1);
    if (name.size() >= 2 && ((name.front() == '[' && name.back() == ']') || (name.front() == '"' && name.back() == '"')))
        name = name.substr(1, name.size() - 2);
    return lowerAscii(name);
}

}  // namespace es::sandbox
