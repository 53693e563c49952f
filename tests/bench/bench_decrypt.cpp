// How fast one core decrypts cells, against a bare loop over reused EVP contexts: what a careful user of the library would write.
// Both take turns on the same cells; the median of the turns counts. Prints one line of JSON.
#include "driver/crypto/CellCipher.h"
#include "driver/crypto/Hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

using namespace es;

constexpr std::size_t kCells = 20'000;
constexpr std::size_t kPlaintextBytes = 11;  // a char(11) column
constexpr std::size_t kCellBytes = crypto::cellBytes(kPlaintextBytes);
constexpr int kTurns = 101;

[[noreturn]] void fail(const char* what)
{
    std::fprintf(stderr, "bench_decrypt: %s\n", what);
    std::exit(1);
}

class BareLoop {
public:
    explicit BareLoop(const crypto::CellKeys& keys)
    {
        const auto access = base::SecretAccess::forTest();
        EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        m_mac = EVP_MAC_CTX_new(hmac);
        EVP_MAC_free(hmac);
        char digest[] = "SHA256";
        const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
        const base::ByteView macKey = keys.mac.reveal(access);
        m_cipher = EVP_CIPHER_CTX_new();
        if (EVP_MAC_init(m_mac, macKey.data(), macKey.size(), params) != 1
            || EVP_DecryptInit_ex(m_cipher, EVP_aes_256_cbc(), nullptr, keys.encryption.reveal(access).data(), nullptr) != 1)
            fail("no EVP contexts");
    }
    ~BareLoop()
    {
        EVP_MAC_CTX_free(m_mac);
        EVP_CIPHER_CTX_free(m_cipher);
    }
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    // Plaintext size, or -1.
    int decrypt(base::ByteView cell, base::Byte* out)
    {
        constexpr base::Byte kOne = 1;
        base::Byte tag[32];
        std::size_t tagSize = 0;
        const base::ByteView afterTag = cell.subspan(33);
        if (cell.size() < 65 || cell[0] != 1 || EVP_MAC_init(m_mac, nullptr, 0, nullptr) != 1 || EVP_MAC_update(m_mac, &kOne, 1) != 1
            || EVP_MAC_update(m_mac, afterTag.data(), afterTag.size()) != 1 || EVP_MAC_update(m_mac, &kOne, 1) != 1
            || EVP_MAC_final(m_mac, tag, &tagSize, sizeof tag) != 1 || CRYPTO_memcmp(tag, cell.data() + 1, sizeof tag) != 0)
            return -1;
        int size = 0;
        int last = 0;
        if (EVP_DecryptInit_ex(m_cipher, nullptr, nullptr, nullptr, afterTag.data()) != 1
            || EVP_DecryptUpdate(m_cipher, out, &size, afterTag.data() + 16, static_cast<int>(afterTag.size() - 16)) != 1
            || EVP_DecryptFinal_ex(m_cipher, out + size, &last) != 1)
            return -1;
        return size + last;
    }

private:
    EVP_MAC_CTX* m_mac = nullptr;
    EVP_CIPHER_CTX* m_cipher = nullptr;
};

base::Bytes makeCells(crypto::CellCipher& cipher)
{
    base::Bytes cells;
    cells.reserve(kCells * kCellBytes);
    for (std::size_t i = 0; i < kCells; ++i) {
        char text[kPlaintextBytes + 1];
        std::snprintf(text, sizeof text, "%03zu-%02zu-%04zu", i % 1000, i % 100, i % 10000);
        if (!cipher.encrypt(base::viewOf(std::string_view(text, kPlaintextBytes)), crypto::EncryptionType::kRandomized, cells))
            fail("cannot encrypt");
    }
    return cells;
}

// Seconds for all cells; `decrypt` returns the plaintext's size.
template <class Decrypt>
double turn(base::ByteView cells, Decrypt decrypt)
{
    base::Byte out[64];
    std::size_t total = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < kCells; ++i)
        total += static_cast<std::size_t>(decrypt(cells.subspan(i * kCellBytes, kCellBytes), std::span<base::Byte>(out)));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (total != kCells * kPlaintextBytes) fail("wrong plaintext");
    return seconds.count();
}

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + kTurns / 2, values.end());
    return values[kTurns / 2];
}

}  // namespace

int main()
{
    const base::SecureBytes cek = crypto::randomKey(crypto::kCekBytes);
    auto cipher = crypto::CellCipher::create(cek);
    const auto keys = crypto::deriveCellKeys(cek);
    if (!cipher || !keys) fail("no cipher");
    BareLoop bare(*keys);
    const base::Bytes cells = makeCells(*cipher);
    const auto ours = [&](base::ByteView cell, std::span<base::Byte> out) { return cipher->decryptInto(cell, out).sizeBytes; };
    const auto other = [&](base::ByteView cell, std::span<base::Byte> out) { return bare.decrypt(cell, out.data()); };

    std::vector<double> oursSeconds;
    std::vector<double> otherSeconds;
    for (int i = 0; i < kTurns; ++i) {
        oursSeconds.push_back(turn(cells, ours));
        otherSeconds.push_back(turn(cells, other));
    }
    const double oursPerSecond = kCells / median(oursSeconds);
    const double otherPerSecond = kCells / median(otherSeconds);
    std::printf(
        "{\"name\":\"decrypt_cells\",\"unit\":\"cells/s\",\"ours\":%.0f,\"other\":%.0f,\"other_is\":\"bare loop over reused EVP contexts "
        "(EVP_MAC_init(ctx, NULL, 0, NULL), IV-only re-initialisation)\",\"ratio\":%.2f,\"cpu_seconds\":{\"self\":%.2f}}\n",
        oursPerSecond, otherPerSecond, oursPerSecond / otherPerSecond, static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    return 0;
}
