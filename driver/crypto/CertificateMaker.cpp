#include "driver/crypto/CertificateMaker.h"

#include "driver/crypto/Hash.h"
#include "driver/crypto/OpenSsl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

namespace es::crypto {
namespace {

using std::chrono::system_clock;

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, base::OpenSslFree<X509_EXTENSION_free>>;
using Pkcs7Ptr = std::unique_ptr<PKCS7, base::OpenSslFree<PKCS7_free>>;

constexpr std::size_t kSerialBytes = 16;
constexpr long kVersion3 = 2;  // X.509 counts from 0

base::Error noCertificate(std::string text)
{
    ERR_clear_error();
    return base::makeError(kBadCertificate, std::move(text));
}

X509Ptr parse(base::ByteView der)
{
    const base::Byte* cursor = der.data();
    X509Ptr certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
    return certificate && cursor == der.data() + der.size() ? std::move(certificate) : nullptr;
}

base::Result<base::Bytes> derOf(X509* certificate)
{
    const int size = i2d_X509(certificate, nullptr);
    base::Bytes der(size > 0 ? static_cast<std::size_t>(size) : 0);
    base::Byte* cursor = der.data();
    if (size <= 0 || i2d_X509(certificate, &cursor) != size) return libraryError("write a certificate");
    return der;
}

bool setSerial(X509* certificate)
{
    base::Bytes bytes = randomBytes(kSerialBytes);
    bytes[0] = static_cast<base::Byte>((bytes[0] & 0x7F) | 0x40);  // positive, and never short
    const BignumPtr number = bignumFrom(bytes);
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool addName(X509_NAME* name, const char* field, const std::string& value)
{
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
}

bool addExtension(X509* certificate, X509* issuer, int nid, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Everything but issuer, extensions and signature.
X509Ptr newCertificate(const CertificateOrder& order, EVP_PKEY* key)
{
    X509Ptr certificate(X509_new());
    X509* raw = certificate.get();
    if (!certificate || order.commonName.empty() || X509_set_version(raw, kVersion3) != 1 || !setSerial(raw)) return nullptr;
    X509_NAME* subject = X509_get_subject_name(raw);
    if (!order.organization.empty() && !addName(subject, "O", order.organization)) return nullptr;
    const bool filled = addName(subject, "CN", order.commonName) && X509_set_pubkey(raw, key) == 1
        && ASN1_TIME_set(X509_getm_notBefore(raw), system_clock::to_time_t(order.notBefore)) != nullptr
        && ASN1_TIME_set(X509_getm_notAfter(raw), system_clock::to_time_t(order.notAfter)) != nullptr;
    return filled ? std::move(certificate) : nullptr;
}

}  // namespace

base::Result<base::Bytes> makeRootCertificate(const CertificateOrder& order, const RsaPrivateKey& key)
{
    ERR_clear_error();
    const X509Ptr root = newCertificate(order, key.handle());
    X509* raw = root.get();
    const bool made = root && X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1
        && addExtension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && addExtension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign")
        && addExtension(raw, raw, NID_subject_key_identifier, "hash") && X509_sign(raw, key.handle(), EVP_sha256()) != 0;
    if (!made) return libraryError("make a root certificate");
    return derOf(raw);
}

base::Result<base::Bytes> issueCertificate(const CertificateOrder& order, const RsaPrivateKey& key, base::ByteView issuerDer,
                                           const RsaPrivateKey& issuerKey)
{
    ERR_clear_error();
    const X509Ptr issuer = parse(issuerDer);
    if (!issuer) return noCertificate("The issuer's certificate cannot be read.");
    const X509Ptr issued = newCertificate(order, key.handle());
    X509* raw = issued.get();
    const bool made = issued && X509_set_issuer_name(raw, X509_get_subject_name(issuer.get())) == 1
        && addExtension(raw, issuer.get(), NID_basic_constraints, "critical,CA:FALSE")
        && addExtension(raw, issuer.get(), NID_key_usage, "critical,digitalSignature")
        && addExtension(raw, issuer.get(), NID_subject_key_identifier, "hash")
        && addExtension(raw, issuer.get(), NID_authority_key_identifier, "keyid")
        && X509_sign(raw, issuerKey.handle(), EVP_sha256()) != 0;
    if (!made) return libraryError("issue a certificate");
    return derOf(raw);
}

base::Result<base::Bytes> makePkcs7(std::span<const base::Bytes> certificates)
{
    ERR_clear_error();
    const Pkcs7Ptr list(PKCS7_new());
    if (!list || PKCS7_set_type(list.get(), NID_pkcs7_signed) != 1 || PKCS7_content_new(list.get(), NID_pkcs7_data) != 1)
        return libraryError("make a list of certificates");
    for (const base::Bytes& der : certificates) {
        const X509Ptr certificate = parse(der);
        if (!certificate) return noCertificate("A certificate for the list cannot be read.");
        if (PKCS7_add_certificate(list.get(), certificate.get()) != 1) return libraryError("add to a list of certificates");
    }
    const int size = i2d_PKCS7(list.get(), nullptr);
    base::Bytes der(size > 0 ? static_cast<std::size_t>(size) : 0);
    base::Byte* cursor = der.data();
    if (size <= 0 || i2d_PKCS7(list.get(), &cursor) != size) return libraryError("write a list of certificates");
    return der;
}

std::string certificatePem(base::ByteView der)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio(bio.get(), PEM_STRING_X509, "", der.data(), static_cast<long>(der.size())) <= 0) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

base::Result<base::Bytes> certificateDerFromPem(std::string_view pem)
{
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const X509Ptr certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!certificate) return noCertificate("The text holds no certificate in PEM form.");
    return derOf(certificate.get());
}

base::Result<base::SecureBytes> privateKeyPem(const RsaPrivateKey& key)
{
    const BioPtr bio(BIO_new(BIO_s_secmem()));
    if (!bio || PEM_write_bio_PrivateKey(bio.get(), key.handle(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return libraryError("write a private key");
    char* text = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio.get(), &text));
    base::SecureBytes pem(base::viewOf({text, size}));
    base::scrub(text, size);
    return pem;
}

}  // namespace es::crypto
