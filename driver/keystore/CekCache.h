// Column keys already unwrapped, for a bounded time, and results of master key signature checks.
// Thread: session thread only (each session has its own; cleared on disconnect).
#pragma once

#include "driver/base/Clock.h"
#include "driver/keystore/KeyStoreRegistry.h"

#include <map>

namespace es::keystore {

// What a wrapped column key is known by. All of it is part of the cache key, every byte of the blob included.
struct WrappedCek {
    std::string_view providerName;
    std::string_view path;
    std::string_view algorithm;
    base::ByteView encryptedValue;
};

class CekCache {
public:
    static constexpr std::chrono::minutes kLifetime{120};
    static constexpr std::size_t kMaxEntries = 1024;  // full: the oldest goes

    // `registry` and `clock` must outlive the cache. `serverName` keeps two servers' keys apart.
    CekCache(const KeyStoreRegistry& registry, std::string serverName, const base::Clock& clock = base::Clock::system());

    // From the cache or, once, from the key store. The pointer is valid until the next call of this object.
    // Errors: kUnknownProvider and the provider's. Failures are not cached.
    [[nodiscard]] base::Result<const base::SecureBytes*> get(const WrappedCek& wrapped);
    void clear();
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    struct Entry {
        base::SecureBytes cek;
        std::chrono::steady_clock::time_point until;
    };
    void dropExpired();

    const KeyStoreRegistry& m_registry;
    std::string m_serverName;
    const base::Clock& m_clock;
    std::map<std::string, Entry, std::less<>> m_entries;  // key: digest of all parts, each with its length
};

// Verified master key metadata signatures, 10 days, 2000 entries; only successes are kept.
class CmkSignatureCache {
public:
    static constexpr std::chrono::hours kLifetime{240};
    static constexpr std::size_t kMaxEntries = 2000;

    explicit CmkSignatureCache(const KeyStoreRegistry& registry, const base::Clock& clock = base::Clock::system());

    // False: the signature is missing, or not this key's. Errors: kUnknownProvider, the key could not be had.
    [[nodiscard]] base::Result<bool> verify(
        std::string_view providerName, std::string_view path, bool allowEnclaveComputations, base::ByteView signature);
    void clear() { m_verifiedUntil.clear(); }

private:
    const KeyStoreRegistry& m_registry;
    const base::Clock& m_clock;
    std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> m_verifiedUntil;
};

}  // namespace es::keystore
