#include "driver/session/ParameterEncoder.h"

#include "driver/session/ColumnDecryptor.h"
#include "driver/session/Errors.h"
#include "driver/types/Normalize.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <map>
#include <set>

namespace es::session {

namespace {

base::Error badParameter(std::string text, std::string remedy)
{
    return base::makeError(kBadParameter, std::move(text), {}, std::move(remedy));
}

// The value itself is never part of a message.
base::Error doesNotFit(const Parameter& parameter, const base::Error& cause)
{
    base::Error error
        = badParameter("The value of parameter \"" + parameter.name + "\" does not fit its type " + types::typeName(parameter.type) + '.',
            "Change the value or the declared type.");
    error.server = cause.server;
    return error;
}

std::uint8_t statusOf(const Parameter& parameter)
{
    return parameter.output ? tds::kParameterByReference : std::uint8_t{0};
}

// Text travels in the collation of the connection, as every other client sends it; a column's own collation is the server's matter.
// Except in ciphertext, which no server converts: there a collation that the caller has named decides which bytes a letter becomes.
types::SqlType wireTypeOf(const Parameter& parameter, const ConnectionFacts& facts, bool encrypted)
{
    types::SqlType type = parameter.type;
    if (!types::isText(type.id) || facts.state.collation == types::Collation{}) return type;
    const bool otherPage = types::factsOf(type.collation).codePage != types::factsOf(facts.state.collation).codePage;
    if (!encrypted || type.collation == types::kDefaultCollation || !otherPage) type.collation = facts.state.collation;
    return type;
}

base::Result<tds::RpcParameter> encodePlain(const Parameter& parameter, const types::SqlType& type)
{
    if (types::isNull(parameter.value)) return tds::makeParameter(parameter.name, type, std::nullopt, statusOf(parameter));
    auto rowForm = types::encodeRowFormUnpadded(parameter.value, type);
    if (!rowForm) return doesNotFit(parameter, rowForm.error());
    return tds::makeParameter(parameter.name, type, std::move(rowForm).value(), statusOf(parameter));
}

// Ciphers of one statement, by the ordinal of their key.
class Ciphers {
public:
    explicit Ciphers(ColumnKeys& keys)
        : m_keys(keys)
    {
    }
    base::Result<crypto::CellCipher*> forKey(const DescribedKey& key)
    {
        const auto known = m_ciphers.find(key.ordinal);
        if (known != m_ciphers.end()) return &known->second;
        ES_TRY(crypto::CellCipher cipher, m_keys.cipherFor(key));
        return &m_ciphers.emplace(key.ordinal, std::move(cipher)).first->second;
    }

private:
    ColumnKeys& m_keys;
    std::map<std::uint32_t, crypto::CellCipher> m_ciphers;
};

tds::CipherInfo cipherInfoOf(const DescribedParameter& described, const DescribedKey& key, const types::SqlType& type)
{
    tds::CipherInfo info;
    info.baseType = tds::parameterTypeInfoOf(type);
    info.algorithmId = described.algorithm;
    info.encryptionType = described.encryptionType;
    info.databaseId = key.databaseId;
    info.keyId = key.keyId;
    info.keyVersion = key.keyVersion;
    info.metadataVersion = key.metadataVersion;
    info.normalizationRule = described.ruleVersion;
    return info;
}

base::Result<void> checkDescribed(const Parameter& parameter, const DescribedParameter& described)
{
    tds::CryptoMetadata crypto;
    crypto.baseType = tds::parameterTypeInfoOf(parameter.type);
    crypto.algorithmId = described.algorithm;
    crypto.encryptionType = described.encryptionType;
    crypto.normalizationRule = described.ruleVersion;
    return checkEncryption("Parameter \"" + parameter.name + '"', crypto);
}

base::Result<tds::RpcParameter> encodeEncrypted(
    const Parameter& parameter, const types::SqlType& type, const DescribedParameter& described, const DescribedKey& key, Ciphers& ciphers)
{
    ES_CHECK(checkDescribed(parameter, described));
    const tds::CipherInfo info = cipherInfoOf(described, key, type);
    if (types::isNull(parameter.value)) return tds::makeEncryptedParameter(parameter.name, std::nullopt, info, statusOf(parameter));
    auto normalized = types::normalize(parameter.value, type);
    if (!normalized) return doesNotFit(parameter, normalized.error());
    base::Bytes& plaintext = *normalized;
    auto cipher = ciphers.forKey(key);
    base::Bytes cell;
    auto encrypted = cipher ? (*cipher)->encrypt(plaintext, static_cast<crypto::EncryptionType>(described.encryptionType), cell)
                            : base::Result<void>(std::move(cipher).error());
    base::scrub(plaintext.data(), plaintext.size());
    if (!encrypted) {
        base::Error error = std::move(encrypted).error();
        error.text = "Parameter \"" + parameter.name + "\" cannot be encrypted. " + error.text;
        return error;
    }
    return tds::makeEncryptedParameter(parameter.name, std::move(cell), info, statusOf(parameter));
}

base::Error notEncrypted(const Parameter& parameter)
{
    return base::makeError(kForceEncryption,
        "Parameter \"" + parameter.name + "\" has to be encrypted, but the server wants it in plaintext. It was not sent.",
        "column-encryption", "Check that the column is encrypted, and that column encryption is on for the connection and the statement.");
}

} // namespace

base::Result<void> checkParameters(const std::vector<Parameter>& parameters)
{
    std::set<std::string_view> names;
    for (const Parameter& parameter : parameters) {
        if (parameter.name.size() < 2 || parameter.name.front() != '@')
            return badParameter("A parameter is called \"" + parameter.name + "\".", "Parameter names begin with @.");
        if (!names.insert(parameter.name).second)
            return badParameter("Two parameters are called \"" + parameter.name + "\".", "Give each parameter a name of its own.");
    }
    return {};
}

base::Result<std::vector<tds::RpcParameter>> encodeParameters(
    const std::vector<Parameter>& parameters, const DescribeAnswer* described, const ConnectionFacts& facts, ColumnKeys& keys)
{
    Ciphers ciphers(keys);
    std::vector<tds::RpcParameter> encoded;
    encoded.reserve(parameters.size());
    for (const Parameter& parameter : parameters) {
        const DescribedParameter* description = described != nullptr ? described->parameterOfName(parameter.name) : nullptr;
        if (described != nullptr && description == nullptr)
            return base::makeError(kDescribeFailed, "The server did not say whether parameter \"" + parameter.name + "\" is encrypted.",
                "column-encryption", "Nothing was sent. Run the statement again.");
        const bool inPlaintext = description == nullptr || description->encryptionType == 0;
        const types::SqlType type = wireTypeOf(parameter, facts, !inPlaintext);
        if (inPlaintext) {
            if (parameter.forceEncryption) return notEncrypted(parameter);
            ES_TRY(tds::RpcParameter plain, encodePlain(parameter, type));
            encoded.push_back(std::move(plain));
            continue;
        }
        const DescribedKey* key = described->keyOfOrdinal(description->keyOrdinal);
        ES_TRY(tds::RpcParameter secret, encodeEncrypted(parameter, type, *description, *key, ciphers));
        encoded.push_back(std::move(secret));
    }
    return encoded;
}

} // namespace es::session
