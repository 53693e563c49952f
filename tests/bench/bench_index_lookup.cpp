// A lookup by one value, seen from the client, warm: the statement is described and its keys are in the enclave. The encrypted column
// has an index that the enclave searches, the plain one an ordinary index; the two take turns. Prints one line of JSON.
// Usage: bench_index_lookup SANDBOX_JSON KEY_FOLDER PASSWORD ROWS LOOKUPS
// Tables as encrypted_index.py makes them: dbo.Plain and dbo.Secret (id int, v int), v = id * 7919 % ROWS.
#include "driver/json/Json.h"
#include "driver/keystore/KeyFileProvider.h"
#include "driver/keystore/KeyStoreRegistry.h"
#include "driver/session/Session.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace {

using namespace es;

std::string readAll(const std::string& path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    std::string out = text.str();
    while (!out.empty() && out.back() == '\n')
        out.pop_back();
    return out;
}

class Password final : public keystore::PasswordSource {
public:
    explicit Password(std::string text)
        : m_text(std::move(text))
    {
    }
    base::Result<base::SecureBytes> passwordFor(std::string_view) override
    {
        return base::SecureBytes(base::viewOf(m_text));
    }

private:
    std::string m_text;
};

class Count final : public session::ResultSink {
public:
    void onColumns(std::shared_ptr<const types::ColumnSet>) override { }
    void onRows(std::shared_ptr<const types::RowBlock> rows) override { count += rows->rowCount(); }
    void onMessage(const base::ServerError& message, bool isError) override
    {
        if (isError) std::fprintf(stderr, "%s\n", message.message.c_str());
    }
    void onStatementDone(std::optional<std::uint64_t>) override { }
    std::size_t count = 0;
};

int fail(const base::Error& error)
{
    std::fprintf(stderr, "%s\n", error.describe().c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 6) {
        std::fprintf(stderr, "usage: bench_index_lookup SANDBOX_JSON KEY_FOLDER PASSWORD ROWS LOOKUPS\n");
        return 2;
    }
    auto parsed = json::parse(readAll(argv[1]));
    if (!parsed) return fail(parsed.error());
    const json::Json& info = *parsed;
    const auto text = [&](const char* name) {
        auto value = info.stringAt(name);
        return value ? *value : std::string();
    };
    const std::int64_t rows = std::atoll(argv[4]);
    const int lookups = std::atoi(argv[5]);
    Password password(argv[3]);
    keystore::KeyStoreRegistry stores;
    stores.add(std::make_unique<keystore::KeyFileProvider>(argv[2], password));

    const auto connect = [&](bool encrypted) {
        const std::string server = text("server");
        session::ConnectionSettings settings;
        settings.host = server.substr(0, server.find(','));
        settings.port = static_cast<std::uint16_t>(std::stoi(server.substr(server.find(',') + 1)));
        settings.user = text("user");
        settings.password = base::SecureBytes(base::viewOf(readAll(text("password_file"))));
        settings.database = text("database");
        settings.tls.caFile = text("ca_file");
        settings.columnEncryption = encrypted;
        if (encrypted) settings.attestation.protocol = session::AttestationProtocol::kNone;
        return session::Session::connect(std::move(settings), {stores}, {});
    };
    auto plain = connect(false);
    auto secret = connect(true);
    if (!plain) return fail(plain.error());
    if (!secret) return fail(secret.error());

    std::vector<double> seconds[2];
    for (int i = 0; i < 2 * (lookups + 50); ++i) {
        const bool encrypted = i % 2 == 1;
        session::Statement statement;
        statement.text = std::string("SELECT id FROM ") + (encrypted ? "dbo.Secret" : "dbo.Plain") + " WHERE v = @v";
        statement.parameters.push_back({"@v", types::makeType(types::TypeId::kInt), std::int64_t{i / 2 * 104729 % rows}, false, false});
        Count sink;
        const auto started = std::chrono::steady_clock::now();
        auto outcome = (encrypted ? *secret : *plain)->execute(statement, sink, {});
        if (!outcome) return fail(outcome.error());
        if (sink.count != 1) {
            std::fprintf(stderr, "%zu rows instead of one\n", sink.count);
            return 1;
        }
        if (i >= 100) seconds[encrypted].push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    }
    double median[2];
    for (int i = 0; i < 2; ++i) {
        std::sort(seconds[i].begin(), seconds[i].end());
        median[i] = seconds[i][seconds[i].size() / 2];
    }
    std::printf("{\"name\": \"encrypted_lookup\", \"unit\": \"us, median of %d\", \"ours\": %.1f, \"other\": %.1f, \"other_is\": "
                "\"the same lookup in a plaintext index\", \"ratio\": %.3f}\n",
        lookups, median[1] * 1e6, median[0] * 1e6, median[1] / median[0]);
    return 0;
}
