// Reads the result sets of sp_describe_parameter_encryption by position.           always-encrypted-wire.md 3.3 - 3.5
//   set 1 keys        ordinal, database id, key id, key version, metadata version, encrypted value, key store, key path, algorithm,
//                     [requested by enclave, master key signature]
//   set 2 parameters  ordinal, name, algorithm, encryption type, key ordinal, rule version
//   set 3 attestation one row, one binary column; only with an enclave
// Thread: session thread only.
#pragma once

#include "driver/base/Result.h"
#include "driver/session/DescribeAnswer.h"
#include "driver/session/ExchangeMachine.h"

namespace es::session {

// When an attestation result is taken; at any other time it is not looked at.
enum class EvidenceWanted : std::uint8_t {
    kNo,
    kWithKeys,  // a statement: only together with a key that the enclave is to get
    kAnyway,    // Session::attest
};

class DescribeReader final : public AnswerHandler {
public:
    // `enclaveColumns`: feature version 2, so that columns 10 and 11 of set 1 count.
    explicit DescribeReader(bool enclaveColumns) : m_enclaveColumns(enclaveColumns) {}

    void onToken(const tds::Token& token) override;

    // ERROR tokens, in order; the answer is worth nothing then.
    [[nodiscard]] const std::vector<base::ServerError>& serverErrors() const { return m_serverErrors; }
    // Call once, after the end. `parameterCount`: rows that set 2 must have. Errors: kDescribeFailed.
    [[nodiscard]] base::Result<DescribeAnswer> take(std::size_t parameterCount, EvidenceWanted evidence);

private:
    void onRow(const tds::Row& row);
    void readKey(const tds::Row& row);
    void readParameter(const tds::Row& row);
    void readAttestation(const tds::Row& row);
    void fail(std::string what);

    bool m_enclaveColumns;
    tds::ColMetadataPtr m_columns;
    std::size_t m_resultSets = 0;  // begun
    std::size_t m_attestationRows = 0;
    DescribeAnswer m_answer;
    std::vector<base::ServerError> m_serverErrors;
    std::optional<base::Error> m_failure;
};

}  // namespace es::session
