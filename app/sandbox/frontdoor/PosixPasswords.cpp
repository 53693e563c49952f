#include "app/sandbox/frontdoor/PosixPasswords.h"

#include "driver/base/Bytes.h"

#include <crypt.h>

#include <cstring>
#include <memory>

namespace es::sandbox {

namespace {

constexpr std::size_t kMaxPasswordBytes = 511; // crypt's own limit, less the end

// Empty when the system refuses. `setting`: a salt, or a hash made earlier.
std::string hashed(std::string_view password, const char* setting)
{
    if (password.size() > kMaxPasswordBytes || password.find('\0') != std::string_view::npos)
        return {};
    auto work = std::make_unique<crypt_data>();
    char phrase[kMaxPasswordBytes + 1] = {};
    std::memcpy(phrase, password.data(), password.size());
    const char* out = crypt_r(phrase, setting, work.get());
    std::string result = out != nullptr && out[0] != '*' ? out : "";
    base::scrub(phrase, sizeof phrase);
    base::scrub(work.get(), sizeof *work);
    return result;
}

std::string newSalt()
{
    char salt[CRYPT_GENSALT_OUTPUT_SIZE] = {};
    return crypt_gensalt_rn("$y$", 0, nullptr, 0, salt, sizeof salt) != nullptr ? salt : "";
}

}  // namespace

base::Result<std::string> SlowPasswords::hash(std::string_view passwordUtf8)
{
    if (passwordUtf8.size() > kMaxPasswordBytes)
        return base::makeError(kPasswordTooLong, "The password is too long.", "password", "Choose one of at most 128 characters.");
    const std::string salt = newSalt();
    std::string out = salt.empty() ? "" : hashed(passwordUtf8, salt.c_str());
    if (out.empty())
        return base::makeError(kNoHash, "The system has no slow hash for passwords.");
    return out;
}

bool passwordFits(base::ByteView passwordUtf8, const std::string& secret)
{
    const std::string_view password(reinterpret_cast<const char*>(passwordUtf8.data()), passwordUtf8.size());
    if (secret.empty()) {
        (void)hashed(password, newSalt().c_str());
        return false;
    }
    const std::string again = hashed(password, secret.c_str());
    unsigned difference = again.size() != secret.size();
    for (std::size_t i = 0; i < again.size() && i < secret.size(); ++i)
        difference |= static_cast<unsigned char>(again[i]) ^ static_cast<unsigned char>(secret[i]);
    return difference == 0;
}

}  // namespace es::sandbox
