#include "driver/crypto/Certificate.h"

#include "driver/crypto/Hash.h"
#include "driver/crypto/OpenSsl.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>

namespace es::crypto {
namespace {

using Pkcs7Ptr = std::unique_ptr<PKCS7, base::OpenSslFree<PKCS7_free>>;
using std::chrono::system_clock;

constexpr std::size_t kMaxCertificateBytes = 64 * 1024;
constexpr std::size_t kMaxListBytes = 4 * 1024 * 1024;

base::Error badCertificate(std::string text)
{
    ERR_clear_error();
    return base::makeError(kBadCertificate, std::move(text));
}

base::Bytes derOf(X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    base::Bytes bytes(der, der + std::max(size, 0));
    OPENSSL_free(der);
    return bytes;
}

// Certificates may end in the year 9999, the clock's type in 2262: what lies beyond counts as its end.
system_clock::time_point timeOf(const ASN1_TIME* time)
{
    using namespace std::chrono;
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    const sys_days day = year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday;
    const seconds since = day.time_since_epoch() + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec};
    const auto limit = duration_cast<seconds>(system_clock::duration::max()) - hours{24};
    return system_clock::time_point(duration_cast<system_clock::duration>(std::clamp<seconds>(since, -limit, limit)));
}

std::string textOf(const X509_NAME* name)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    // Control characters stay escaped, other scripts readable.
    constexpr unsigned long kForm = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
    if (!bio || X509_NAME_print_ex(bio.get(), name, 0, kForm) < 0) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

// RSA (both paddings) and EC, with SHA-2.
bool isStrongSignature(const X509* certificate)
{
    int digest = NID_undef;
    int key = NID_undef;
    if (X509_get_signature_info(const_cast<X509*>(certificate), &digest, &key, nullptr, nullptr) != 1) return false;  // NOLINT: it only fills its cache
    const bool strongDigest = digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
    return strongDigest && (key == NID_rsaEncryption || key == NID_rsassaPss || key == NID_X9_62_id_ecPublicKey);
}

std::shared_ptr<X509> share(X509* certificate) { return {certificate, base::OpenSslFree<X509_free>{}}; }

// Without this the library would ask for the password of an encrypted PEM on the terminal.
int noPassword(char*, int, int, void*) { return -1; }

}  // namespace

Certificate::Certificate(std::shared_ptr<X509> handle) : m_handle(std::move(handle)) {}

base::Result<Certificate> Certificate::fromDer(base::ByteView der)
{
    if (der.empty() || der.size() > kMaxCertificateBytes) return badCertificate("The bytes are no X.509 certificate.");
    const base::Byte* cursor = der.data();
    auto handle = share(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
    if (!handle || cursor != der.data() + der.size()) return badCertificate("The bytes are no X.509 certificate.");
    // The library reads some BER as well: only what it would write itself is DER.
    const base::Bytes again = derOf(handle.get());
    if (!std::equal(again.begin(), again.end(), der.begin(), der.end())) return badCertificate("The certificate is not in DER.");
    std::tm parts{};
    if (ASN1_TIME_to_tm(X509_get0_notBefore(handle.get()), &parts) != 1 || ASN1_TIME_to_tm(X509_get0_notAfter(handle.get()), &parts) != 1)
        return badCertificate("The certificate's validity cannot be read.");
    X509_check_ca(handle.get());  // fills the library's cache of extensions once, here
    ERR_clear_error();
    return Certificate(std::move(handle));
}

base::Result<Certificate> Certificate::fromPem(std::string_view pem)
{
    if (pem.size() > kMaxListBytes) return badCertificate("The text is too large for a certificate.");
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const X509Ptr read(bio ? PEM_read_bio_X509(bio.get(), nullptr, noPassword, nullptr) : nullptr);
    if (!read) return badCertificate("The text is no certificate in PEM form.");
    return fromDer(derOf(read.get()));
}

base::Bytes Certificate::der() const { return derOf(m_handle.get()); }

std::string Certificate::pem() const
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), m_handle.get()) != 1) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string Certificate::subject() const { return textOf(X509_get_subject_name(m_handle.get())); }
std::string Certificate::issuer() const { return textOf(X509_get_issuer_name(m_handle.get())); }

std::string Certificate::organization() const
{
    const X509_NAME* name = X509_get_subject_name(m_handle.get());
    const int index = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
    if (index < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (size < 0) return {};
    std::string organization(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return organization;
}

std::string Certificate::fingerprint() const { return base::toHex(sha256(der())); }
system_clock::time_point Certificate::notBefore() const { return timeOf(X509_get0_notBefore(m_handle.get())); }
system_clock::time_point Certificate::notAfter() const { return timeOf(X509_get0_notAfter(m_handle.get())); }

bool Certificate::isAuthority() const
{
    const std::uint32_t flags = X509_get_extension_flags(m_handle.get());
    if ((flags & EXFLAG_INVALID) != 0 || (flags & EXFLAG_CA) == 0) return false;
    return (flags & EXFLAG_KUSAGE) == 0 || (X509_get_key_usage(m_handle.get()) & KU_KEY_CERT_SIGN) != 0;
}

bool Certificate::maySign() const
{
    const std::uint32_t flags = X509_get_extension_flags(m_handle.get());
    if ((flags & EXFLAG_INVALID) != 0) return false;
    return (flags & EXFLAG_KUSAGE) == 0 || (X509_get_key_usage(m_handle.get()) & KU_DIGITAL_SIGNATURE) != 0;
}

bool Certificate::isSelfSigned() const { return isSignedBy(*this); }

bool Certificate::isSignedBy(const Certificate& issuer) const
{
    if (X509_NAME_cmp(X509_get_issuer_name(m_handle.get()), X509_get_subject_name(issuer.m_handle.get())) != 0) return false;
    if (!isStrongSignature(m_handle.get())) return false;
    EVP_PKEY* key = X509_get0_pubkey(issuer.m_handle.get());
    const bool good = key != nullptr && X509_verify(m_handle.get(), key) == 1;
    ERR_clear_error();
    return good;
}

base::Result<RsaPublicKey> Certificate::rsaKey() const { return RsaPublicKey::fromCertificate(der()); }

base::Result<std::vector<Certificate>> certificatesFromPkcs7(base::ByteView der, std::size_t maxCount)
{
    if (der.empty() || der.size() > kMaxListBytes) return badCertificate("The bytes are no list of certificates (PKCS#7).");
    const base::Byte* cursor = der.data();
    const Pkcs7Ptr list(d2i_PKCS7(nullptr, &cursor, static_cast<long>(der.size())));
    if (!list || cursor != der.data() + der.size() || !PKCS7_type_is_signed(list.get()) || list->d.sign == nullptr)
        return badCertificate("The bytes are no list of certificates (PKCS#7).");
    const STACK_OF(X509)* const stack = list->d.sign->cert;
    const int count = stack != nullptr ? sk_X509_num(stack) : 0;
    if (count <= 0) return badCertificate("The list holds no certificate.");
    if (static_cast<std::size_t>(count) > maxCount) return badCertificate("The list holds more than " + std::to_string(maxCount) + " certificates.");
    std::vector<Certificate> certificates;
    for (int i = 0; i < count; ++i) {
        ES_TRY(Certificate certificate, Certificate::fromDer(derOf(sk_X509_value(stack, i))));
        certificates.push_back(std::move(certificate));
    }
    return certificates;
}

base::Result<std::vector<Certificate>> certificatesFromPem(std::string_view pem, std::size_t maxCount)
{
    if (pem.size() > kMaxListBytes) return badCertificate("The text is too large for a list of certificates.");
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::vector<Certificate> certificates;
    while (bio) {
        const X509Ptr read(PEM_read_bio_X509(bio.get(), nullptr, noPassword, nullptr));
        if (!read) break;
        if (certificates.size() == maxCount) return badCertificate("The text holds more than " + std::to_string(maxCount) + " certificates.");
        ES_TRY(Certificate certificate, Certificate::fromDer(derOf(read.get())));
        certificates.push_back(std::move(certificate));
    }
    // The end of the text shows as "no start line"; anything else is a certificate that cannot be read.
    const unsigned long reason = ERR_peek_last_error();
    const bool atEnd = ERR_GET_LIB(reason) == ERR_LIB_PEM && ERR_GET_REASON(reason) == PEM_R_NO_START_LINE;
    if (!atEnd) return badCertificate("A certificate in the text cannot be read.");
    if (certificates.empty()) return badCertificate("The text holds no certificate.");
    ERR_clear_error();
    return certificates;
}

}  // namespace es::crypto
