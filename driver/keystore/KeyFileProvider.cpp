#include "driver/keystore/KeyFileProvider.h"

#include "driver/base/Utf16.h"
#include "driver/crypto/CekBlob.h"
#include "driver/crypto/CmkSignature.h"
#include "driver/crypto/Pkcs12.h"
#include "driver/keystore/PosixKeyFiles.h"

#include <algorithm>
#include <cstdlib>

namespace es::keystore {
namespace {

constexpr std::string_view kFileEnding = ".p12";
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::chrono::hours kCertificateLifetime{24 * 3650};  // informational: nobody judges it by its dates
constexpr std::chrono::hours kClockSkew{24};

base::Error fromKeyStore(base::Error error)
{
    error.origin = base::Origin::kKeyStore;
    return error;
}

template <class T>
base::Result<T> fromKeyStore(base::Result<T> result)
{
    if (!result) result.error().origin = base::Origin::kKeyStore;
    return result;
}

bool endsWithP12(std::string_view name)
{
    if (name.size() < kFileEnding.size()) return false;
    const std::string_view ending = name.substr(name.size() - kFileEnding.size());
    return std::equal(
        ending.begin(), ending.end(), kFileEnding.begin(), [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

bool isPlainName(std::string_view name)
{
    if (name.empty() || name.size() > kMaxNameBytes || name.front() == '.' || name.front() == ' ' || name.back() == '.'
        || name.back() == ' ' || endsWithP12(name))
        return false;
    for (std::size_t offset = 0; offset < name.size();) {
        const base::CodePoint next = base::codePointAt(name, offset);
        const bool bad = next.value < 0x20 || next.value == 0x7F || next.value == U'/' || next.value == U'\\' || next.value == U':'
            || next.value == 0xFFFD;
        if (bad) return false;
        offset += next.sizeBytes;
    }
    return true;
}

std::filesystem::path pathFromUtf8(std::string_view text) { return std::filesystem::path(std::u8string(text.begin(), text.end())); }

std::string quoted(std::string_view name)
{
    std::string text(1, '"');
    return text.append(name).append(1, '"');
}

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

// A crypto error about a key file, in this room's words and with the key's name.
base::Error keyFileError(const base::Error& cause, std::string_view keyName)
{
    const std::string key = "key " + quoted(keyName);
    if (cause.code == crypto::kPkcs12Password)
        return fromKeyStore(base::makeError(kWrongPassword, "The password of " + key + " is wrong.", "key-password",
            "Enter the password that this key file was made with."));
    return fromKeyStore(base::makeError(kKeyFileUnreadable, "The file of " + key + " is no usable key file: " + cause.text, "key-folder",
        "A key file is a PKCS#12 file with one RSA private key; replace it by the right one."));
}

}  // namespace

base::Error secretNeeded(std::string_view keyName)
{
    return fromKeyStore(base::makeError(kSecretNeeded, "The password of key " + quoted(keyName) + " is needed.", std::string(keyName),
        "Enter the password of the key file, then run the statement again."));
}

base::Result<std::filesystem::path> defaultKeyFolder()
{
    if (const std::string folder = environment("ES_KEY_FOLDER"); !folder.empty()) return std::filesystem::path(folder);
    if (const std::string data = environment("XDG_DATA_HOME"); !data.empty())
        return std::filesystem::path(data) / "enclave-studio" / "keys";
    if (const std::string home = environment("HOME"); !home.empty())
        return std::filesystem::path(home) / ".local" / "share" / "enclave-studio" / "keys";
    return fromKeyStore(
        base::makeError(kKeyFolder, "The key folder cannot be found out: neither ES_KEY_FOLDER, XDG_DATA_HOME nor HOME is set.",
            "key-folder", "Set ES_KEY_FOLDER to the folder with your key files."));
}

base::Result<void> checkKeyName(std::string_view name)
{
    if (isPlainName(name)) return {};
    return fromKeyStore(base::makeError(kBadKeyName, quoted(name) + " cannot be the name of a key file.", "key-name",
        "Use 1 to 64 bytes without folder, slash, colon, control characters, leading dot or ending .p12: the key path is the bare name of "
        "a file in the key folder."));
}

KeyFileProvider::KeyFileProvider(std::filesystem::path folder, PasswordSource& passwords, const base::Clock& clock)
    : m_folder(std::move(folder))
    , m_passwords(passwords)
    , m_clock(clock)
{
}

KeyFileProvider::~KeyFileProvider() = default;

std::filesystem::path KeyFileProvider::fileOf(std::string_view keyName) const
{
    return m_folder / pathFromUtf8(std::string(keyName) + std::string(kFileEnding));
}

base::Result<crypto::RsaPrivateKey> KeyFileProvider::open(std::string_view path)
{
    ES_CHECK(checkKeyName(path));
    const base::Lock lock(m_mutex);
    const auto now = m_clock.now();
    std::erase_if(m_unlocked, [&](const auto& entry) { return entry.second.until <= now; });
    if (const auto known = m_unlocked.find(path); known != m_unlocked.end()) return known->second.key;

    ES_TRY(const base::Bytes file, readKeyFile(fileOf(path)));
    ES_TRY(const base::SecureBytes password, fromKeyStore(m_passwords.passwordFor(path)));
    auto contents = crypto::readPkcs12(file, password.reveal(base::SecretAccess::forKeyFile()));
    if (!contents) return keyFileError(contents.error(), path);
    m_unlocked.insert_or_assign(std::string(path), Unlocked{contents->key, now + kUnlockedFor});
    return contents->key;
}

base::Result<base::SecureBytes> KeyFileProvider::decryptCek(std::string_view path, std::string_view algorithm, base::ByteView blob)
{
    ES_CHECK(fromKeyStore(crypto::checkCekAlgorithm(algorithm, path)));
    ES_TRY(const crypto::RsaPrivateKey key, open(path));
    return fromKeyStore(crypto::decryptCek(blob, key, path));
}

base::Result<base::Bytes> KeyFileProvider::encryptCek(std::string_view path, std::string_view algorithm, const base::SecureBytes& cek)
{
    ES_CHECK(fromKeyStore(crypto::checkCekAlgorithm(algorithm, path)));
    ES_TRY(const crypto::RsaPrivateKey key, open(path));
    return fromKeyStore(crypto::encryptCek(cek, key, path));
}

base::Result<base::Bytes> KeyFileProvider::signCmkMetadata(std::string_view path, bool allowEnclaveComputations)
{
    ES_TRY(const crypto::RsaPrivateKey key, open(path));
    return fromKeyStore(crypto::signCmkMetadata(name(), path, allowEnclaveComputations, key));
}

base::Result<bool> KeyFileProvider::verifyCmkMetadata(std::string_view path, bool allowEnclaveComputations, base::ByteView signature)
{
    ES_TRY(const crypto::RsaPrivateKey key, open(path));
    return crypto::verifyCmkMetadata(name(), path, allowEnclaveComputations, signature, key.publicKey());
}

base::Result<void> KeyFileProvider::createKey(std::string_view keyName, int bits, const base::SecureBytes& password)
{
    ES_CHECK(checkKeyName(keyName));
    if (password.empty())
        return fromKeyStore(
            base::makeError(kWrongPassword, "A key file needs a password.", "key-password", "Enter a password for the new key."));
    std::error_code ignored;
    if (std::filesystem::exists(fileOf(keyName), ignored))  // said before seconds of work; writing decides it for good
        return fromKeyStore(base::makeError(kKeyExists, "There is already a key " + quoted(keyName) + " in the key folder.", "key-name",
            "Choose another name; key files are never overwritten."));
    ES_CHECK(makeKeyFolder(m_folder));
    ES_TRY(const crypto::RsaPrivateKey key, fromKeyStore(crypto::RsaPrivateKey::generate(bits)));
    const auto now = m_clock.wallClock();
    ES_TRY(const base::Bytes file,
        fromKeyStore(crypto::writePkcs12(
            key, {std::string(keyName), now - kClockSkew, now + kCertificateLifetime}, password.reveal(base::SecretAccess::forKeyFile()))));
    return writeNewKeyFile(fileOf(keyName), file);
}

base::Result<std::vector<std::string>> KeyFileProvider::listKeys() const
{
    std::vector<std::string> names;
    std::error_code failure;
    for (std::filesystem::directory_iterator file(m_folder, failure), end; !failure && file != end; file.increment(failure)) {
        const std::u8string text = file->path().filename().u8string();
        std::string name(text.begin(), text.end());
        if (!name.ends_with(kFileEnding)) continue;
        name.resize(name.size() - kFileEnding.size());
        if (isPlainName(name)) names.push_back(std::move(name));
    }
    if (failure && failure != std::errc::no_such_file_or_directory)
        return fromKeyStore(
            base::makeError(kKeyFolder, "The key folder " + m_folder.string() + " cannot be read: " + failure.message() + ".", "key-folder",
                "Check the permissions of the folder, or choose another one (ES_KEY_FOLDER)."));
    std::sort(names.begin(), names.end());
    return names;
}

void KeyFileProvider::lock(std::string_view keyName)
{
    const base::Lock guard(m_mutex);
    if (keyName.empty())
        m_unlocked.clear();
    else if (const auto known = m_unlocked.find(keyName); known != m_unlocked.end())
        m_unlocked.erase(known);
}

}  // namespace es::keystore
