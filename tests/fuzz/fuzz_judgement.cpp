// The whole judgement of what a server sends, without an attestation service behind it.
#include "Fuzz.h"
#include "driver/attestation/Judgement.h"
#include "driver/crypto/EcdhP384.h"
#include "driver/enclave/AttestationParameters.h"
#include "driver/enclave/VbsReport.h"

#include <algorithm>

using namespace es;

namespace {

attestation::Evidence evidenceOf(attestation::Protocol protocol, enclave::ProtocolId id, base::ByteView result)
{
    static const crypto::EcdhP384 pair = crypto::EcdhP384::generate().value();
    attestation::Evidence evidence;
    evidence.protocol = protocol;
    evidence.url = "https://service.test/attest";
    evidence.enclaveType = "VBS";
    std::optional<enclave::AasChallenge> challenge;
    if (id == enclave::ProtocolId::kAas) challenge = enclave::AasChallenge{evidence.url, base::Bytes(enclave::kAasNonceBytes)};
    evidence.parameters = enclave::encodeAttestationParameters({id, challenge, pair.publicKey()});
    evidence.result.assign(result.begin(), result.end());
    return evidence;
}

bool passed(const attestation::Judgement& judgement, std::initializer_list<std::string_view> ids)
{
    return std::all_of(judgement.rules.begin(), judgement.rules.end(), [&](const attestation::RuleResult& rule) {
        return std::find(ids.begin(), ids.end(), rule.id) == ids.end() || rule.verdict == attestation::RuleVerdict::kPassed;
    });
}

// Nobody's word stands behind these bytes: never believed. And the form rules hold for exactly what the decoders accept.
void judgeAll(base::ByteView bytes)
{
    using namespace attestation;
    const Judgement none = judge(evidenceOf(Protocol::kNone, enclave::ProtocolId::kNone, bytes), Policy());
    ES_HOLDS(none.verdict == Verdict::kNotAttested || none.verdict == Verdict::kRefused);
    ES_HOLDS(passed(none, {"result-size", "total-size", "truncated", "trailing-bytes", "dh-key-length"}) == enclave::decodeNoneResult(bytes).has_value());

    const Judgement hgs = judge(evidenceOf(Protocol::kHgs, enclave::ProtocolId::kHgs, bytes), Policy());
    ES_HOLDS(hgs.verdict == Verdict::kUnreachable || hgs.verdict == Verdict::kRefused);
    const auto result = enclave::decodeHgsResult(bytes);
    ES_HOLDS(passed(hgs, {"result-size", "total-size", "truncated", "trailing-bytes", "dh-key-length"}) == result.has_value());
    if (result) {
        const auto package = enclave::decodeReportPackage(result->reportPackage);
        const bool whole = package && enclave::decodeVbsReport(package->statement);
        // The judgement also looks at the statement's own version, the decoder at the package's.
        ES_HOLDS(!passed(hgs, {"report-format", "report-version", "report-scheme"}) || whole);
        ES_HOLDS(!whole || passed(hgs, {"report-format", "report-scheme"}));
    }
    const Judgement aas = judge(evidenceOf(Protocol::kAas, enclave::ProtocolId::kAas, bytes), Policy());
    ES_HOLDS(aas.verdict == Verdict::kUnreachable || aas.verdict == Verdict::kRefused);
    ES_HOLDS(!passed(aas, {"result-size", "truncated", "trailing-bytes", "dh-key-length", "enclave-type", "jwt-format"})
        || enclave::decodeAasResult(bytes).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    judgeAll({data, size});
    return 0;
}
