#include "driver/session/ColumnKeys.h"

#include "driver/session/Errors.h"

namespace es::session {

namespace {

// Which of several failures a person can do something about.
int usefulness(const base::Error& error)
{
    if (error.code == keystore::kSecretNeeded) return 2;
    return error.code == keystore::kUnknownProvider ? 0 : 1;
}

class WorstFailure {
public:
    void add(base::Error error)
    {
        if (!m_error || usefulness(error) > usefulness(*m_error)) m_error = std::move(error);
    }
    [[nodiscard]] base::Error take(std::string_view fallbackText)
    {
        if (m_error) return std::move(*m_error);
        base::Error error = base::makeError(kColumnKeyFailed, std::string(fallbackText), "column-encryption",
            "Look the column encryption key up in the database; it may have been dropped.");
        error.origin = base::Origin::kServer;
        return error;
    }

private:
    std::optional<base::Error> m_error;
};

keystore::WrappedCek wrappedOf(const DescribedKeyValue& value)
{
    return {value.providerName, value.keyPath, value.algorithm, value.encryptedValue};
}

base::Error notAllowed(const DescribedKeyValue& value, std::string_view why)
{
    return base::makeError(kKeyNotAllowed,
        "The server asked to give a column key to the enclave, but " + std::string(why) + " (master key \"" + value.keyPath + "\" in "
            + value.providerName + "). No key was sent.",
        "attestation",
        "Create the column master key with enclave computations allowed, which signs it, or query the column without the enclave.");
}

base::Error pathNotTrusted(const DescribedKey& key, const DescribedKeyValue& value, const attestation::Policy& policy)
{
    std::string expected;
    for (const std::string& path : *policy.trustedKeyPaths)
        expected.append(expected.empty() ? "" : ", ").append("\"" + path + '"');
    return base::makeError(kKeyPathNotTrusted,
        "The server asked to give column key id " + std::to_string(key.keyId) + " to the enclave, but its master key \"" + value.keyPath
            + "\" is not on this connection's list of trusted key paths (" + (expected.empty() ? "the list is empty" : expected)
            + "). No key was sent.",
        "attestation-policy", "If that master key is yours, add its path to trustedKeyPaths of the attestation policy.");
}

} // namespace

ColumnKeys::ColumnKeys(const keystore::KeyStoreRegistry& registry, std::string serverName, const base::Clock& clock)
    : m_ceks(registry, std::move(serverName), clock)
    , m_signatures(registry, clock)
{
}

base::Result<crypto::CellCipher> ColumnKeys::cipherFor(std::span<const keystore::WrappedCek> values)
{
    WorstFailure failure;
    for (const keystore::WrappedCek& value : values) {
        auto cek = m_ceks.get(value);
        if (!cek) {
            failure.add(std::move(cek).error());
            continue;
        }
        auto cipher = crypto::CellCipher::create(**cek);
        if (cipher) return cipher;
        failure.add(std::move(cipher).error());
    }
    return failure.take("The server sent a column key without any encrypted value.");
}

base::Result<crypto::CellCipher> ColumnKeys::cipherFor(const DescribedKey& key)
{
    std::vector<keystore::WrappedCek> values;
    for (const DescribedKeyValue& value : key.values)
        values.push_back(wrappedOf(value));
    return cipherFor(values);
}

base::Result<EnclaveRelease> ColumnKeys::releaseToEnclave(const DescribedKey& key, const attestation::Policy& policy)
{
    WorstFailure failure;
    for (const DescribedKeyValue& value : key.values) {
        if (!policy.trustsKeyPath(value.keyPath)) {
            failure.add(pathNotTrusted(key, value, policy));
            continue;
        }
        if (value.masterKeySignature.empty()) {
            failure.add(notAllowed(value, "its master key carries no signature that allows it"));
            continue;
        }
        auto genuine = m_signatures.verify(value.providerName, value.keyPath, true, value.masterKeySignature);
        if (!genuine) {
            failure.add(std::move(genuine).error());
            continue;
        }
        if (!*genuine) {
            failure.add(notAllowed(value, "the signature of its master key is not genuine"));
            continue;
        }
        auto cek = m_ceks.get(wrappedOf(value));
        if (!cek) {
            failure.add(std::move(cek).error());
            continue;
        }
        EnclaveRelease release;
        release.key.databaseId = key.databaseId;
        release.key.metadataVersion = key.metadataVersion;
        release.key.keyId = static_cast<std::uint16_t>(key.keyId);
        release.key.cek = (*cek)->clone();
        release.facts = {key.databaseId, key.keyId, value.providerName, value.keyPath, {}, {}};
        return release;
    }
    return failure.take("The server asked to give a column key to the enclave, but sent no encrypted value of it.");
}

void ColumnKeys::clear()
{
    m_ceks.clear();
    m_signatures.clear();
}

} // namespace es::session
