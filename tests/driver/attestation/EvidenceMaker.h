// Evidence made by the test itself, with keys of its own: every ingredient can be changed before it is signed, and every byte after.
// Thread: one.
#pragma once

#include "driver/attestation/Judgement.h"
#include "driver/enclave/AttestationParameters.h"
#include "driver/enclave/VbsReport.h"
#include "driver/json/Json.h"
#include "tests/support/CertificateMaker.h"

#include <functional>
#include <set>

namespace es::testing {

using Hook = std::function<void(base::Bytes&)>;

// The same key for the same name, made once per program.
[[nodiscard]] const std::string& keyPem(const std::string& name, unsigned bits = 2048);
[[nodiscard]] std::chrono::system_clock::time_point secondsAt(std::int64_t sinceEpoch);
inline constexpr std::int64_t kNow = 1'767'225'660;

// What the three have in common.
struct AnyCase {
    attestation::Policy policy;
    std::string enclaveType = "VBS";
    std::string identity = "identity";  // name of the key that the enclave sends
    std::string signer = "identity";    // name of the key that signs the session key
    unsigned identityBits = 2048;
    Hook parameters;   // after encoding
    Hook identityBlob; // before it is bound into anything
    Hook dhKey;        // before it is signed
    Hook dhSignature;
    Hook result;       // the whole, after encoding
};

struct NoneCase : AnyCase {};

struct HgsCase : AnyCase {
    HgsCase();
    std::string url = "https://hgs.test/Attestation";
    std::string documentUrl = "https://hgs.test/Attestation/v2.0/signingCertificates";
    int documentStatus = 200;
    CertificatePlan authority;
    CertificatePlan health;
    std::vector<base::Bytes> alsoListed;
    bool listAuthority = true;
    std::string boundIdentity = "identity";  // whose hash the report carries
    enclave::VbsReport report;
    Hook enclaveData;
    Hook healthCertificate;
    Hook statement;        // before it is signed
    Hook reportSignature;
    Hook package;          // after encoding
    Hook body;             // of the document
};

struct AasCase : AnyCase {
    AasCase();
    std::string url = "https://aas.test/attest/SgxEnclave?api-version=1";
    std::string challengeUrl;  // empty: url
    std::string metadataUrl = "https://aas.test/.well-known/openid-configuration";
    std::string jwksUrl = "https://aas.test/certs";
    std::uint32_t type = 1;
    base::Bytes nonce;
    base::Bytes tokenNonce;  // what the token answers; empty: nonce
    json::Json header;
    json::Json claims;
    json::Json metadata;
    std::vector<json::Json> keys;
    std::string tokenSigner = "service";
    std::vector<std::string> tlsChain;
    std::function<void(json::Json&)> laterClaims;  // after aas-ehd and rp_data are in
    std::function<void(std::string&)> payloadText;
    std::function<void(std::string&)> token;       // after signing
    Hook metadataBody;
    Hook jwksBody;
};

[[nodiscard]] attestation::Evidence evidenceOf(const NoneCase& made);
[[nodiscard]] attestation::Evidence evidenceOf(const HgsCase& made);
[[nodiscard]] attestation::Evidence evidenceOf(const AasCase& made);

[[nodiscard]] std::string base64Url(base::ByteView bytes);
[[nodiscard]] json::Json webKey(const std::string& kid, const std::string& keyName, unsigned bits = 2048);
[[nodiscard]] json::Json without(const json::Json& object, std::string_view name);
[[nodiscard]] std::string certificatePem(const CertificatePlan& plan);
[[nodiscard]] CertificatePlan rootPlan(const std::string& name);

// The service's own certificate, then the root that issued it.
[[nodiscard]] std::vector<std::string> tlsChainUnder(const CertificatePlan& root);

[[nodiscard]] inline Hook flip(std::size_t offset, base::Byte mask = 1)
{
    return [=](base::Bytes& bytes) { bytes.at(offset) ^= mask; };
}
[[nodiscard]] std::set<std::string> idsOf(const attestation::Judgement& judgement, attestation::RuleVerdict verdict);

}  // namespace es::testing
