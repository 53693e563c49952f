#include "driver/crypto/Pkcs12.h"

#include "driver/base/Utf16.h"
#include "driver/crypto/OpenSsl.h"

#include <openssl/err.h>
#include <openssl/pkcs12err.h>

#include <algorithm>

namespace es::crypto {
namespace {

// Both for the encryption (PBKDF2, HMAC-SHA256) and for the file's own MAC: what slows down guessing of passwords.
constexpr int kIterations = 200'000;
constexpr std::size_t kMaxCommonNameChars = 64;  // RFC 5280, ub-common-name
constexpr std::size_t kMaxFileBytes = 1 << 20;

// A password with the NUL that the library wants.
class CPassword {
public:
    explicit CPassword(base::ByteView password) : m_bytes(password) { m_bytes.append(base::ByteView(&kNul, 1)); }
    [[nodiscard]] const char* text() const
    {
        return reinterpret_cast<const char*>(m_bytes.reveal(base::SecretAccess::forKeyWrap()).data());
    }

private:
    static constexpr base::Byte kNul = 0;
    base::SecureBytes m_bytes;
};

base::Error badFile(std::string what)
{
    ERR_clear_error();
    return base::makeError(kPkcs12Format, std::move(what));
}

// Why the library did not open the file: its MAC tells a wrong password from anything else.
base::Error unopened()
{
    const unsigned long reason = ERR_peek_last_error();
    if (ERR_GET_LIB(reason) != ERR_LIB_PKCS12 || ERR_GET_REASON(reason) != PKCS12_R_MAC_VERIFY_FAILURE)
        return badFile("The key file is damaged, or protected by an algorithm that is no longer supported.");
    ERR_clear_error();
    return base::makeError(kPkcs12Password, "The password does not open the key file.", "password", "Enter the password of this key file.");
}

base::Bytes derOf(X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = certificate != nullptr ? i2d_X509(certificate, &der) : 0;
    base::Bytes bytes(der, der + std::max(size, 0));
    OPENSSL_free(der);
    return bytes;
}

std::string friendlyNameOf(X509* certificate)
{
    int size = 0;
    const unsigned char* name = certificate != nullptr ? X509_alias_get0(certificate, &size) : nullptr;
    return name != nullptr ? std::string(reinterpret_cast<const char*>(name), static_cast<std::size_t>(size)) : std::string();
}

// At most so many characters, never half of one.
std::string firstChars(std::string_view utf8, std::size_t count)
{
    std::size_t offset = 0;
    while (offset < utf8.size() && count-- > 0)
        offset += base::codePointAt(utf8, offset).sizeBytes;
    return std::string(utf8.substr(0, offset));
}

bool setTime(ASN1_TIME* target, std::chrono::system_clock::time_point time)
{
    return ASN1_TIME_set(target, std::chrono::system_clock::to_time_t(time)) != nullptr;
}

bool setSerial(X509* certificate)
{
    const BignumPtr serial(BN_new());  // positive and at most 20 bytes, as RFC 5280 wants it
    return serial && BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
        && BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

X509Ptr selfSigned(EVP_PKEY* key, const CertificateFacts& facts)
{
    X509Ptr certificate(X509_new());
    if (!certificate) return nullptr;
    const std::string name = firstChars(facts.commonName, kMaxCommonNameChars);
    const auto* const nameBytes = reinterpret_cast<const unsigned char*>(name.data());
    X509_NAME* const subject = X509_get_subject_name(certificate.get());
    const bool done = X509_set_version(certificate.get(), X509_VERSION_3) == 1 && setSerial(certificate.get())
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, nameBytes, static_cast<int>(name.size()), -1, 0) == 1
        && X509_set_issuer_name(certificate.get(), subject) == 1 && setTime(X509_getm_notBefore(certificate.get()), facts.notBefore)
        && setTime(X509_getm_notAfter(certificate.get()), facts.notAfter) && X509_set_pubkey(certificate.get(), key) == 1
        && X509_sign(certificate.get(), key, EVP_sha256()) != 0;
    return done ? std::move(certificate) : nullptr;
}

}  // namespace

base::Result<Pkcs12Contents> readPkcs12(base::ByteView file, base::ByteView password)
{
    if (file.size() > kMaxFileBytes) return badFile("The file is too large for a key file.");
    const base::Byte* cursor = file.data();
    const Pkcs12Ptr pkcs12(d2i_PKCS12(nullptr, &cursor, static_cast<long>(file.size())));
    if (!pkcs12) return badFile("The file is not a PKCS#12 key file.");
    const CPassword secret(password);
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    ERR_clear_error();
    if (PKCS12_parse(pkcs12.get(), secret.text(), &key, &certificate, nullptr) != 1) return unopened();
    const X509Ptr certificateOwner(certificate);
    if (key == nullptr) return badFile("The key file holds no private key.");
    ES_TRY(RsaPrivateKey rsa, RsaPrivateKey::adopt(shareKey(key)));
    return Pkcs12Contents{std::move(rsa), derOf(certificate), friendlyNameOf(certificate)};
}

base::Result<base::Bytes> writePkcs12(const RsaPrivateKey& key, const CertificateFacts& facts, base::ByteView password)
{
    const X509Ptr certificate = selfSigned(key.handle(), facts);
    if (!certificate) return libraryError("make a certificate");
    const CPassword secret(password);
    constexpr int kNoMacYet = -1;
    const Pkcs12Ptr pkcs12(PKCS12_create(secret.text(), facts.commonName.c_str(), key.handle(), certificate.get(), nullptr, NID_aes_256_cbc,
        NID_aes_256_cbc, kIterations, kNoMacYet, 0));
    if (!pkcs12 || PKCS12_set_mac(pkcs12.get(), secret.text(), -1, nullptr, 0, kIterations, EVP_sha256()) != 1)
        return libraryError("write a key file");
    unsigned char* der = nullptr;
    const int size = i2d_PKCS12(pkcs12.get(), &der);
    if (size <= 0) return libraryError("write a key file");
    base::Bytes file(der, der + size);
    OPENSSL_free(der);
    return file;
}

}  // namespace es::crypto
