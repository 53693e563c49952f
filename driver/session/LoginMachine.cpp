#include "driver/session/LoginMachine.h"

#include "driver/session/ServerErrors.h"
#include "driver/tds/Login7.h"
#include "driver/tds/Prelogin.h"

#include <algorithm>

namespace es::session {

namespace {

constexpr std::size_t kMaxLoginAnswerBytes = std::size_t{4} << 20; // a login answer is a few hundred bytes
constexpr std::string_view kLibraryName = "Enclave Studio driver";

base::Error fatalError(base::ErrorCode code, std::string text, std::string setting, std::string remedy)
{
    base::Error error = base::makeError(code, std::move(text), std::move(setting), std::move(remedy));
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

base::Error badSettings(std::string text, std::string setting, std::string remedy)
{
    return fatalError(kBadSettings, std::move(text), std::move(setting), std::move(remedy));
}

std::string upperAscii(std::string text)
{
    std::transform(
        text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

// HGS and None go with VBS alone, Azure Attestation with both.                                    enclave-protocol.md 1.4
bool enclaveTypeFits(AttestationProtocol protocol, const std::string& upperType)
{
    return upperType == "VBS" || (upperType == "SGX" && protocol == AttestationProtocol::kAas);
}

std::string versionText(const std::array<base::Byte, 4>& version)
{
    return std::to_string(version[0]) + '.' + std::to_string(version[1]) + '.' + std::to_string(version[2] * 256 + version[3]);
}

} // namespace

base::Result<void> checkSettings(const ConnectionSettings& settings)
{
    const AttestationSettings& attestation = settings.attestation;
    const bool needsUrl = attestation.protocol == AttestationProtocol::kHgs || attestation.protocol == AttestationProtocol::kAas;
    if (settings.host.empty()) return badSettings("No server was named.", "host", "Give the name or the address of the server.");
    if (settings.port == 0 && settings.instance.empty())
        return badSettings("No port was given.", "port", "Give the server's port, usually 1433, or the name of its instance.");
    if (settings.user.empty()) return badSettings("No user was named.", "user", "Give the name of a SQL Server login.");
    if (attestation.protocol != AttestationProtocol::kOff && !settings.columnEncryption)
        return badSettings("An attestation protocol is set, but column encryption is off.", "attestation",
            "Switch column encryption on, or set attestation to off.");
    if (needsUrl && attestation.url.empty())
        return badSettings("The attestation protocol needs the address of the attestation service.", "attestation-url", "Give its URL.");
    if (!needsUrl && !attestation.url.empty())
        return badSettings("An attestation URL is given, but the attestation protocol does not use one.", "attestation-url",
            "Choose HGS or Azure attestation, or leave the URL empty.");
    if (settings.tls.mode == EncryptionMode::kStrict && settings.tls.trustServerCertificate)
        return badSettings("Strict encryption always checks the server's certificate, but it is to be trusted unseen.",
            "trust-server-certificate", "Give the issuer's certificate as the CA file, or choose mandatory encryption.");
    if (settings.tls.trustServerCertificate && !settings.tls.caFile.empty())
        return badSettings("A CA file is given and at the same time the certificate is to be trusted unseen.", "trust-server-certificate",
            "Choose one: the CA file verifies the server, trusting unseen does not.");
    return {};
}

LoginMachine::LoginMachine(const ConnectionSettings& settings, ConnectionFacts& facts)
    : m_settings(settings)
    , m_facts(facts)
    , m_messages(kMaxLoginAnswerBytes)
{
}

Action LoginMachine::step(const Input& input)
{
    if (std::holds_alternative<Started>(input)) return strict() ? startTls() : sendPrelogin();
    if (std::holds_alternative<Written>(input)) {
        m_login.clear();
        return NeedBytes{};
    }
    if (std::holds_alternative<TlsEstablished>(input) && m_phase == Phase::kTls) return strict() ? sendPrelogin() : sendLogin();
    if (const auto* arrived = std::get_if<BytesArrived>(&input)) return onBytes(arrived->bytes);
    return Failed{protocolError("nothing of this kind is possible during login.")};
}

Action LoginMachine::startTls()
{
    m_phase = Phase::kTls;
    return StartTls{};
}

Action LoginMachine::sendPrelogin()
{
    m_phase = Phase::kPrelogin;
    tds::Prelogin prelogin;
    prelogin.setVersion({});
    prelogin.setEncryption(strict() ? tds::Encryption::kNotSupported : tds::Encryption::kOn);  // without meaning inside TLS
    base::Bytes instance(m_settings.instance.begin(), m_settings.instance.end());
    instance.push_back(0);
    prelogin.set(tds::PreloginToken::kInstance, std::move(instance));
    prelogin.set(tds::PreloginToken::kThreadId, {0, 0, 0, 0});
    prelogin.set(tds::PreloginToken::kMars, {0});
    tds::appendPackets(tds::PacketType::kPrelogin, tds::encodePrelogin(prelogin), tds::kDefaultPacketBytes, m_prelogin);
    return WriteBytes{m_prelogin};
}

std::uint32_t LoginMachine::wantedVersion() const
{
    return strict() ? tds::kTds80 : tds::kTds74;
}

std::uint8_t LoginMachine::requestedEncryptionVersion() const
{
    if (!m_settings.columnEncryption) return 0;
    return m_settings.attestation.protocol == AttestationProtocol::kOff ? 1 : 2;
}

Action LoginMachine::sendLogin()
{
    m_phase = Phase::kLogin;
    tds::Login7 login;
    login.tdsVersion = wantedVersion();
    login.packetBytes = m_settings.packetSize;
    login.userName = m_settings.user;
    login.password = m_settings.password.clone();
    login.appName = m_settings.applicationName;
    login.serverName = m_settings.host;
    login.libraryName = kLibraryName;
    login.database = m_settings.database;
    login.features.emplace();
    if (requestedEncryptionVersion() > 0) login.features->push_back(tds::columnEncryptionRequest(requestedEncryptionVersion()));
    login.features->push_back({tds::kFeatureUtf8Support, {1}});
    auto packets = tds::encodeLogin7Packets(login, tds::kDefaultPacketBytes);
    if (!packets) return Failed{std::move(packets).error()};
    m_login = std::move(packets).value();
    return WriteBytes{m_login.reveal(base::SecretAccess::forLogin())};
}

Action LoginMachine::onBytes(base::ByteView bytes)
{
    m_messages.feed(bytes);
    auto message = m_messages.next();
    if (!message) return Failed{std::move(message).error()};
    if (!*message) return NeedBytes{};
    if ((*message)->type != tds::PacketType::kTabularResult) return Failed{protocolError("a message of another type than a login answer.")};
    ++m_answersRead;
    if ((*message)->spid != 0) m_facts.state.spid = (*message)->spid;
    return m_phase == Phase::kPrelogin ? onPreloginAnswer((*message)->payload) : onLoginAnswer((*message)->payload);
}

Action LoginMachine::onPreloginAnswer(base::ByteView payload)
{
    const auto answer = tds::decodePrelogin(payload);
    if (!answer) return Failed{protocolError("the answer to PRELOGIN cannot be read.")};
    const base::Bytes* otherInstance = answer->find(tds::PreloginToken::kInstance);
    if (!m_settings.instance.empty() && otherInstance != nullptr && !otherInstance->empty() && otherInstance->front() == 1)
        return Failed{fatalError(kWrongInstance, "Another instance than " + m_settings.instance + " answers at this port.", "host",
            "Check the instance's name and the port.")};
    if (strict()) return sendLogin();
    const auto encryption = answer->encryption();
    if (encryption != tds::Encryption::kOn && encryption != tds::Encryption::kRequired)
        return Failed{fatalError(kEncryptionRefused, "The server does not offer an encrypted connection.", "host",
            "Give the server a certificate; this program never sends a password or data without TLS.")};
    // Bytes that came in clear behind the answer would later be taken for bytes that came through TLS.
    if (m_messages.insideMessage()) return Failed{protocolError("bytes in clear text follow the answer to PRELOGIN.")};
    return startTls();
}

Action LoginMachine::onLoginAnswer(base::ByteView payload)
{
    m_decoder.feed(payload);
    for (;;) {
        auto token = m_decoder.next();
        if (!token) return Failed{std::move(token).error()};
        if (*token == nullptr) break;
        onLoginToken(**token);
    }
    if (auto ended = m_decoder.endOfMessage(); !ended) return Failed{std::move(ended).error()};
    if (auto checked = checkLogin(); !checked) return Failed{std::move(checked).error()};
    if (m_facts.route) return Finished{};
    m_facts.state.programName = m_ack->program;
    m_facts.state.serverVersion = versionText(m_ack->programVersion);
    if (auto taken = takeColumnEncryption(); !taken) return Failed{std::move(taken).error()};
    return Finished{};
}

void LoginMachine::onLoginToken(const tds::Token& token)
{
    if (const auto* change = std::get_if<tds::EnvChange>(&token)) {
        if (change->type == tds::EnvChangeType::kRouting || change->type == tds::EnvChangeType::kEnhancedRouting)
            m_facts.route = Route{change->newText, change->routingPort};
        m_facts.apply(*change);
    } else if (const auto* ack = std::get_if<tds::LoginAck>(&token)) {
        m_ack = *ack;
    } else if (const auto* features = std::get_if<tds::FeatureExtAck>(&token)) {
        m_features.insert(m_features.end(), features->features.begin(), features->features.end());
    } else if (const auto* message = std::get_if<tds::ServerMessage>(&token); message != nullptr && message->isError) {
        m_errors.push_back(message->error);
    }
}

base::Result<void> LoginMachine::checkLogin() const
{
    if (!m_errors.empty()) return loginError(m_errors, m_settings);
    if (!m_ack) return protocolError("the login was neither accepted nor refused.");
    if (m_ack->tdsVersion != wantedVersion())
        return strict() ? fatalError(kProtocolVersion, "The server does not answer in TDS 8.0.", "encrypt",
                              "Use SQL Server 2022 or later, or choose mandatory encryption.")
                        : fatalError(kProtocolVersion, "The server speaks another version of its protocol than TDS 7.4.", "host",
                              "Use SQL Server 2012 or later.");
    return {};
}

base::Result<void> LoginMachine::takeColumnEncryption()
{
    const auto feature = std::find_if(
        m_features.begin(), m_features.end(), [](const tds::Feature& candidate) { return candidate.id == tds::kFeatureColumnEncryption; });
    const std::uint8_t requested = requestedEncryptionVersion();
    if (feature == m_features.end()) {
        if (requested == 0) return {};
        return fatalError(kColumnEncryptionNotSupported, "The server does not support Always Encrypted on this connection.",
            "column-encryption", "Switch column encryption off to see ciphertext, or use SQL Server 2016 or later.");
    }
    if (requested == 0) return protocolError("column encryption is acknowledged although nobody asked for it.");
    auto decoded = tds::decodeColumnEncryptionAck(feature->data);
    if (!decoded || decoded->version > requested)
        return protocolError("the acknowledgement of column encryption cannot be read or exceeds what was asked for.");
    if (requested >= 2 && decoded->version < 2)
        return fatalError(kNoEnclave, "The server has no enclave, but this connection asks for one.", "attestation",
            "Use a server with a configured enclave, or set attestation to off; nothing was sent without it.");
    const std::string enclaveType = upperAscii(decoded->enclaveType);
    m_facts.state.enclaveType = requested >= 2 ? enclaveType : std::string();
    if (requested >= 2 && !enclaveTypeFits(m_settings.attestation.protocol, enclaveType))
        return fatalError(kEnclaveType,
            "The server's enclave type \"" + decoded->enclaveType + "\" does not go with attestation protocol \""
                + std::string(protocolName(m_settings.attestation.protocol)) + "\".",
            "attestation", "Choose the attestation protocol that the server's enclave is configured for.");
    m_facts.columnEncryptionVersion = decoded->version;
    m_facts.state.columnEncryption = true;
    m_facts.state.attestationProtocol = m_settings.attestation.protocol;
    return {};
}

} // namespace es::session
