// A session over a script: what every test of this room begins with.
#pragma once

#include "driver/keystore/KeyStoreRegistry.h"
#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"
#include "tests/support/ScriptedTransport.h"
#include "tests/support/ServerBytes.h"

#include <QtTest>

namespace es::test {

inline session::ConnectionSettings plainSettings()
{
    session::ConnectionSettings settings;
    settings.host = "db.example";
    settings.user = "ann";
    settings.password = base::SecureBytes(base::viewOf("pa55-MARKER"));
    settings.database = "ContosoHR";
    settings.cancelTimeoutMs = 200;
    return settings;
}

inline session::ConnectionSettings encryptedSettings(session::AttestationProtocol protocol = session::AttestationProtocol::kOff)
{
    auto settings = plainSettings();
    settings.columnEncryption = true;
    settings.attestation.protocol = protocol;
    return settings;
}

// SQL_Latin1_General_CP1_CI_AS
inline Bytes defaultCollation() { return {0x09, 0x04, 0xD0, 0x00, 0x34}; }

inline ServerBytes loginTokens()
{
    ServerBytes tokens;
    tokens.envText(1, "ContosoHR", "master").info(5701, "Changed database context to 'ContosoHR'.");
    tokens.envBytes(7, defaultCollation(), {});
    tokens.loginAck().envText(4, "8000", "4096");
    return tokens;
}

// PRELOGIN, TLS, LOGIN7, answer. `columnEncryption`: version to acknowledge, 0 none.
inline Script loginScript(unsigned columnEncryption = 0, std::string_view enclaveType = {})
{
    ServerBytes answer = loginTokens();
    if (columnEncryption > 0)
        answer.columnEncryptionAck(columnEncryption, enclaveType);
    answer.done(0, 0, 0);
    Script script;
    script.expect(0x12).give(preloginAnswer(1)).tls().expect(0x10).give(answer.message());
    return script;
}
inline constexpr std::size_t kLoginSteps = 5;

// One connection over a script.
struct Connection {
    std::shared_ptr<ScriptRecord> record = std::make_shared<ScriptRecord>();
    keystore::KeyStoreRegistry keyStores;
    attestation::ServiceDocuments* documents = nullptr;
    attestation::EnclaveSessionCache* enclaveSessions = nullptr;
    std::vector<session::Progress> steps;
    std::unique_ptr<session::Session> session;  // its services live longer
    std::optional<base::Error> error;

    void open(Script script, session::ConnectionSettings settings, ReplayOptions options = {}, std::stop_token cancel = {},
        const base::Clock& clock = base::Clock::system())
    {
        auto transport = std::make_unique<ScriptedTransport>(std::move(script), record, std::move(options));
        const session::Services services{keyStores, clock, base::LogSink::discard(), documents, enclaveSessions,
            [this](const session::Progress& step) { steps.push_back(step); }};
        auto connected = session::Session::connectOver(std::move(transport), std::move(settings), services, cancel);
        if (connected)
            session = std::move(connected).value();
        else
            error = std::move(connected).error();
    }
    [[nodiscard]] QByteArray violations() const
    {
        QByteArray all;
        for (const std::string& violation : record->violations)
            all += QByteArray::fromStdString(violation) + "; ";
        return all;
    }
};

inline QByteArray nameOf(base::ErrorCode code)
{
    return QByteArray(code.room.data(), static_cast<qsizetype>(code.room.size())) + '.' + QByteArray(code.name.data(), static_cast<qsizetype>(code.name.size()));
}

inline session::Statement batch(std::string text)
{
    session::Statement statement;
    statement.text = std::move(text);
    return statement;
}

inline std::int32_t intCell(const session::CollectedResultSet& set, std::size_t row, std::size_t column = 0)
{
    const ByteView cell = set.cell(row, column);
    std::int32_t value = 0;
    for (std::size_t i = 0; i < cell.size() && i < 4; ++i)
        value |= static_cast<std::int32_t>(static_cast<std::uint32_t>(cell[i]) << (8 * i));
    return value;
}

}  // namespace es::test
