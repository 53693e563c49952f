// What an attestation service publishes: certificates and lists of them.
#include "Fuzz.h"
#include "driver/crypto/Certificate.h"

#include <algorithm>

using namespace es;

namespace {

void lookAt(const crypto::Certificate& certificate)
{
    const base::Bytes der = certificate.der();
    const auto again = crypto::Certificate::fromDer(der);
    ES_HOLDS(again && again->fingerprint() == certificate.fingerprint() && again->subject() == certificate.subject());
    ES_HOLDS(crypto::Certificate::fromPem(certificate.pem()).has_value());
    ES_HOLDS(certificate.isSelfSigned() == certificate.isSignedBy(certificate));
    (void)certificate.issuer();
    (void)certificate.organization();
    (void)certificate.isAuthority();
    (void)certificate.maySign();
    (void)certificate.notBefore();
    (void)certificate.notAfter();
    (void)certificate.rsaKey();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const base::ByteView bytes(data, size);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto certificate = crypto::Certificate::fromDer(bytes)) {
        const base::Bytes der = certificate->der();
        ES_HOLDS(std::equal(der.begin(), der.end(), bytes.begin(), bytes.end()));
        lookAt(*certificate);
    }
    constexpr std::size_t kMaxCount = 8;
    for (const auto& list : {crypto::certificatesFromPkcs7(bytes, kMaxCount), crypto::certificatesFromPem(text, kMaxCount)}) {
        if (!list) continue;
        ES_HOLDS(!list->empty() && list->size() <= kMaxCount);
        for (const auto& certificate : *list)
            lookAt(certificate);
    }
    return 0;
}
