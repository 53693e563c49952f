#include "driver/session/ServerErrors.h"

#include <algorithm>

namespace es::session {

namespace {

constexpr std::int32_t kErrorLoginFailed = 18456;
constexpr std::int32_t kErrorDatabaseNotOpened = 4060;
constexpr std::uint8_t kSeverityFatal = 20;

struct Advice {
    std::int32_t number;
    std::string_view text;
    std::string_view setting;
    std::string_view remedy;
};

// What a person can do about the errors of Always Encrypted; everything else speaks for itself in the server's words.
constexpr Advice kAdvice[] = {
    {206, "The server refused the statement: the types do not go together.", "column-encryption",
        "Compare an encrypted column only with a parameter of exactly its type, over a connection with column encryption on."},
    {33195, "The server does not know our enclave session.", "attestation",
        "Run the statement again; a new enclave session is opened for it."},
    {kErrorEnclaveKeyMissing, "The statement needs a column key that the enclave does not have.", "attestation",
        "Connect with column encryption and an attestation protocol on, so that the key can be sent to the enclave."},
    {33543, "The column key is not allowed in the enclave.", "attestation",
        "Use a column key whose master key was created with enclave computations allowed."},
    {33545, "The server has no enclave.", "attestation", "Use a server with an enclave, or set attestation to off."},
};

const Advice* adviceFor(std::int32_t number)
{
    const auto* found
        = std::find_if(std::begin(kAdvice), std::end(kAdvice), [number](const Advice& advice) { return advice.number == number; });
    return found == std::end(kAdvice) ? nullptr : found;
}

const base::ServerError* ofNumber(const std::vector<base::ServerError>& errors, std::int32_t number)
{
    const auto found
        = std::find_if(errors.begin(), errors.end(), [number](const base::ServerError& error) { return error.number == number; });
    return found == errors.end() ? nullptr : &*found;
}

base::Error fatal(
    base::ErrorCode code, base::Origin origin, std::string text, std::string setting, std::string remedy, const base::ServerError& server)
{
    base::Error error = base::makeError(code, std::move(text), std::move(setting), std::move(remedy));
    error.origin = origin;
    error.consequence = base::Consequence::kSessionUnusable;
    error.server = server;
    return error;
}

} // namespace

base::Error loginError(const std::vector<base::ServerError>& errors, const ConnectionSettings& settings)
{
    // A database that cannot be opened comes as 4060 next to 18456: the more exact one speaks.
    if (const auto* error = ofNumber(errors, kErrorDatabaseNotOpened))
        return fatal(kDatabaseNotOpened, base::Origin::kServer, "The server could not open the database \"" + settings.database + "\".",
            "database", "Check the name of the database and that the login may use it; leave it empty for the login's default database.",
            *error);
    if (const auto* error = ofNumber(errors, kErrorLoginFailed))
        return fatal(kLoginFailed, base::Origin::kServer, "The server refused the login of \"" + settings.user + "\".", "password",
            "Check user name and password, and that the login is enabled on this server.", *error);
    return fatal(kLoginRefused, base::Origin::kServer, "The server refused the login of \"" + settings.user + "\".", "user",
        "Read the server's message; its log may say more.", errors.front());
}

void StatementErrors::add(const base::ServerError& error)
{
    ++m_count;
    m_worstSeverity = std::max(m_worstSeverity, error.severity);
    if (!m_first) m_first = error;
}

bool StatementErrors::fatal() const
{
    return m_worstSeverity >= kSeverityFatal;
}

base::Error StatementErrors::toError() const
{
    base::Error error = base::makeError(kServerError, "The server reported an error.");
    if (const Advice* advice = adviceFor(m_first->number)) {
        error.text = advice->text;
        error.setting = advice->setting;
        error.remedy = advice->remedy;
    } else if (m_count > 1) {
        error.text = "The server reported " + std::to_string(m_count) + " errors.";
    }
    error.origin = base::Origin::kServer;
    error.server = m_first;
    if (m_rolledBack) error.consequence = base::Consequence::kTransactionLost;
    if (fatal()) {
        error.consequence = base::Consequence::kSessionUnusable;
        if (error.remedy.empty()) error.remedy = "The server ended the connection; connect again.";
    }
    return error;
}

base::Error connectionLostError(const base::Error& cause, std::string_view during)
{
    base::Error error = base::makeError(kConnectionLost, "The connection to the server was lost " + std::string(during) + ": " + cause.text,
        "host", "Connect again; whether a statement that was running took effect has to be looked up in the database.");
    error.origin = cause.origin;
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

base::Error protocolError(std::string text)
{
    base::Error error = base::makeError(kProtocolError, "The server's answer does not follow the protocol: " + std::move(text), "host",
        "The connection was closed; connect again, and check that the address is that of a SQL Server.");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

} // namespace es::session
