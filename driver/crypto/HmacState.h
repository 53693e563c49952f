// HMAC-SHA256 under one key with both key blocks already hashed: each message costs only its own blocks and one more.
// Private to this room. Thread: any for const calls.                                                      RFC 2104
#pragma once

#include "driver/base/SecureBytes.h"

#include <array>

namespace es::crypto {

class HmacState {
public:
    explicit HmacState(base::ByteView key);  // precondition: at most 64 bytes
    ~HmacState();                            // wiped
    HmacState(const HmacState&) = delete;
    HmacState& operator=(const HmacState&) = delete;

    // HMAC of message.
    void mac(base::ByteView message, std::span<base::Byte, 32> out) const;
    // HMAC of first || message || last: the form of a cell's tag, without copying it together.
    void mac(base::Byte first, base::ByteView message, base::Byte last, std::span<base::Byte, 32> out) const;

private:
    // Room for a SHA256_CTX, whose header stays in the .cpp (see there).
    struct alignas(8) HashState {
        std::array<base::Byte, 112> bytes;
    };
    HashState m_inner;  // after key XOR 36..36
    HashState m_outer;  // after key XOR 5c..5c
};

}  // namespace es::crypto
