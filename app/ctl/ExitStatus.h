// What enclavectl's exit status says: documented in the README and in --help, the same for good. Thread: any (pure).
#pragma once

#include "driver/base/Error.h"

#include <QString>

namespace es::ctl {

enum class ExitStatus : int {
    kOk = 0,
    kStatementFailed = 1, // the server refused or failed a statement
    kUsage = 2, // wrong command line, or it names something that is not there
    kNotConnected = 3, // no connection: host, port, time-out, protocol
    kLoginRefused = 4, // user, password, database
    kTlsNotTrusted = 5, // certificate, host name, authority
    kKeyStore = 6, // key file missing, its password wrong or not given
    kRefusedForSafety = 7, // master key not signed, cell or wrapped key altered, encryption promised but not had
    kSessionLost = 8, // the connection broke while something ran
    kNoEnclave = 9, // the server has no column encryption, no enclave, or not the one asked for
    kOutput = 10, // the result could not be written
    kInternal = 70, // this program failed
    kCancelled = 130, // Ctrl+C
};

inline constexpr base::ErrorCode kBadUsage{"ctl", "BadUsage"};
inline constexpr base::ErrorCode kNoKeyPassword{"ctl", "NoKeyPassword"};

[[nodiscard]] ExitStatus statusOf(const base::Error& error);
// The table for --help.
[[nodiscard]] QString exitStatusHelp();

} // namespace es::ctl
