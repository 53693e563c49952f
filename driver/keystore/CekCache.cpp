#include "driver/keystore/CekCache.h"

#include "driver/base/ByteWriter.h"
#include "driver/crypto/Hash.h"

#include <algorithm>

namespace es::keystore {
namespace {

// SHA-256 over all parts, each with its length in front, so that no two different lists of parts meet in one key.
class KeyDigest {
public:
    KeyDigest& add(base::ByteView part)
    {
        m_writer.u64le(part.size());
        m_writer.bytes(part);
        return *this;
    }
    KeyDigest& add(std::string_view part) { return add(base::viewOf(part)); }
    [[nodiscard]] std::string text() const { return base::toHex(crypto::sha256(m_writer.view())); }

private:
    base::ByteWriter m_writer;
};

// Provider names differ in case only by accident; two entries for one key would do no harm.
std::string keyOf(std::string_view serverName, const WrappedCek& wrapped)
{
    return KeyDigest()
        .add(serverName)
        .add(wrapped.providerName)
        .add(wrapped.path)
        .add(wrapped.algorithm)
        .add(wrapped.encryptedValue)
        .text();
}

}  // namespace

CekCache::CekCache(const KeyStoreRegistry& registry, std::string serverName, const base::Clock& clock)
    : m_registry(registry)
    , m_serverName(std::move(serverName))
    , m_clock(clock)
{
}

void CekCache::dropExpired()
{
    const auto now = m_clock.now();
    std::erase_if(m_entries, [&](const auto& entry) { return entry.second.until <= now; });
}

base::Result<const base::SecureBytes*> CekCache::get(const WrappedCek& wrapped)
{
    dropExpired();
    const std::string key = keyOf(m_serverName, wrapped);
    if (const auto known = m_entries.find(key); known != m_entries.end()) return &known->second.cek;

    ES_TRY(KeyStoreProvider* const provider, m_registry.require(wrapped.providerName));
    ES_TRY(base::SecureBytes cek, provider->decryptCek(wrapped.path, wrapped.algorithm, wrapped.encryptedValue));
    if (m_entries.size() >= kMaxEntries) {
        m_entries.erase(std::min_element(
            m_entries.begin(), m_entries.end(), [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
    }
    const auto entry = m_entries.insert_or_assign(key, Entry{std::move(cek), m_clock.now() + kLifetime}).first;
    return &entry->second.cek;
}

void CekCache::clear() { m_entries.clear(); }

CmkSignatureCache::CmkSignatureCache(const KeyStoreRegistry& registry, const base::Clock& clock) : m_registry(registry), m_clock(clock) {}

base::Result<bool> CmkSignatureCache::verify(
    std::string_view providerName, std::string_view path, bool allowEnclaveComputations, base::ByteView signature)
{
    if (signature.empty()) return false;
    const auto now = m_clock.now();
    std::erase_if(m_verifiedUntil, [&](const auto& entry) { return entry.second <= now; });
    const std::string key = KeyDigest().add(providerName).add(path).add(allowEnclaveComputations ? "true" : "false").add(signature).text();
    if (m_verifiedUntil.contains(key)) return true;

    ES_TRY(KeyStoreProvider* const provider, m_registry.require(providerName));
    ES_TRY(const bool genuine, provider->verifyCmkMetadata(path, allowEnclaveComputations, signature));
    if (genuine) {
        if (m_verifiedUntil.size() >= kMaxEntries) m_verifiedUntil.clear();  // that many master keys mean something else is wrong
        m_verifiedUntil.emplace(key, now + kLifetime);
    }
    return genuine;
}

}  // namespace es::keystore
