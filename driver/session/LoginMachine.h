// From an open transport to a session: PRELOGIN, TLS, LOGIN7 (strict: TLS, PRELOGIN, LOGIN7), and the checks of what the server answered. Never sends a password, nor goes on,
// without TLS or without the column encryption and enclave that were asked for.
// Thread: session thread only.                                                     MS-TDS 2.2.6.4, 2.2.6.5, 3.2.5
#pragma once

#include "driver/session/ConnectionFacts.h"
#include "driver/session/Machine.h"
#include "driver/tds/Packet.h"
#include "driver/tds/TokenDecoder.h"

namespace es::session {

// Contradictions that can be seen before anything is sent. Errors: kBadSettings.
[[nodiscard]] base::Result<void> checkSettings(const ConnectionSettings& settings);

class LoginMachine final : public Machine {
public:
    // Both must outlive the machine; `facts` is filled in.
    LoginMachine(const ConnectionSettings& settings, ConnectionFacts& facts);

    // Failed carries: kEncryptionRefused, kLoginFailed, kDatabaseNotOpened, kLoginRefused, kProtocolVersion, kColumnEncryptionNotSupported,
    // kNoEnclave, kEnclaveType, kWrongInstance, kProtocolError. Finished with facts.route set: logged in, and sent on to another server.
    [[nodiscard]] Action step(const Input& input) override;

    // Requests that were answered: for the counters.
    [[nodiscard]] std::uint64_t answersRead() const { return m_answersRead; }

private:
    [[nodiscard]] bool strict() const { return m_settings.tls.mode == EncryptionMode::kStrict; }
    [[nodiscard]] std::uint32_t wantedVersion() const;
    [[nodiscard]] Action startTls();
    [[nodiscard]] Action sendPrelogin();
    [[nodiscard]] Action sendLogin();
    [[nodiscard]] Action onBytes(base::ByteView bytes);
    [[nodiscard]] Action onPreloginAnswer(base::ByteView payload);
    [[nodiscard]] Action onLoginAnswer(base::ByteView payload);
    void onLoginToken(const tds::Token& token);
    [[nodiscard]] base::Result<void> checkLogin() const;
    [[nodiscard]] base::Result<void> takeColumnEncryption();
    [[nodiscard]] std::uint8_t requestedEncryptionVersion() const;

    enum class Phase : std::uint8_t { kPrelogin, kTls, kLogin };
    const ConnectionSettings& m_settings;
    ConnectionFacts& m_facts;
    Phase m_phase = Phase::kPrelogin;
    base::Bytes m_prelogin;
    base::SecureBytes m_login;  // holds the password in recoverable form
    tds::PacketAssembler m_messages;
    tds::TokenDecoder m_decoder;
    std::uint64_t m_answersRead = 0;

    std::optional<tds::LoginAck> m_ack;
    std::vector<tds::Feature> m_features;
    std::vector<base::ServerError> m_errors;
};

}  // namespace es::session
