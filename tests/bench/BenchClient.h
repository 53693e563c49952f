// A client of the sandbox for benches: logs in from the sandbox's line of JSON, opens key files with the benches' password.
#pragma once

#include "driver/json/Json.h"
#include "driver/keystore/KeyFileProvider.h"
#include "driver/keystore/KeyStoreRegistry.h"
#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace es::bench {

class BenchClient {
public:
    explicit BenchClient(const std::string& sandboxFile)
    {
        const json::Json info = must(json::parse(contents(sandboxFile)));
        m_keyStores.add(std::make_unique<keystore::KeyFileProvider>(must(keystore::defaultKeyFolder()), m_password));
        session::ConnectionSettings settings;
        const std::string server = must(info.stringAt("server"));
        settings.host = server.substr(0, server.find(','));
        settings.port = static_cast<std::uint16_t>(std::stoi(server.substr(server.find(',') + 1)));
        settings.user = must(info.stringAt("user"));
        settings.password = base::SecureBytes(base::viewOf(contents(must(info.stringAt("password_file")))));
        settings.database = must(info.stringAt("database"));
        settings.tls.caFile = must(info.stringAt("ca_file"));
        settings.columnEncryption = true;
        settings.attestation.protocol = session::AttestationProtocol::kNone;
        m_session = must(session::Session::connect(std::move(settings), session::Services{m_keyStores}, {}));
    }

    // Runs one statement; seconds until all of its answer is here.
    double seconds(const std::string& text, std::vector<session::Parameter> parameters = {})
    {
        session::CollectingSink sink;
        const session::Statement statement{text, std::move(parameters), session::StatementEncryption::kAsConnected};
        const auto started = std::chrono::steady_clock::now();
        must(m_session->execute(statement, sink, {}));
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    }

    template <class T> static T must(base::Result<T> result)
    {
        if (!result) {
            std::fprintf(stderr, "bench: %s\n", result.error().describe().c_str());
            std::exit(1);
        }
        return std::move(result).value();
    }

private:
    class Password final : public keystore::PasswordSource {
        base::Result<base::SecureBytes> passwordFor(std::string_view) override { return base::SecureBytes(base::viewOf("bench")); }
    };

    static std::string contents(const std::string& path)
    {
        std::ifstream file(path);
        std::string text{std::istreambuf_iterator<char>(file), {}};
        while (!text.empty() && text.back() == '\n')
            text.pop_back();
        return text;
    }

    Password m_password;
    keystore::KeyStoreRegistry m_keyStores;
    std::unique_ptr<session::Session> m_session;
};

inline double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

}  // namespace es::bench
