// How fast one core decrypts cells, against a bare loop over reused EVP contexts: what a careful user of the library would write.
// Both take turns on the same cells; the median of the turns counts. Prints one line of JSON.
#include "tests/bench/BareLoop.h"

#include "driver/crypto/CellCipher.h"
#include "driver/crypto/Hash.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace {

using namespace es;
using bench::BareLoop;
using bench::fail;

constexpr std::size_t kCells = 20'000;
constexpr std::size_t kPlaintextBytes = 11;  // a char(11) column
constexpr std::size_t kCellBytes = crypto::cellBytes(kPlaintextBytes);
constexpr int kTurns = 101;

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
