#include "driver/base/SecureBytes.h"

#include "driver/base/PosixMemory.h"

#include <openssl/crypto.h>

#include <cstring>

namespace es::base {

void scrub(void* data, std::size_t size)
{
    if (size != 0)
        OPENSSL_cleanse(data, size);
}

bool constantTimeEqual(ByteView a, ByteView b)
{
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

SecureBytes::SecureBytes(std::size_t size)
{
    resize(size);
}

SecureBytes::SecureBytes(ByteView copyOf)
{
    append(copyOf);
}

SecureBytes::~SecureBytes()
{
    releaseLocked(m_data, m_capacity);
}

SecureBytes::SecureBytes(SecureBytes&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr))
    , m_size(std::exchange(other.m_size, 0))
    , m_capacity(std::exchange(other.m_capacity, 0))
{
}

SecureBytes& SecureBytes::operator=(SecureBytes&& other) noexcept
{
    if (this != &other) {
        releaseLocked(m_data, m_capacity);
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
        m_capacity = std::exchange(other.m_capacity, 0);
    }
    return *this;
}

SecureBytes SecureBytes::clone() const
{
    return SecureBytes(ByteView{m_data, m_size});
}

void SecureBytes::reserve(std::size_t capacity)
{
    if (capacity <= m_capacity)
        return;
    capacity = std::max<std::size_t>(capacity, m_capacity * 2);
    Byte* fresh = static_cast<Byte*>(allocateLocked(capacity));
    if (m_size != 0)
        std::memcpy(fresh, m_data, m_size);
    releaseLocked(m_data, m_capacity);
    m_data = fresh;
    m_capacity = capacity;
}

void SecureBytes::append(ByteView more)
{
    if (more.empty())
        return;
    reserve(m_size + more.size());
    std::memcpy(m_data + m_size, more.data(), more.size());
    m_size += more.size();
}

void SecureBytes::resize(std::size_t size)
{
    if (size < m_size) {
        scrub(m_data + size, m_size - size);
    } else if (size > m_size) {
        reserve(size);
        std::memset(m_data + m_size, 0, size - m_size);
    }
    m_size = size;
}

bool operator==(const SecureBytes& a, const SecureBytes& b)
{
    return constantTimeEqual({a.m_data, a.m_size}, {b.m_data, b.m_size});
}

}  // namespace es::base
