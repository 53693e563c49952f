#include "app/sandbox/attest/HealthHost.h"

#include "app/sandbox/attest/EnclaveFacts.h"
#include "driver/crypto/CertificateMaker.h"
#include "driver/crypto/Hash.h"
#include "driver/enclave/SandboxRoot.h"
#include "driver/enclave/VbsReport.h"

#include <algorithm>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

constexpr int kHealthBits = 2048;
constexpr auto kBackdated = std::chrono::minutes(5);  // clocks of clients may be a little behind

enclave::VbsModule module(std::string name)
{
    enclave::VbsModule made;
    made.uniqueId = crypto::sha256(base::viewOf(name));
    made.authorId = facts::kAuthorId;
    made.familyId = facts::kFamilyId;
    made.imageId = facts::kImageId;
    made.name = std::move(name);
    return made;
}

enclave::VbsReport reportFor(ByteView identity, const AttestFaults& faults)
{
    enclave::VbsReport report;
    Bytes bound(identity.begin(), identity.end());
    if (faults.has(AttestFault::kWrongKey))
        bound.back() ^= 0x02;  // the last byte of another modulus
    const crypto::Sha256Digest digest = crypto::sha256(bound);
    std::copy(digest.begin(), digest.end(), report.enclaveData.begin());
    report.ownerId = facts::kOwnerId;
    report.uniqueId = crypto::sha256(base::viewOf(enclave::kSandboxOrganization));
    report.authorId = facts::kAuthorId;
    if (faults.has(AttestFault::kWrongAuthor))
        report.authorId = facts::kOtherAuthorId;
    report.familyId = facts::kFamilyId;
    report.imageId = facts::kImageId;
    report.platformSvn = faults.has(AttestFault::kOldSvn) ? 0 : facts::kPlatformSvn;
    report.flags = faults.has(AttestFault::kDebug) ? facts::kDebugFlags : 0;
    report.modules = {module("enclave-studio-sandbox.dll"), module("software-enclave.dll")};
    return report;
}

}  // namespace

base::Result<HealthHost::Health> HealthHost::makeHealth() const
{
    const auto now = m_clock.wallClock();
    const auto shift = m_faults.has(AttestFault::kExpired) ? kLifetime + std::chrono::hours(1) : std::chrono::hours(0);
    crypto::CertificateOrder order;
    order.commonName = base::toHex(crypto::randomBytes(32));
    order.notBefore = now - kBackdated - shift;
    order.notAfter = now + kLifetime - shift;
    ES_TRY(auto key, crypto::RsaPrivateKey::generate(kHealthBits));
    ES_TRY(Bytes certificate, crypto::issueCertificate(order, key, m_root.root().certificate, m_root.root().key));
    return Health{{std::move(key), std::move(certificate)}, now + kLifetime};
}

base::Result<HealthEvidence> HealthHost::evidenceFor(ByteView identity)
{
    const Bytes statement = enclave::encodeVbsReport(reportFor(identity, m_faults));
    const base::Lock lock(m_mutex);
    if (!m_health || m_health->notAfter - m_clock.wallClock() < kRenewBefore) {
        ES_TRY(m_health, makeHealth());
    }
    ES_TRY(Bytes signature, m_health->signer.key.signPssSha256(statement));
    if (m_faults.has(AttestFault::kBadSignature))
        signature.back() ^= 0x01;
    return HealthEvidence{m_health->signer.certificate, enclave::encodeReportPackage({statement, std::move(signature)})};
}

base::Result<std::string> HealthHost::signingCertificates() const
{
    const std::array<Bytes, 1> list{m_root.root().certificate};
    ES_TRY(const Bytes pkcs7, crypto::makePkcs7(list));
    std::string body = "[";
    for (const Byte byte : pkcs7) {
        if (body.size() > 1)
            body += ',';
        body += std::to_string(byte);
    }
    return body + ']';
}

}  // namespace es::sandbox
