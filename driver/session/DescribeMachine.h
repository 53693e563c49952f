// One call of sp_describe_parameter_encryption and its answer.
// Thread: session thread only.
#pragma once

#include "driver/session/DescribeReader.h"

namespace es::session {

class DescribeMachine final : public Machine {
public:
    struct Request {
        std::string_view text;
        std::string_view declarations;
        std::size_t parameterCount = 0;
        std::optional<base::Bytes> attestationParameters;  // only while no enclave session is open, or for fresh evidence
        bool evidenceAnyway = false;                       // also where no key is requested
    };

    // Errors: tds::kCannotEncode.
    [[nodiscard]] static base::Result<std::unique_ptr<DescribeMachine>> create(ConnectionFacts& facts, const Request& request);

    [[nodiscard]] Action step(const Input& input) override { return m_exchange.step(input); }

    [[nodiscard]] bool cancelled() const { return m_exchange.cancelled(); }
    [[nodiscard]] const std::vector<base::ServerError>& serverErrors() const { return m_reader.serverErrors(); }
    // After Finished, once. Errors: kDescribeFailed, kAttestationMissing (keys are requested without it).
    [[nodiscard]] base::Result<DescribeAnswer> takeAnswer();

private:
    DescribeMachine(ConnectionFacts& facts, base::Bytes packets, std::size_t parameterCount, EvidenceWanted evidence);

    DescribeReader m_reader;
    ExchangeMachine m_exchange;
    std::size_t m_parameterCount;
    EvidenceWanted m_evidence;
};

}  // namespace es::session
