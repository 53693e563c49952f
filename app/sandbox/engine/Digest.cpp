#include "app/sandbox/engine/Digest.h"

#include <array>
#include <bit>
#include <cmath>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

// The first 64 bits behind the point of the cube roots of the first 80 primes; SHA-256 uses the upper halves of the first 64.
constexpr std::array<std::uint64_t, 80> kCubeRoots{
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};
// Of the square roots of the first 8 primes: where SHA-256 and SHA-512 begin.
constexpr std::array<std::uint64_t, 8> kSquareRoots{
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

// The message, a 1 bit, zeros, and its length in bits, up to whole blocks.
Bytes padded(ByteView data, std::size_t block, std::size_t lengthBytes, bool bigEndian)
{
    Bytes out(data.begin(), data.end());
    out.push_back(0x80);
    while (out.size() % block != block - lengthBytes)
        out.push_back(0);
    const std::uint64_t bits = std::uint64_t{data.size()} * 8;
    for (std::size_t i = 0; i < lengthBytes; ++i) {
        const std::size_t place = bigEndian ? lengthBytes - 1 - i : i;
        out.push_back(place < 8 ? static_cast<Byte>(bits >> (8 * place)) : Byte{0});
    }
    return out;
}

template <class Word> Word bigWord(ByteView bytes)
{
    Word out = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i)
        out = static_cast<Word>(out << 8 | bytes[i]);
    return out;
}

template <class Word, std::size_t N> Bytes bigBytes(const std::array<Word, N>& words)
{
    Bytes out;
    for (const Word word : words)
        for (std::size_t i = sizeof(Word); i-- > 0;)
            out.push_back(static_cast<Byte>(word >> (8 * i)));
    return out;
}

// What tells SHA-256 from SHA-512: how far words turn.
struct Turns {
    int schedule0[2], shift0, schedule1[2], shift1, state0[3], state1[3];
};
constexpr Turns kTurns256{{7, 18}, 3, {17, 19}, 10, {2, 13, 22}, {6, 11, 25}};
constexpr Turns kTurns512{{1, 8}, 7, {19, 61}, 6, {28, 34, 39}, {14, 18, 41}};

template <class Word, std::size_t Rounds> Bytes sha2(ByteView data, const Turns& turns)
{
    constexpr int kDrop = 64 - 8 * static_cast<int>(sizeof(Word));
    std::array<Word, 8> state{};
    for (std::size_t i = 0; i < 8; ++i)
        state[i] = static_cast<Word>(kSquareRoots[i] >> kDrop);
    constexpr std::size_t kBlock = sizeof(Word) * 16;
    const Bytes message = padded(data, kBlock, sizeof(Word) * 2, true);
    for (std::size_t at = 0; at < message.size(); at += kBlock) {
        std::array<Word, Rounds> w{};
        for (std::size_t i = 0; i < 16; ++i)
            w[i] = bigWord<Word>(ByteView(message).subspan(at + i * sizeof(Word), sizeof(Word)));
        for (std::size_t i = 16; i < Rounds; ++i) {
            const Word x = w[i - 15], y = w[i - 2];
            const Word a = std::rotr(x, turns.schedule0[0]) ^ std::rotr(x, turns.schedule0[1]) ^ static_cast<Word>(x >> turns.shift0);
            const Word b = std::rotr(y, turns.schedule1[0]) ^ std::rotr(y, turns.schedule1[1]) ^ static_cast<Word>(y >> turns.shift1);
            w[i] = w[i - 16] + a + w[i - 7] + b;
        }
        std::array<Word, 8> s = state;
        for (std::size_t i = 0; i < Rounds; ++i) {
            const Word e = s[4], a = s[0];
            const Word turnedE = std::rotr(e, turns.state1[0]) ^ std::rotr(e, turns.state1[1]) ^ std::rotr(e, turns.state1[2]);
            const Word turnedA = std::rotr(a, turns.state0[0]) ^ std::rotr(a, turns.state0[1]) ^ std::rotr(a, turns.state0[2]);
            const Word one = s[7] + turnedE + ((e & s[5]) ^ (~e & s[6])) + static_cast<Word>(kCubeRoots[i] >> kDrop) + w[i];
            const Word two = turnedA + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
            s = {one + two, s[0], s[1], s[2], s[3] + one, s[4], s[5], s[6]};
        }
        for (std::size_t i = 0; i < 8; ++i)
            state[i] += s[i];
    }
    return bigBytes(state);
}

} // namespace

Bytes sha256(ByteView data)
{
    return sha2<std::uint32_t, 64>(data, kTurns256);
}

Bytes sha512(ByteView data)
{
    return sha2<std::uint64_t, 80>(data, kTurns512);
}

Bytes sha1(ByteView data)
{
    std::array<std::uint32_t, 5> state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    const Bytes message = padded(data, 64, 8, true);
    for (std::size_t at = 0; at < message.size(); at += 64) {
        std::array<std::uint32_t, 80> w{};
        for (std::size_t i = 0; i < 80; ++i)
            w[i] = i < 16 ? bigWord<std::uint32_t>(ByteView(message).subspan(at + i * 4, 4)) : std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        auto [a, b, c, d, e] = state;
        for (std::size_t i = 0; i < 80; ++i) {
            const std::uint32_t mixed = i < 20 ? (b & c) | (~b & d) : i >= 40 && i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
            static constexpr std::uint32_t kRound[] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
            const std::uint32_t next = std::rotl(a, 5) + mixed + e + kRound[i / 20] + w[i];
            e = d;
            d = c;
            c = std::rotl(b, 30);
            b = a;
            a = next;
        }
        const std::array<std::uint32_t, 5> sum{a, b, c, d, e};
        for (std::size_t i = 0; i < 5; ++i)
            state[i] += sum[i];
    }
    return bigBytes(state);
}

Bytes md5(ByteView data)
{
    static constexpr int kTurns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    std::array<std::uint32_t, 4> state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
    const Bytes message = padded(data, 64, 8, false);
    for (std::size_t at = 0; at < message.size(); at += 64) {
        auto [a, b, c, d] = state;
        for (std::size_t i = 0; i < 64; ++i) {
            const std::size_t round = i / 16;
            const std::uint32_t mixed = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
            const std::size_t word = (round == 0 ? i : round == 1 ? 5 * i + 1 : round == 2 ? 3 * i + 5 : 7 * i) % 16;
            std::uint32_t value = 0;
            for (std::size_t k = 4; k-- > 0;)
                value = value << 8 | message[at + word * 4 + k];
            const auto sine = static_cast<std::uint32_t>(std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
            const std::uint32_t next = b + std::rotl(a + mixed + sine + value, kTurns[round][i % 4]);
            a = d;
            d = c;
            c = b;
            b = next;
        }
        state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
    }
    Bytes out;
    for (const std::uint32_t word : state)
        for (int i = 0; i < 4; ++i)
            out.push_back(static_cast<Byte>(word >> (8 * i)));
    return out;
}

} // namespace es::sandbox
