#include "driver/crypto/Rsa.h"

#include "driver/crypto/OpenSsl.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <climits>

namespace es::crypto {
namespace {

constexpr int kMinBits = 1024;
constexpr int kMaxBits = 16384;
constexpr int kPssSaltBytes = 32;

enum class SignatureForm { kPkcs1, kPss };

base::Error badKey(std::string text)
{
    ERR_clear_error();
    return base::makeError(kBadRsaKey, std::move(text));
}

base::Result<std::shared_ptr<EVP_PKEY>> checkRsa(std::shared_ptr<EVP_PKEY> key)
{
    if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) return badKey("The key is not an RSA key.");
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < kMinBits || bits > kMaxBits) return badKey("An RSA key of " + std::to_string(bits) + " bits is not accepted.");
    return key;
}

base::Bytes component(EVP_PKEY* key, const char* name)
{
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, name, &number);
    const BignumPtr owner(number);
    base::Bytes bytes(number != nullptr ? static_cast<std::size_t>(BN_num_bytes(number)) : 0);
    if (number != nullptr) BN_bn2bin(number, bytes.data());
    return bytes;
}

bool setForm(EVP_PKEY_CTX* context, SignatureForm form)
{
    if (form == SignatureForm::kPkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, kPssSaltBytes) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

bool verifySignature(EVP_PKEY* key, SignatureForm form, base::ByteView message, base::ByteView signature)
{
    const MdCtxPtr digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr;  // owned by digest
    const bool good = digest && EVP_DigestVerifyInit(digest.get(), &context, EVP_sha256(), nullptr, key) == 1 && setForm(context, form)
        && EVP_DigestVerify(digest.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    ERR_clear_error();
    return good;
}

base::Result<base::Bytes> makeSignature(EVP_PKEY* key, SignatureForm form, base::ByteView message)
{
    const MdCtxPtr digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr;  // owned by digest
    base::Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
    std::size_t size = signature.size();
    if (!digest || EVP_DigestSignInit(digest.get(), &context, EVP_sha256(), nullptr, key) != 1 || !setForm(context, form)
        || EVP_DigestSign(digest.get(), signature.data(), &size, message.data(), message.size()) != 1)
        return libraryError("sign with the RSA key");
    signature.resize(size);
    return signature;
}

bool setOaep(EVP_PKEY_CTX* context)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha1()) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha1()) == 1;
}

// Without this the library would ask for the password of an encrypted PEM on the terminal.
int noPassword(char*, int, int, void*) { return -1; }

}  // namespace

RsaPublicKey::RsaPublicKey(std::shared_ptr<EVP_PKEY> key) : m_key(std::move(key)) {}

base::Result<RsaPublicKey> RsaPublicKey::fromComponents(base::ByteView modulus, base::ByteView exponent)
{
    if (modulus.size() > kMaxBits / CHAR_BIT || exponent.empty() || exponent.size() > 8 || exponent.back() % 2 == 0)
        return badKey("The numbers given are no RSA public key.");
    const BignumPtr n = bignumFrom(modulus);
    const BignumPtr e = bignumFrom(exponent);
    const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1
        || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return libraryError("take an RSA public key");
    const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
    const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1
        || EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return badKey("The numbers given are no RSA public key.");
    ES_TRY(auto checked, checkRsa(shareKey(key)));
    return RsaPublicKey(std::move(checked));
}

base::Result<RsaPublicKey> RsaPublicKey::fromPem(std::string_view pem)
{
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    EVP_PKEY* key = bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, noPassword, nullptr) : nullptr;
    if (key == nullptr) return badKey("The text is no public key in PEM form.");
    ES_TRY(auto checked, checkRsa(shareKey(key)));
    return RsaPublicKey(std::move(checked));
}

base::Result<RsaPublicKey> RsaPublicKey::fromCertificate(base::ByteView der)
{
    const base::Byte* cursor = der.data();
    const X509Ptr certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
    if (!certificate || cursor != der.data() + der.size()) return badKey("The bytes are no X.509 certificate.");
    EVP_PKEY* key = X509_get_pubkey(certificate.get());
    if (key == nullptr) return badKey("The certificate has no usable public key.");
    ES_TRY(auto checked, checkRsa(shareKey(key)));
    return RsaPublicKey(std::move(checked));
}

std::size_t RsaPublicKey::modulusBytes() const { return static_cast<std::size_t>(EVP_PKEY_get_size(m_key.get())); }
base::Bytes RsaPublicKey::modulus() const { return component(m_key.get(), OSSL_PKEY_PARAM_RSA_N); }
base::Bytes RsaPublicKey::exponent() const { return component(m_key.get(), OSSL_PKEY_PARAM_RSA_E); }

std::string RsaPublicKey::pem() const
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PUBKEY(bio.get(), m_key.get()) != 1) return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

bool RsaPublicKey::verifyPkcs1Sha256(base::ByteView message, base::ByteView signature) const
{
    return verifySignature(m_key.get(), SignatureForm::kPkcs1, message, signature);
}

bool RsaPublicKey::verifyPssSha256(base::ByteView message, base::ByteView signature) const
{
    return verifySignature(m_key.get(), SignatureForm::kPss, message, signature);
}

base::Result<base::Bytes> RsaPublicKey::wrapOaep(const base::SecureBytes& key) const
{
    const PkeyCtxPtr context(EVP_PKEY_CTX_new(m_key.get(), nullptr));
    base::Bytes wrapped(modulusBytes());
    std::size_t size = wrapped.size();
    const base::ByteView plain = key.reveal(base::SecretAccess::forKeyWrap());
    if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 || !setOaep(context.get())
        || EVP_PKEY_encrypt(context.get(), wrapped.data(), &size, plain.data(), plain.size()) != 1)
        return libraryError("wrap a key with RSA-OAEP");
    wrapped.resize(size);
    return wrapped;
}

RsaPrivateKey::RsaPrivateKey(std::shared_ptr<EVP_PKEY> key) : m_key(std::move(key)) {}

base::Result<RsaPrivateKey> RsaPrivateKey::adopt(std::shared_ptr<EVP_PKEY> key)
{
    ES_TRY(auto checked, checkRsa(std::move(key)));
    BIGNUM* secret = nullptr;
    EVP_PKEY_get_bn_param(checked.get(), OSSL_PKEY_PARAM_RSA_D, &secret);
    const BignumPtr owner(secret);
    if (!owner) return badKey("The RSA key has no private part.");
    return RsaPrivateKey(std::move(checked));
}

base::Result<RsaPrivateKey> RsaPrivateKey::generate(int bits)
{
    if (bits != 2048 && bits != 3072 && bits != 4096)
        return base::makeError(kBadRsaKey, "A master key has 2048, 3072 or 4096 bits, not " + std::to_string(bits) + ".", "bits",
            "Choose one of these sizes.");
    EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
    if (key == nullptr) return libraryError("make an RSA key");
    return RsaPrivateKey(shareKey(key));
}

base::Result<RsaPrivateKey> RsaPrivateKey::fromPem(base::ByteView pem)
{
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    EVP_PKEY* key = bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassword, nullptr) : nullptr;
    if (key == nullptr) return badKey("The text is no private key in PEM form, or it has a password.");
    return adopt(shareKey(key));
}

RsaPublicKey RsaPrivateKey::publicKey() const { return RsaPublicKey(m_key); }
std::size_t RsaPrivateKey::modulusBytes() const { return static_cast<std::size_t>(EVP_PKEY_get_size(m_key.get())); }

base::Result<base::Bytes> RsaPrivateKey::signPkcs1Sha256(base::ByteView message) const
{
    return makeSignature(m_key.get(), SignatureForm::kPkcs1, message);
}

base::Result<base::Bytes> RsaPrivateKey::signPssSha256(base::ByteView message) const
{
    return makeSignature(m_key.get(), SignatureForm::kPss, message);
}

base::Result<base::SecureBytes> RsaPrivateKey::unwrapOaep(base::ByteView wrapped) const
{
    const PkeyCtxPtr context(EVP_PKEY_CTX_new(m_key.get(), nullptr));
    base::SecureBytes plain(modulusBytes());
    std::size_t size = plain.size();
    base::Byte* const target = plain.revealMutable(base::SecretAccess::forKeyWrap()).data();
    if (!context || EVP_PKEY_decrypt_init(context.get()) != 1 || !setOaep(context.get())
        || EVP_PKEY_decrypt(context.get(), target, &size, wrapped.data(), wrapped.size()) != 1) {
        ERR_clear_error();
        return base::makeError(kCekUnwrap, "RSA-OAEP could not unwrap the key.");
    }
    plain.resize(size);
    return plain;
}

}  // namespace es::crypto
