#include "driver/session/DescribeMachine.h"

#include "driver/session/Errors.h"
#include "driver/session/RequestBuilder.h"

namespace es::session {

base::Result<std::unique_ptr<DescribeMachine>> DescribeMachine::create(ConnectionFacts& facts, const Request& request)
{
    ES_TRY(base::Bytes packets, describePackets(facts, request.text, request.declarations, request.attestationParameters));
    const EvidenceWanted evidence = !request.attestationParameters ? EvidenceWanted::kNo
        : request.evidenceAnyway                                   ? EvidenceWanted::kAnyway
                                                                   : EvidenceWanted::kWithKeys;
    return std::unique_ptr<DescribeMachine>(new DescribeMachine(facts, std::move(packets), request.parameterCount, evidence));
}

DescribeMachine::DescribeMachine(ConnectionFacts& facts, base::Bytes packets, std::size_t parameterCount, EvidenceWanted evidence)
    : m_reader(facts.enclaveField())
    , m_exchange(facts, m_reader, std::move(packets))
    , m_parameterCount(parameterCount)
    , m_evidence(evidence)
{
}

base::Result<DescribeAnswer> DescribeMachine::takeAnswer()
{
    ES_TRY(DescribeAnswer answer, m_reader.take(m_parameterCount, m_evidence));
    if (m_evidence == EvidenceWanted::kWithKeys && answer.enclaveNeeded() && !answer.attestation) {
        base::Error error
            = base::makeError(kAttestationMissing, "The statement needs the enclave, but the server sent no attestation result.",
                "attestation", "No key was sent. Check that the server's enclave is configured for this attestation protocol.");
        error.origin = base::Origin::kAttestation;
        return error;
    }
    return answer;
}

} // namespace es::session
