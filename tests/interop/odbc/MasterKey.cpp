#include "MasterKey.h"

#include <algorithm>
#include <codecvt>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <locale>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdexcept>

namespace {

using Utf16 = std::wstring_convert<std::codecvt_utf8_utf16<char16_t>, char16_t>;

void check(bool good, const std::string& what)
{
    if (!good) throw std::runtime_error(what);
}

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    check(value != nullptr, std::string(name) + " is not set");
    return value;
}

std::string metadataText(std::string_view provider, const std::string& path)
{
    std::string text = std::string(provider) + path + "true";
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::u16string wide = widened(text);
    return {reinterpret_cast<const char*>(wide.data()), wide.size() * 2};
}

const unsigned char* bytes(std::string_view s)
{
    return reinterpret_cast<const unsigned char*>(s.data());
}

// One way through RSA-OAEP; `direction` initialises, `work` does it.
template <class Init, class Work> std::string oaep(EVP_PKEY* key, std::string_view in, Init init, Work work)
{
    std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
    size_t length = 0;
    check(init(context.get()) > 0 && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) > 0, "RSA-OAEP cannot be set up");
    check(work(context.get(), nullptr, &length, bytes(in), in.size()) > 0, "RSA-OAEP failed");
    std::string out(length, '\0');
    check(work(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, bytes(in), in.size()) > 0,
        "RSA-OAEP failed: not this master key");
    out.resize(length);
    return out;
}

} // namespace

std::u16string widened(std::string_view utf8)
{
    return Utf16().from_bytes(utf8.data(), utf8.data() + utf8.size());
}

std::string narrowed(std::u16string_view utf16)
{
    return Utf16().to_bytes(utf16.data(), utf16.data() + utf16.size());
}

std::string hex(std::string_view in)
{
    std::string out = "0x";
    for (const unsigned char c : in) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", c);
        out += digits;
    }
    return out;
}

MasterKey::MasterKey(const std::string& path)
    : m_path(path)
    , m_key(nullptr, EVP_PKEY_free)
{
    const std::string name = environment("ES_KEY_FOLDER") + "/" + path + ".p12";
    std::string password;
    std::ifstream(environment("ES_KEY_PASSWORD_FILE")) >> password;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(name.c_str(), "rb"), std::fclose);
    check(file != nullptr, name + " is missing");
    std::unique_ptr<PKCS12, void (*)(PKCS12*)> store(d2i_PKCS12_fp(file.get(), nullptr), PKCS12_free);
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    check(store && PKCS12_parse(store.get(), password.c_str(), &key, &certificate, nullptr) == 1, name + " cannot be opened");
    X509_free(certificate);
    m_key.reset(key);
}

std::string MasterKey::wrap(std::string_view key) const
{
    const std::string secret = oaep(m_key.get(), key, EVP_PKEY_encrypt_init, EVP_PKEY_encrypt);
    std::string path = m_path;
    std::transform(path.begin(), path.end(), path.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::u16string wide = widened(path);
    std::string out(1, '\1');
    for (const size_t length : {wide.size() * 2, secret.size()}) {
        out += static_cast<char>(length & 0xff);
        out += static_cast<char>(length >> 8);
    }
    out.append(reinterpret_cast<const char*>(wide.data()), wide.size() * 2);
    out += secret;
    return out + sign(out);
}

std::string MasterKey::unwrap(std::string_view wrapped) const
{
    const auto word = [&](size_t at) { return size_t(bytes(wrapped)[at]) | size_t(bytes(wrapped)[at + 1]) << 8; };
    check(wrapped.size() >= 5 && wrapped[0] == 1, "not a wrapped key");
    const size_t path = word(1), secret = word(3);
    check(wrapped.size() > 5 + path + secret, "a wrapped key is too short");
    check(verify(wrapped.substr(0, 5 + path + secret), wrapped.substr(5 + path + secret)),
        "the wrapped key was not signed by this master key");
    return oaep(m_key.get(), wrapped.substr(5 + path, secret), EVP_PKEY_decrypt_init, EVP_PKEY_decrypt);
}

std::string MasterKey::signMetadata(std::string_view provider) const
{
    return sign(metadataText(provider, m_path));
}

bool MasterKey::verifyMetadata(std::string_view provider, std::string_view signature) const
{
    return verify(metadataText(provider, m_path), signature);
}

std::string MasterKey::sign(std::string_view message) const
{
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    size_t length = 0;
    check(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get()) == 1
            && EVP_DigestSign(context.get(), nullptr, &length, bytes(message), message.size()) == 1,
        "signing failed");
    std::string out(length, '\0');
    check(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, bytes(message), message.size()) == 1,
        "signing failed");
    out.resize(length);
    return out;
}

bool MasterKey::verify(std::string_view message, std::string_view signature) const
{
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get()) == 1
        && EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}
