// What enclavectl's exit status says: documented in the README and in --help, the same for good. Thread: any (pure).
#pragma once

#include "driver/base/Error.h"

#include <QString>

namespace es::ctl {

enum class ExitStatus : int {
    kOk = 0,
    kStatementFailed = 1, // the server refused or failed a statement
    kUsage = 2, // wrong command line, or it names something that is not there
    kNotConnected = 3, // no connection: host, port, time-out, protocol, attestation service
    kLoginRefused = 4, // user, password, database
    kTlsNotTrusted = 5, // certificate, host name, authority
    kKeyStore = 6, // key file missing, its password wrong or not given
    kRefusedForSafety = 7, // enclave refused, key not to be released, cell or wrapped key altered, encryption promised but not had
    kSessionLost = 8, // the connection broke while something ran
    kNoEnclave = 9, // the server has no column encryption, no enclave, or not the one asked for
    kOutput = 10, // the result could not be written
    kInternal = 70, // this program failed
    kCancelled = 130, // Ctrl+C
};

// What `enclavectl attest` says instead: its first numbers are the answer that was asked for.
enum class AttestStatus : int {
    kVerified = 0,
    kServerRefused = 1, // the server refused a statement
    kUsage = 2, // wrong command line, policy or record that cannot be read
    kRefused = 3, // a rule failed; with --verify also: no longer as recorded
    kUnreachable = 4, // the attestation service, or the server
    kNotAttested = 5, // protocol None: nobody proved who the enclave is
    kSessionLost = 8,
    kNoEnclave = 9, // no enclave, another kind, or no evidence for want of an enclave-enabled key
    kOutput = 10,
    kLoginRefused = 11,
    kTlsNotTrusted = 12, // of the server
    kInternal = 70,
    kCancelled = 130,
};

inline constexpr base::ErrorCode kBadUsage{"ctl", "BadUsage"};
inline constexpr base::ErrorCode kNoKeyPassword{"ctl", "NoKeyPassword"};

[[nodiscard]] ExitStatus statusOf(const base::Error& error);
[[nodiscard]] AttestStatus attestStatusOf(const base::Error& error);
// The tables for --help.
[[nodiscard]] QString exitStatusHelp();
[[nodiscard]] QString attestStatusHelp();

} // namespace es::ctl
