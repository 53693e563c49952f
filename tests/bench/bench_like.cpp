// LIKE over an encrypted column, seen from the client, and the bare decryption of as many cells, in turns. Prints one line of JSON: medians.
// Usage: bench_like SANDBOX_JSON TABLE ROWS: the table has a column ssn char(11), randomized.
#include "tests/bench/BareLoop.h"
#include "tests/bench/BenchClient.h"

#include "driver/crypto/CellCipher.h"
#include "driver/crypto/Hash.h"

namespace {

using namespace es;

constexpr std::size_t kCells = 20'000;
constexpr std::size_t kCellBytes = crypto::cellBytes(11);
constexpr int kTurns = 9;

double bareSeconds(bench::BareLoop& bare, const base::Bytes& cells, std::size_t rows)
{
    base::Byte out[64];
    std::size_t total = 0;
    const auto started = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < rows; ++i)
        total += static_cast<std::size_t>(bare.decrypt(base::ByteView(cells).subspan(i % kCells * kCellBytes, kCellBytes), out));
    if (total != rows * 11) bench::fail("wrong plaintext");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 4) bench::fail("usage: bench_like SANDBOX_JSON TABLE ROWS");
    const auto rows = static_cast<std::size_t>(std::strtoull(argv[3], nullptr, 10));
    bench::BenchClient client(argv[1]);
    const std::string text = "SELECT COUNT(*) FROM " + std::string(argv[2]) + " WHERE ssn LIKE @p";
    const auto like = [&] { return client.seconds(text, {{"@p", types::makeSized(types::TypeId::kChar, 11), std::string("%678_")}}); };

    const base::SecureBytes cek = crypto::randomKey(crypto::kCekBytes);
    auto cipher = bench::BenchClient::must(crypto::CellCipher::create(cek));
    base::Bytes cells;
    for (std::size_t i = 0; i < kCells; ++i)
        if (!cipher.encrypt(base::viewOf("123-45-6789"), crypto::EncryptionType::kRandomized, cells)) bench::fail("cannot encrypt");
    bench::BareLoop bare(bench::BenchClient::must(crypto::deriveCellKeys(cek)));

    (void)like();  // attests, describes
    std::vector<double> likes;
    std::vector<double> bares;
    for (int i = 0; i < kTurns; ++i) {
        likes.push_back(like());
        bares.push_back(bareSeconds(bare, cells, rows));
    }
    std::printf("{\"like\": %.4f, \"bare\": %.4f, \"turns\": %d}\n", bench::median(likes), bench::median(bares), kTurns);
    return 0;
}
