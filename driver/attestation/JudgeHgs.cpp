// Host Guardian Service: a host's health certificate signs a report about the enclave.                 enclave-protocol 4
#include "driver/attestation/JudgeCommon.h"
#include "driver/attestation/TimeText.h"
#include "driver/base/ByteReader.h"
#include "driver/base/SecureBytes.h"
#include "driver/crypto/Certificate.h"
#include "driver/crypto/Hash.h"
#include "driver/enclave/SandboxRoot.h"
#include "driver/enclave/VbsReport.h"
#include "driver/json/Json.h"

#include <algorithm>

namespace es::attestation {
namespace {

constexpr std::string_view kCertificatesRole = "signing-certificates";
constexpr std::size_t kMinHealthKeyBits = 2048;
constexpr std::uint32_t kDebugFlags = 7;  // full debug, dynamic debug enabled, dynamic debug active

using Certificates = std::vector<crypto::Certificate>;

std::string orAny(const std::string& hex) { return hex.empty() ? "any" : hex; }
std::string atLeast(std::uint32_t minimum) { return ">= " + std::to_string(minimum); }

bool validAt(const crypto::Certificate& certificate, const Evidence& evidence, const Policy& policy)
{
    const auto skew = boundedSkew(policy);
    return certificate.notBefore() - skew <= evidence.seenAt && evidence.seenAt <= certificate.notAfter() + skew;
}

std::string validityText(const crypto::Certificate& certificate)
{
    return isoTime(certificate.notBefore()) + " to " + isoTime(certificate.notAfter());
}

// A JSON array of byte values that form one PKCS#7.                                             4.1
std::optional<Certificates> readSigningCertificates(base::ByteView body)
{
    const auto parsed = json::parse({reinterpret_cast<const char*>(body.data()), body.size()});
    if (!parsed || parsed->asArray() == nullptr) return std::nullopt;
    base::Bytes bytes;
    for (const json::Json& element : *parsed->asArray()) {
        const std::int64_t* value = element.asInteger();
        if (value == nullptr || *value < 0 || *value > 255) return std::nullopt;
        bytes.push_back(static_cast<base::Byte>(*value));
    }
    auto certificates = crypto::certificatesFromPkcs7(bytes);
    if (!certificates) return std::nullopt;
    return std::move(certificates).value();
}

std::optional<Certificates> judgeSigningCertificates(RuleSheet& sheet, const Evidence& evidence)
{
    sheet.expect("signing-certificates", "a list of certificates");
    const ServiceDocument* document = takeDocument(sheet, evidence, kCertificatesRole);
    if (document == nullptr) return std::nullopt;
    auto listed = readSigningCertificates(document->body);
    sheet.check("signing-certificates", listed.has_value(), listed ? std::to_string(listed->size()) + " listed" : "unreadable");
    return listed;
}

std::optional<crypto::Certificate> judgeHealthCertificate(
    RuleSheet& sheet, const ResultParts& parts, const Evidence& evidence, const Policy& policy)
{
    sheet.expect("health-certificate-format", "X.509, RSA >= " + std::to_string(kMinHealthKeyBits) + " bits");
    sheet.expect("health-certificate-validity", "valid at " + isoTime(evidence.seenAt));
    sheet.expect("health-certificate-usage", "digital signature");
    if (!parts.healthReport) return std::nullopt;
    auto health = crypto::Certificate::fromDer(*parts.healthReport);
    if (!health) {
        sheet.fail("health-certificate-format", "no certificate");
        return std::nullopt;
    }
    const auto key = health->rsaKey();
    const std::size_t bits = key ? 8 * key->modulusBytes() : 0;
    sheet.check("health-certificate-format", bits >= kMinHealthKeyBits, key ? "RSA, " + std::to_string(bits) + " bits" : "no RSA key");
    sheet.check("health-certificate-validity", validAt(*health, evidence, policy), validityText(*health));
    sheet.check("health-certificate-usage", health->maySign(), health->maySign() ? "digital signature" : "something else");
    sheet.claim("health certificate", health->subject());
    sheet.claim("health certificate issuer", health->issuer());
    sheet.claim("health certificate valid", validityText(*health));
    sheet.judgement().validUntil = health->notAfter();
    return std::move(health).value();
}

// Of several listed certificates with the issuer's name and key (after a renewal) the one that serves best.
const crypto::Certificate* issuerOf(
    const crypto::Certificate& health, const Certificates& listed, const Evidence& evidence, const Policy& policy)
{
    const crypto::Certificate* best = nullptr;
    int bestScore = -1;
    for (const crypto::Certificate& candidate : listed) {
        if (!health.isSignedBy(candidate)) continue;
        const auto& roots = policy.trustedRoots;
        const bool trusted = roots.empty() || std::find(roots.begin(), roots.end(), candidate.fingerprint()) != roots.end();
        const int score = (trusted ? 4 : 0) + (candidate.isAuthority() ? 2 : 0) + (validAt(candidate, evidence, policy) ? 1 : 0);
        if (score > bestScore) best = &candidate;
        bestScore = std::max(score, bestScore);
    }
    return best;
}

void judgeIssuer(RuleSheet& sheet, const std::optional<crypto::Certificate>& health, const std::optional<Certificates>& listed,
    const Evidence& evidence, const Policy& policy)
{
    sheet.expect("health-certificate-issuer", "a listed certificate");
    sheet.expect("issuer-authority", "an authority");
    sheet.expect("issuer-validity", "valid at " + isoTime(evidence.seenAt));
    sheet.expect("trusted-root", policy.trustedRoots.empty() ? "any" : policy.trustedRoots.front());
    if (!health || !listed) return;
    const crypto::Certificate* issuer = issuerOf(*health, *listed, evidence, policy);
    Judgement& judgement = sheet.judgement();
    if (!sheet.check("health-certificate-issuer", issuer != nullptr, issuer != nullptr ? issuer->subject() : "not listed: " + health->issuer())) {
        judgement.refetchMayHelp = true;
        return;
    }
    sheet.check("issuer-authority", issuer->isAuthority(), issuer->isAuthority() ? "an authority" : "not an authority");
    if (!sheet.check("issuer-validity", validAt(*issuer, evidence, policy), validityText(*issuer))) judgement.refetchMayHelp = true;
    const std::string fingerprint = issuer->fingerprint();
    judgeRoots(sheet, policy, {&fingerprint, 1});
    judgement.root = {issuer->subject(), fingerprint, issuer->organization() == enclave::kSandboxOrganization};
    judgement.validUntil = std::min(*judgement.validUntil, issuer->notAfter());
    sheet.claim("signing certificate", issuer->subject());
}

//   offset size field          (u32 each, little-endian)                                          4.3
//   0      24   package size, version, scheme, statement size S, signature size G, reserved
//   24     S    statement
//   24+S   G    signature
struct Package {
    std::uint32_t size = 0, version = 0, scheme = 0, reserved = 0;
    base::ByteView statement;
    base::ByteView signature;
    bool whole = false;  // the two parts fill it to the end
};
Package readPackage(base::ByteView bytes)
{
    base::ByteReader reader(bytes);
    Package package;
    package.size = reader.u32le();
    package.version = reader.u32le();
    package.scheme = reader.u32le();
    const std::uint32_t statementSize = reader.u32le();
    const std::uint32_t signatureSize = reader.u32le();
    package.reserved = reader.u32le();
    package.statement = reader.bytes(statementSize);
    package.signature = reader.bytes(signatureSize);
    package.whole = reader.ok() && reader.atEnd();
    return package;
}

void expectReport(RuleSheet& sheet, const Policy& policy)
{
    sheet.expect("report-format", "sizes add up");
    sheet.expect("report-version", "1, 1");
    sheet.expect("report-scheme", "1 (RSA-PSS, SHA-256)");
    sheet.expect("report-reserved", "zeros");
    sheet.expect("report-signature", "RSA-PSS, by the health certificate");
    sheet.expect("report-binding", "SHA-256 of the identity key");
    sheet.expect("policy-owner", orAny(policy.ownerId));
    sheet.expect("policy-author", orAny(policy.authorId));
    sheet.expect("policy-family", orAny(policy.familyId));
    sheet.expect("policy-image", orAny(policy.imageId));
    sheet.expect("policy-svn-enclave", atLeast(policy.minimumEnclaveSvn));
    sheet.expect("policy-svn-kernel", atLeast(policy.minimumSecureKernelSvn));
    sheet.expect("policy-svn", atLeast(policy.minimumPlatformSvn));
    sheet.expect("policy-debug", policy.debug ? "off or on" : "off");
}

void judgeId(RuleSheet& sheet, std::string_view rule, const std::string& wanted, base::ByteView seen)
{
    const std::string hex = base::toHex(seen);
    sheet.check(rule, wanted.empty() || base::constantTimeEqual(base::viewOf(wanted), base::viewOf(hex)), hex);
}

void judgePolicy(RuleSheet& sheet, const enclave::VbsReport& report, const Policy& policy)
{
    judgeId(sheet, "policy-owner", policy.ownerId, report.ownerId);
    judgeId(sheet, "policy-author", policy.authorId, report.authorId);
    judgeId(sheet, "policy-family", policy.familyId, report.familyId);
    judgeId(sheet, "policy-image", policy.imageId, report.imageId);
    sheet.check("policy-svn-enclave", report.enclaveSvn >= policy.minimumEnclaveSvn, std::to_string(report.enclaveSvn));
    sheet.check("policy-svn-kernel", report.secureKernelSvn >= policy.minimumSecureKernelSvn, std::to_string(report.secureKernelSvn));
    sheet.check("policy-svn", report.platformSvn >= policy.minimumPlatformSvn, std::to_string(report.platformSvn));
    const bool known = (report.flags & ~kDebugFlags) == 0;
    sheet.check("policy-debug", report.flags == 0 || (policy.debug && known),
        report.flags == 0 ? "off" : (known ? "on, flags " : "unknown, flags ") + std::to_string(report.flags));
}

void claimReport(RuleSheet& sheet, const enclave::VbsReport& report)
{
    sheet.claim("owner id", base::toHex(report.ownerId));
    sheet.claim("unique id", base::toHex(report.uniqueId));
    sheet.claim("author id", base::toHex(report.authorId));
    sheet.claim("family id", base::toHex(report.familyId));
    sheet.claim("image id", base::toHex(report.imageId));
    sheet.claim("enclave svn", std::to_string(report.enclaveSvn));
    sheet.claim("secure kernel svn", std::to_string(report.secureKernelSvn));
    sheet.claim("platform svn", std::to_string(report.platformSvn));
    sheet.claim("flags", std::to_string(report.flags));
    sheet.claim("signing level", std::to_string(report.signingLevel));
    for (const enclave::VbsModule& module : report.modules)
        sheet.claim("module", module.name + ", svn " + std::to_string(module.svn));
}

// EnclaveData is SHA-256 of the identity, then 32 zero bytes.
void judgeBinding(RuleSheet& sheet, const enclave::VbsReport& report, const ResultParts& parts)
{
    if (!parts.identity) return;
    const auto digest = crypto::sha256(*parts.identity);
    const bool same = base::constantTimeEqual(digest, base::ByteView(report.enclaveData).first(digest.size()));
    sheet.check("report-binding", same, same ? "match" : "another key");
}

void judgeReport(RuleSheet& sheet, const ResultParts& parts, const std::optional<crypto::Certificate>& health, const Policy& policy)
{
    if (!parts.reportPackage) return;
    const Package package = readPackage(*parts.reportPackage);
    const auto report = enclave::decodeVbsReport(package.statement);
    const bool sizes = package.whole && package.size == parts.reportPackage->size();
    sheet.check("report-format", sizes && report, !sizes ? "sizes differ" : report ? "sizes add up" : "statement unreadable");
    if (!package.whole) return;
    sheet.check("report-scheme", package.scheme == 1, std::to_string(package.scheme));
    if (const auto key = health ? health->rsaKey() : base::Result<crypto::RsaPublicKey>(base::Error{})) {
        const bool good = key->verifyPssSha256(package.statement, package.signature);
        sheet.check("report-signature", good, good ? "valid" : "not valid");
    }
    if (!report) return;
    sheet.check("report-version", package.version == 1 && report->version == 1,
        std::to_string(package.version) + ", " + std::to_string(report->version));
    const base::ByteView unused = base::ByteView(report->enclaveData).subspan(crypto::Sha256Digest().size());
    const bool zeros = package.reserved == 0 && report->reserved == 0 && std::all_of(unused.begin(), unused.end(), [](base::Byte b) { return b == 0; });
    sheet.check("report-reserved", zeros, zeros ? "zeros" : "something else");
    judgeBinding(sheet, *report, parts);
    judgePolicy(sheet, *report, policy);
    claimReport(sheet, *report);
}

}  // namespace

Judgement judgeHgs(const Evidence& evidence, const Policy& policy)
{
    RuleSheet sheet(Protocol::kHgs);
    expectReport(sheet, policy);
    sheet.expect("enclave-type", "VBS");
    sheet.check("enclave-type", sameTextNoCase(evidence.enclaveType, "VBS"), evidence.enclaveType);
    (void)judgeRequest(sheet, evidence, policy);
    static constexpr std::array kRoles{kCertificatesRole};
    judgeService(sheet, evidence, policy, kRoles);
    const auto listed = judgeSigningCertificates(sheet, evidence);

    const ResultParts parts = takeApart(Protocol::kHgs, evidence.result);
    judgeResultForm(sheet, Protocol::kHgs, parts);
    const auto health = judgeHealthCertificate(sheet, parts, evidence, policy);
    judgeIssuer(sheet, health, listed, evidence, policy);
    judgeReport(sheet, parts, health, policy);
    judgeKeySignature(sheet, parts, judgeIdentity(sheet, parts.identity));
    return std::move(sheet).finish(Verdict::kVerified);
}

}  // namespace es::attestation
