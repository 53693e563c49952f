#include "tests/support/KeyHolder.h"

#include "driver/catalog/KeyDdl.h"

#include <algorithm>

namespace es::test {

using base::Result;
using base::SecureBytes;

namespace {

constexpr std::string_view kPassword = "correct horse";

} // namespace

Result<SecureBytes> KeyHolder::OnePassword::passwordFor(std::string_view)
{
    return SecureBytes(base::viewOf(kPassword));
}

KeyHolder::KeyHolder(std::filesystem::path folder)
{
    auto provider = std::make_unique<keystore::KeyFileProvider>(std::move(folder), m_password);
    m_files = provider.get();
    m_keyStores.add(std::move(provider));
}

Result<std::array<std::string, 2>> KeyHolder::keyStatements(
    const std::string& file, const std::string& masterKey, const std::string& columnKey, unsigned seed)
{
    ES_TRY(const std::vector<std::string> known, m_files->listKeys());
    if (std::find(known.begin(), known.end(), file) == known.end()) ES_CHECK(m_files->createKey(file, 2048, SecureBytes(base::viewOf(kPassword))));
    SecureBytes key(std::size_t{32});
    for (std::size_t i = 0; i < key.size(); ++i)
        key.revealMutable(base::SecretAccess::forTest())[i] = static_cast<base::Byte>(i * 7 + seed);
    ES_TRY(const base::Bytes signature, m_files->signCmkMetadata(file, true));
    ES_TRY(const base::Bytes wrapped, m_files->encryptCek(file, "RSA_OAEP", key));
    return std::array<std::string, 2>{catalog::createMasterKeyText(masterKey, keystore::kKeyFileProviderName, file, signature),
        catalog::createEncryptionKeyText(columnKey, masterKey, wrapped)};
}

} // namespace es::test
