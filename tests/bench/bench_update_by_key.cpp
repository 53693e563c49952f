// What encrypting a column costs without an enclave: the client encrypts each value and updates its row by key, in RPC batches. Prints one line of
// JSON: rows per second with one UPDATE in each call, and with 1,000 in one call.
// Usage: bench_update_by_key SANDBOX_JSON TABLE ROWS: the table has id int, 1 to ROWS, as its key, and a column ssn char(11), randomized.
#include "tests/bench/BareLoop.h"
#include "tests/bench/BenchClient.h"

namespace {

using namespace es;

constexpr int kBatch = 1000;

session::Parameter keyOf(int row, const std::string& name)
{
    return {name, types::makeType(types::TypeId::kInt), std::int64_t{row}};
}

session::Parameter valueOf(int row, const std::string& name)
{
    char text[16];
    std::snprintf(text, sizeof text, "%03d-%02d-%04d", row % 1000, row % 100, row % 10000);
    return {name, types::makeSized(types::TypeId::kChar, 11), std::string(text)};
}

double oneByOne(bench::BenchClient& client, const std::string& table, int rows)
{
    double seconds = 0;
    const std::string text = "UPDATE " + table + " SET ssn = @v WHERE id = @k";
    for (int row = 1; row <= rows; ++row)
        seconds += client.seconds(text, {valueOf(row, "@v"), keyOf(row, "@k")});
    return seconds;
}

double inBatches(bench::BenchClient& client, const std::string& table, int rows)
{
    std::string text = "SET NOCOUNT ON; BEGIN TRANSACTION;";
    for (int i = 0; i < kBatch; ++i)
        text += "UPDATE " + table + " SET ssn = @v" + std::to_string(i) + " WHERE id = @k" + std::to_string(i) + ";";
    text += "COMMIT TRANSACTION;";
    double seconds = 0;
    for (int first = 1; first + kBatch - 1 <= rows; first += kBatch) {
        std::vector<session::Parameter> parameters;
        for (int i = 0; i < kBatch; ++i) {
            parameters.push_back(valueOf(first + i, "@v" + std::to_string(i)));
            parameters.push_back(keyOf(first + i, "@k" + std::to_string(i)));
        }
        seconds += client.seconds(text, std::move(parameters));
    }
    return seconds;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 4) bench::fail("usage: bench_update_by_key SANDBOX_JSON TABLE ROWS");
    const int rows = std::atoi(argv[3]) / kBatch * kBatch;
    bench::BenchClient client(argv[1]);
    const double single = rows / oneByOne(client, argv[2], rows);
    const double batched = rows / inBatches(client, argv[2], rows);
    std::printf("{\"one_by_one\": %.0f, \"in_batches\": %.0f}\n", single, batched);
    return 0;
}
