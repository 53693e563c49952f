#include "driver/tls/ServerCertificate.h"

#include "driver/base/Clock.h"
#include "driver/tls/SslHandles.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

namespace es::tls {
namespace {

using std::chrono::system_clock;

constexpr auto kOneDay = std::chrono::hours(24);
constexpr auto kTenYears = kOneDay * 3652;
constexpr std::size_t kSerialBytes = 16;
constexpr long kVersion3 = 2;  // X.509 counts from 0

base::Error failure(std::string what)
{
    base::Error error
        = base::makeError(kTlsBadCertificate, "A certificate could not be made: " + std::move(what) + base::openSslReason() + ".",
            "certificate", "Check the names and addresses that the certificate shall carry.");
    return error;
}

struct Validity {
    system_clock::time_point from;
    system_clock::time_point to;
};

bool setSerial(X509* certificate)
{
    std::array<unsigned char, kSerialBytes> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        return false;
    bytes[0] &= 0x7F;  // positive
    bytes[0] |= 0x40;  // and never short
    const std::unique_ptr<BIGNUM, base::OpenSslFree<BN_free>> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool addToName(X509_NAME* name, const char* field, const std::string& value)
{
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
}

bool setName(X509_NAME* name, const std::string& organization, const std::string& commonName)
{
    return (organization.empty() || addToName(name, "O", organization)) && addToName(name, "CN", commonName);
}

bool addExtension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, base::OpenSslFree<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Everything but extensions and signature. Issuer null: self-signed.
X509Ptr newCertificate(const std::string& organization, const std::string& commonName, EVP_PKEY* key, X509* issuer, const Validity& validity)
{
    X509Ptr certificate(X509_new());
    if (!certificate || X509_set_version(certificate.get(), kVersion3) != 1 || !setSerial(certificate.get())
        || !setName(X509_get_subject_name(certificate.get()), organization, commonName))
        return nullptr;
    X509* namedIssuer = issuer != nullptr ? issuer : certificate.get();
    if (X509_set_issuer_name(certificate.get(), X509_get_subject_name(namedIssuer)) != 1 || X509_set_pubkey(certificate.get(), key) != 1
        || ASN1_TIME_set(X509_getm_notBefore(certificate.get()), system_clock::to_time_t(validity.from)) == nullptr
        || ASN1_TIME_set(X509_getm_notAfter(certificate.get()), system_clock::to_time_t(validity.to)) == nullptr)
        return nullptr;
    return certificate;
}

X509Ptr makeAuthority(const CertificateRequest& request, EVP_PKEY* key, const Validity& validity)
{
    X509Ptr authority = newCertificate(request.issuerOrganization, request.issuerName, key, nullptr, validity);
    X509* raw = authority.get();
    const bool made = authority && addExtension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && addExtension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign")
        && addExtension(raw, raw, NID_subject_key_identifier, "hash") && X509_sign(raw, key, EVP_sha256()) != 0;
    return made ? std::move(authority) : nullptr;
}

X509Ptr makeLeaf(const CertificateRequest& request, const std::string& alternativeNames, EVP_PKEY* key, X509* authority,
    EVP_PKEY* authorityKey, const Validity& validity)
{
    X509Ptr leaf = newCertificate({}, request.commonName, key, authority, validity);
    X509* raw = leaf.get();
    const bool made = leaf && addExtension(raw, authority, NID_basic_constraints, "critical,CA:FALSE")
        && addExtension(raw, authority, NID_key_usage, "critical,digitalSignature")
        && addExtension(raw, authority, NID_ext_key_usage, "serverAuth") && addExtension(raw, authority, NID_subject_key_identifier, "hash")
        && addExtension(raw, authority, NID_authority_key_identifier, "keyid")
        && addExtension(raw, authority, NID_subject_alt_name, alternativeNames) && X509_sign(raw, authorityKey, EVP_sha256()) != 0;
    return made ? std::move(leaf) : nullptr;
}

// "DNS:a,IP:b" as OpenSSL's configuration language has it; a comma in a name would begin another entry.
base::Result<std::string> alternativeNamesOf(const CertificateRequest& request)
{
    std::string text;
    const auto add = [&](const char* kind, const std::string& value) {
        if (value.empty() || value.find_first_of(",\n\r@") != std::string::npos)
            return false;
        if (!text.empty())
            text += ',';
        text.append(kind).append(value);
        return true;
    };
    for (const std::string& name : request.dnsNames)
        if (!add("DNS:", name))
            return failure("a name is not a host name");
    for (const std::string& address : request.ipAddresses)
        if (!add("IP:", address))
            return failure("an address is not an IP address");
    if (text.empty())
        return failure("it needs a name or an address");
    return text;
}

std::string pemOf(X509* certificate)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    char* data = nullptr;
    if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1)
        return {};
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

base::SecureBytes pemOf(EVP_PKEY* key)
{
    const BioPtr bio(BIO_new(BIO_s_secmem()));
    char* data = nullptr;
    if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    const long size = BIO_get_mem_data(bio.get(), &data);
    base::SecureBytes pem(base::viewOf({data, static_cast<std::size_t>(size)}));
    base::scrub(data, static_cast<std::size_t>(size));
    return pem;
}

}  // namespace

base::Result<ServerCertificate> makeServerCertificate(const CertificateRequest& request)
{
    ERR_clear_error();
    ES_TRY(const std::string names, alternativeNamesOf(request));
    const PkeyPtr authorityKey = base::newEcKey("P-256");
    const PkeyPtr key = base::newEcKey("P-256");
    if (!authorityKey || !key)
        return failure("no key");
    const Validity validity{request.notBefore, request.notAfter};
    const X509Ptr authority = makeAuthority(request, authorityKey.get(), validity);
    if (!authority)
        return failure("no authority");
    const X509Ptr leaf = makeLeaf(request, names, key.get(), authority.get(), authorityKey.get(), validity);
    if (!leaf)
        return failure("no server certificate");
    ServerCertificate made;
    made.authorityPem = pemOf(authority.get());
    made.certificatePem = pemOf(leaf.get()) + made.authorityPem;
    made.privateKeyPem = pemOf(key.get());
    if (made.authorityPem.empty() || made.privateKeyPem.empty())
        return failure("no PEM text");
    return made;
}

base::Result<ServerCertificate> makeServerCertificate()
{
    CertificateRequest request;
    const system_clock::time_point now = base::Clock::system().wallClock();
    request.notBefore = now - kOneDay;
    request.notAfter = now + kTenYears;
    return makeServerCertificate(request);
}

std::string organizationOf(std::string_view certificatePem)
{
    const BioPtr bio(BIO_new_mem_buf(certificatePem.data(), static_cast<int>(certificatePem.size())));
    const X509Ptr certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    ERR_clear_error();
    if (!certificate)
        return {};
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    const int at = X509_NAME_get_index_by_NID(subject, NID_organizationName, -1);
    unsigned char* text = nullptr;
    const int size = at < 0 ? -1 : ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (size < 0)
        return {};
    std::string organization(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return organization;
}

}  // namespace es::tls
