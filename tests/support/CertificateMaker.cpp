#include "tests/support/CertificateMaker.h"

#include "driver/base/OpenSslHandles.h"

#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdlib>

namespace es::testing {
namespace {

using base::BioPtr;
using base::PkeyPtr;
using base::X509Ptr;

// A test that cannot make its material ends here.
void must(bool done)
{
    if (!done) std::abort();
}

std::string pemOf(EVP_PKEY* key)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

PkeyPtr keyOf(const std::string& pem)
{
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    must(key != nullptr);
    return key;
}

void addName(X509_NAME* name, const char* field, const std::string& text)
{
    if (text.empty()) return;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    must(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, static_cast<int>(text.size()), -1, 0) == 1);
}

void addExtension(X509* certificate, int nid, const std::string& value)
{
    if (value.empty()) return;
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

X509Ptr certificateOf(const base::Bytes& der)
{
    const unsigned char* cursor = der.data();
    X509Ptr certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
    must(certificate != nullptr);
    return certificate;
}

template <class T>
base::Bytes derOf(T* object, int (*write)(const T*, unsigned char**))
{
    unsigned char* der = nullptr;
    const int size = write(object, &der);
    must(size > 0);
    base::Bytes bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

}  // namespace

std::string newRsaKeyPem(unsigned bits) { return pemOf(PkeyPtr(EVP_RSA_gen(bits)).get()); }
std::string newEcKeyPem(const char* curve) { return pemOf(base::newEcKey(curve).get()); }

base::Bytes makeCertificate(const CertificatePlan& plan)
{
    const PkeyPtr key = keyOf(plan.keyPem);
    const PkeyPtr issuerKey = keyOf(plan.issuerKeyPem.empty() ? plan.keyPem : plan.issuerKeyPem);
    const X509Ptr certificate(X509_new());
    must(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    std::uint32_t serial = 0;
    must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1);
    must(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial) == 1);
    addName(X509_get_subject_name(certificate.get()), "CN", plan.commonName);
    addName(X509_get_subject_name(certificate.get()), "O", plan.organization);
    X509_NAME* const issuer = X509_get_issuer_name(certificate.get());
    addName(issuer, "CN", plan.issuerName.empty() ? plan.commonName : plan.issuerName);
    addName(issuer, "O", plan.issuerName.empty() ? plan.organization : plan.issuerOrganization);
    using Clock = std::chrono::system_clock;
    must(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), Clock::to_time_t(plan.notBefore)) != nullptr);
    must(ASN1_TIME_set(X509_getm_notAfter(certificate.get()), Clock::to_time_t(plan.notAfter)) != nullptr);
    must(X509_set_pubkey(certificate.get(), key.get()) == 1);
    addExtension(certificate.get(), NID_basic_constraints, plan.basicConstraints);
    addExtension(certificate.get(), NID_key_usage, plan.keyUsage);
    must(X509_sign(certificate.get(), issuerKey.get(), EVP_get_digestbyname(plan.digest)) > 0);
    return derOf<X509>(certificate.get(), i2d_X509);
}

base::Bytes makePkcs7(const std::vector<base::Bytes>& certificates, const std::string& signerKeyPem)
{
    PKCS7* const list = PKCS7_new();
    must(PKCS7_set_type(list, NID_pkcs7_signed) == 1 && PKCS7_content_new(list, NID_pkcs7_data) == 1);
    for (const base::Bytes& der : certificates)
        must(PKCS7_add_certificate(list, certificateOf(der).get()) == 1);
    if (!signerKeyPem.empty()) {
        const PkeyPtr key = keyOf(signerKeyPem);
        must(PKCS7_add_signature(list, certificateOf(certificates.front()).get(), key.get(), EVP_sha256()) != nullptr);
        const BioPtr content(PKCS7_dataInit(list, nullptr));
        must(content && BIO_write(content.get(), "text", 4) == 4 && BIO_flush(content.get()) == 1);
        must(PKCS7_dataFinal(list, content.get()) == 1);
    }
    base::Bytes bytes = derOf<PKCS7>(list, i2d_PKCS7);
    PKCS7_free(list);
    return bytes;
}

}  // namespace es::testing
