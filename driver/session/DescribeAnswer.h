// What sp_describe_parameter_encryption said about one statement. No plaintext key in it, so it may be cached.
// Thread: any (plain values).                                                      always-encrypted-wire.md 3.3 - 3.5
#pragma once

#include "driver/base/Bytes.h"

#include <array>
#include <optional>

namespace es::session {

// The same column key, wrapped by one master key.
struct DescribedKeyValue {
    base::Bytes encryptedValue;
    std::string providerName;
    std::string keyPath;
    std::string algorithm;
    base::Bytes masterKeySignature;  // empty: the master key does not allow enclave computations
};

struct DescribedKey {
    std::uint32_t ordinal = 0;  // label for DescribedParameter::keyOrdinal
    std::uint32_t databaseId = 0;
    std::uint32_t keyId = 0;
    std::uint32_t keyVersion = 0;
    std::array<base::Byte, 8> metadataVersion{};  // opaque, echoed unchanged
    bool requestedByEnclave = false;
    std::vector<DescribedKeyValue> values;  // alternatives, in the server's order
};

struct DescribedParameter {
    std::string name;  // with '@'
    std::uint8_t algorithm = 0;
    std::uint8_t encryptionType = 0;  // 0 plaintext, 1 deterministic, 2 randomized
    std::uint32_t keyOrdinal = 0;
    std::uint8_t ruleVersion = 0;
};

struct DescribeAnswer {
    std::vector<DescribedKey> keys;
    std::vector<DescribedParameter> parameters;  // one per parameter of the statement
    std::optional<base::Bytes> attestation;      // present once, when it was asked for and the statement needs the enclave

    [[nodiscard]] bool enclaveNeeded() const;
    [[nodiscard]] const DescribedKey* keyOfOrdinal(std::uint32_t ordinal) const;
    [[nodiscard]] const DescribedParameter* parameterOfName(std::string_view name) const;  // case-sensitive, '@' optional
};

}  // namespace es::session
