// The one file that uses OpenSSL's low-level SHA256_* functions, deprecated since 3.0: only they allow to start from a saved state
// without allocation. The README has the figures and the way out, should they ever go.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "driver/crypto/HmacState.h"

#include <openssl/sha.h>

#include <cassert>
#include <cstring>

namespace es::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;

SHA256_CTX startWith(base::ByteView key, base::Byte pad)
{
    std::array<base::Byte, kBlockBytes> block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i)
        block[i] = static_cast<base::Byte>(key[i] ^ pad);
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, block.data(), block.size());
    base::scrub(block.data(), block.size());
    return state;
}

template <class Store>
SHA256_CTX load(const Store& store)
{
    SHA256_CTX state;
    static_assert(sizeof(store) == sizeof(state));
    std::memcpy(&state, &store, sizeof state);
    return state;
}

template <class Store>
void save(SHA256_CTX state, Store& store)
{
    std::memcpy(&store, &state, sizeof state);
    base::scrub(&state, sizeof state);
}

void finish(SHA256_CTX& inner, SHA256_CTX outer, std::span<base::Byte, 32> out)
{
    SHA256_Final(out.data(), &inner);
    SHA256_Update(&outer, out.data(), out.size());
    SHA256_Final(out.data(), &outer);
}

}  // namespace

HmacState::HmacState(base::ByteView key)
{
    assert(key.size() <= kBlockBytes);
    save(startWith(key, 0x36), m_inner);
    save(startWith(key, 0x5c), m_outer);
}

HmacState::~HmacState()
{
    base::scrub(&m_inner, sizeof m_inner);
    base::scrub(&m_outer, sizeof m_outer);
}

void HmacState::mac(base::ByteView message, std::span<base::Byte, 32> out) const
{
    SHA256_CTX inner = load(m_inner);
    SHA256_Update(&inner, message.data(), message.size());
    finish(inner, load(m_outer), out);
}

void HmacState::mac(base::Byte first, base::ByteView message, base::Byte last, std::span<base::Byte, 32> out) const
{
    SHA256_CTX inner = load(m_inner);
    SHA256_Update(&inner, &first, 1);
    SHA256_Update(&inner, message.data(), message.size());
    SHA256_Update(&inner, &last, 1);
    finish(inner, load(m_outer), out);
}

}  // namespace es::crypto
