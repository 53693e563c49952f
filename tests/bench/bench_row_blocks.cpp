// Memory of a whole result as RowBlocks, against the bytes that it had on the wire (above TLS). Prints one line of JSON.
// Usage: bench_row_blocks SANDBOX_JSON "SELECT ..."
#include "driver/json/Json.h"
#include "driver/keystore/KeyStoreRegistry.h"
#include "driver/session/Session.h"

#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace {

class KeepAll final : public es::session::ResultSink {
public:
    void onColumns(std::shared_ptr<const es::types::ColumnSet>) override {}
    void onRows(std::shared_ptr<const es::types::RowBlock> rows) override
    {
        m_rows += rows->rowCount();
        m_bytes += rows->memoryBytes();
        m_blocks.push_back(std::move(rows));
    }
    void onMessage(const es::base::ServerError& message, bool isError) override
    {
        if (isError)
            std::fprintf(stderr, "%s\n", message.message.c_str());
    }
    void onStatementDone(std::optional<std::uint64_t>) override {}

    std::size_t m_rows = 0;
    std::size_t m_bytes = 0;

private:
    std::vector<std::shared_ptr<const es::types::RowBlock>> m_blocks;
};

std::string readAll(const std::string& path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int fail(const es::base::Error& error)
{
    std::fprintf(stderr, "%s\n", error.describe().c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: bench_row_blocks SANDBOX_JSON SQL\n");
        return 2;
    }
    auto parsed = es::json::parse(readAll(argv[1]));
    if (!parsed)
        return fail(parsed.error());
    const es::json::Json& info = *parsed;
    const auto text = [&](const char* name) {
        auto value = info.stringAt(name);
        return value ? *value : std::string();
    };
    const std::string server = text("server");
    es::session::ConnectionSettings settings;
    settings.host = server.substr(0, server.find(','));
    settings.port = static_cast<std::uint16_t>(std::stoi(server.substr(server.find(',') + 1)));
    settings.user = text("user");
    std::string password = readAll(text("password_file"));
    while (!password.empty() && password.back() == '\n')
        password.pop_back();
    settings.password = es::base::SecureBytes(es::base::viewOf(password));
    settings.database = text("database");
    settings.tls.caFile = text("ca_file");
    es::keystore::KeyStoreRegistry stores;
    auto session = es::session::Session::connect(std::move(settings), {stores}, {});
    if (!session)
        return fail(session.error());
    const auto before = (*session)->state().counters.bytesReceived;
    const double cpu = cpuSeconds();
    KeepAll sink;
    es::session::Statement statement;
    statement.text = argv[2];
    auto outcome = (*session)->execute(statement, sink, {});
    if (!outcome)
        return fail(outcome.error());
    const auto wire = (*session)->state().counters.bytesReceived - before;
    std::printf("{\"name\": \"row_blocks\", \"unit\": \"bytes for %zu rows\", \"ours\": %zu, \"other\": %llu, \"other_is\": \"bytes on the wire above TLS\", "
                "\"ratio\": %.3f, \"cpu_seconds\": {\"self\": %.2f}}\n",
                sink.m_rows, sink.m_bytes, static_cast<unsigned long long>(wire), static_cast<double>(sink.m_bytes) / static_cast<double>(wire),
                cpuSeconds() - cpu);
    return 0;
}
