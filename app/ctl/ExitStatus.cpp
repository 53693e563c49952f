#include "app/ctl/ExitStatus.h"

#include <algorithm>
#include <array>

namespace es::ctl {

namespace {

struct Rule {
    std::string_view room;
    std::string_view name; // empty: every code of the room that no rule above names
    ExitStatus status;
};

// From top to bottom, the first that fits.
constexpr std::array kRules{
    Rule{"ctl", "NoKeyPassword", ExitStatus::kKeyStore},
    Rule{"ctl", "", ExitStatus::kUsage},
    Rule{"plan", "", ExitStatus::kUsage},
    Rule{"runner", "StepNotSeen", ExitStatus::kStatementFailed},
    Rule{"runner", "", ExitStatus::kUsage},
    Rule{"services", "KeyNotFound", ExitStatus::kUsage},
    Rule{"services", "NameTaken", ExitStatus::kUsage},
    Rule{"services", "SandboxInfoUnreadable", ExitStatus::kUsage},
    Rule{"services", "PasswordFileUnreadable", ExitStatus::kUsage},
    Rule{"services", "MasterKeyNotSigned", ExitStatus::kRefusedForSafety},
    Rule{"services", "NotConnected", ExitStatus::kSessionLost},
    Rule{"services", "", ExitStatus::kInternal},
    Rule{"reports", "", ExitStatus::kOutput},
    Rule{"tsql", "", ExitStatus::kStatementFailed},
    Rule{"catalog", "", ExitStatus::kStatementFailed},
    Rule{"types", "", ExitStatus::kStatementFailed},
    Rule{"tls", "TlsHandshake", ExitStatus::kNotConnected},
    Rule{"tls", "TlsBroken", ExitStatus::kSessionLost},
    Rule{"tls", "", ExitStatus::kTlsNotTrusted},
    Rule{"transport", "ConnectionLost", ExitStatus::kSessionLost},
    Rule{"transport", "", ExitStatus::kNotConnected},
    Rule{"session", "LoginFailed", ExitStatus::kLoginRefused},
    Rule{"session", "DatabaseNotOpened", ExitStatus::kLoginRefused},
    Rule{"session", "LoginRefused", ExitStatus::kLoginRefused},
    Rule{"session", "EncryptionRefused", ExitStatus::kTlsNotTrusted},
    Rule{"session", "ProtocolVersion", ExitStatus::kNotConnected},
    Rule{"session", "TimedOut", ExitStatus::kNotConnected},
    Rule{"session", "BadSettings", ExitStatus::kUsage},
    Rule{"session", "ColumnEncryptionNotSupported", ExitStatus::kNoEnclave},
    Rule{"session", "NoEnclave", ExitStatus::kNoEnclave},
    Rule{"session", "EnclaveType", ExitStatus::kNoEnclave},
    Rule{"session", "NoEvidence", ExitStatus::kNoEnclave},
    Rule{"session", "ServerError", ExitStatus::kStatementFailed},
    Rule{"session", "BadParameter", ExitStatus::kStatementFailed},
    Rule{"session", "ConnectionLost", ExitStatus::kSessionLost},
    Rule{"session", "SessionClosed", ExitStatus::kSessionLost},
    Rule{"session", "ProtocolError", ExitStatus::kSessionLost},
    Rule{"session", "ColumnKeyFailed", ExitStatus::kKeyStore},
    Rule{"session", "", ExitStatus::kRefusedForSafety},
    Rule{"keystore", "", ExitStatus::kKeyStore},
    Rule{"crypto", "Pkcs12Format", ExitStatus::kKeyStore},
    Rule{"crypto", "Pkcs12Password", ExitStatus::kKeyStore},
    Rule{"crypto", "BadRsaKey", ExitStatus::kKeyStore},
    Rule{"crypto", "BadKeyPath", ExitStatus::kKeyStore},
    Rule{"crypto", "", ExitStatus::kRefusedForSafety},
    Rule{"http", "HttpBadUrl", ExitStatus::kUsage},
    Rule{"http", "HttpPlain", ExitStatus::kUsage},
    Rule{"http", "", ExitStatus::kNotConnected},
    Rule{"attestation", "PolicyMismatch", ExitStatus::kUsage},
    Rule{"attestation", "BadPolicy", ExitStatus::kUsage},
    Rule{"attestation", "BadRecord", ExitStatus::kUsage},
    Rule{"attestation", "ServiceFailed", ExitStatus::kNotConnected},
    Rule{"attestation", "UnsupportedEnclaveType", ExitStatus::kNoEnclave},
    Rule{"attestation", "", ExitStatus::kRefusedForSafety},
    Rule{"enclave", "", ExitStatus::kRefusedForSafety},
};

} // namespace

ExitStatus statusOf(const base::Error& error)
{
    const auto rule = std::find_if(kRules.begin(), kRules.end(),
        [&](const Rule& r) { return r.room == error.code.room && (r.name.empty() || r.name == error.code.name); });
    if (rule != kRules.end()) return rule->status;
    if (error.consequence == base::Consequence::kSessionUnusable) return ExitStatus::kSessionLost;
    return error.server ? ExitStatus::kStatementFailed : ExitStatus::kInternal;
}

AttestStatus attestStatusOf(const base::Error& error)
{
    switch (statusOf(error)) {
    case ExitStatus::kOk: return AttestStatus::kVerified;
    case ExitStatus::kStatementFailed: return AttestStatus::kServerRefused;
    case ExitStatus::kUsage: return AttestStatus::kUsage;
    case ExitStatus::kNotConnected: return AttestStatus::kUnreachable;
    case ExitStatus::kLoginRefused: return AttestStatus::kLoginRefused;
    case ExitStatus::kTlsNotTrusted: return AttestStatus::kTlsNotTrusted;
    case ExitStatus::kKeyStore:
    case ExitStatus::kRefusedForSafety: return AttestStatus::kRefused;
    case ExitStatus::kSessionLost: return AttestStatus::kSessionLost;
    case ExitStatus::kNoEnclave: return AttestStatus::kNoEnclave;
    case ExitStatus::kOutput: return AttestStatus::kOutput;
    case ExitStatus::kCancelled: return AttestStatus::kCancelled;
    case ExitStatus::kInternal: break;
    }
    return AttestStatus::kInternal;
}

QString attestStatusHelp()
{
    return QStringLiteral("Exit statuses of attest:\n"
                          "    0  verified\n"
                          "    1  the server refused a statement\n"
                          "    2  wrong command line, or a policy or record that cannot be read\n"
                          "    3  refused: a rule failed (--verify: or the judgement is another than recorded)\n"
                          "    4  unreachable: the attestation service, or the server\n"
                          "    5  not attested (protocol None)\n"
                          "    8  the session was lost while something ran\n"
                          "    9  no enclave, another kind of enclave, or no evidence (no key of the database is for the enclave)\n"
                          "   10  the result could not be written\n"
                          "   11  login refused\n"
                          "   12  TLS of the server not trusted\n"
                          "   70  this program failed; please report it\n"
                          "  130  cancelled (Ctrl+C)\n");
}

QString exitStatusHelp()
{
    return QStringLiteral("Exit statuses, but for attest:\n"
                          "    0  done\n"
                          "    1  the server refused or failed a statement\n"
                          "    2  wrong command line, or it names something that is not there\n"
                          "    3  no connection (host, port, time-out, protocol), or none to the attestation service\n"
                          "    4  login refused (user, password, database)\n"
                          "    5  TLS not trusted (certificate, host name, authority)\n"
                          "    6  key store (key file missing, its password wrong or not given)\n"
                          "    7  refused for safety (enclave refused, key not to be released, cell or wrapped key altered)\n"
                          "    8  the session was lost while something ran\n"
                          "    9  the server has no column encryption, no enclave, or not the one asked for\n"
                          "   10  the result could not be written\n"
                          "   70  this program failed; please report it\n"
                          "  130  cancelled (Ctrl+C)\n");
}

} // namespace es::ctl
