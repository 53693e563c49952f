// Error codes of the session room. Tests, exit statuses and help pages refer to the names.
#pragma once

#include "driver/base/Error.h"

namespace es::session {

using base::ErrorCode;

// Login
inline constexpr ErrorCode kLoginFailed{"session", "LoginFailed"};            // 18456; setting "password"
inline constexpr ErrorCode kDatabaseNotOpened{"session", "DatabaseNotOpened"};  // 4060; setting "database"
inline constexpr ErrorCode kLoginRefused{"session", "LoginRefused"};          // any other ERROR during login
inline constexpr ErrorCode kEncryptionRefused{"session", "EncryptionRefused"};  // the server cannot do TLS: we never send a password without
inline constexpr ErrorCode kProtocolVersion{"session", "ProtocolVersion"};    // LOGINACK with a version other than 7.4
inline constexpr ErrorCode kColumnEncryptionNotSupported{"session", "ColumnEncryptionNotSupported"};  // no acknowledgement
inline constexpr ErrorCode kNoEnclave{"session", "NoEnclave"};                // enclave asked for, server has none; setting "attestation"
inline constexpr ErrorCode kEnclaveType{"session", "EnclaveType"};            // enclave type unknown or not one for this protocol
inline constexpr ErrorCode kBadSettings{"session", "BadSettings"};            // settings that contradict each other
inline constexpr ErrorCode kInstanceNotFound{"session", "InstanceNotFound"};  // named instance whose port nobody tells; setting "host"
inline constexpr ErrorCode kWrongInstance{"session", "WrongInstance"};        // another instance answers at the port; setting "host"
inline constexpr ErrorCode kRoutedInCircles{"session", "RoutedInCircles"};    // sent on to where the login has been, or too often; setting "host"
inline constexpr ErrorCode kTimedOut{"session", "TimedOut"};                  // connect timeout; setting "connect-timeout"

// Statements
inline constexpr ErrorCode kServerError{"session", "ServerError"};            // Error::server has the server's words
inline constexpr ErrorCode kConnectionLost{"session", "ConnectionLost"};
inline constexpr ErrorCode kSessionClosed{"session", "SessionClosed"};
inline constexpr ErrorCode kProtocolError{"session", "ProtocolError"};        // the server said something invalid here
inline constexpr ErrorCode kBadParameter{"session", "BadParameter"};          // value does not fit its declared type, bad or double name

// Always Encrypted
inline constexpr ErrorCode kDescribeFailed{"session", "DescribeFailed"};      // sp_describe_parameter_encryption: result set missing, wrong count, unknown ordinal
inline constexpr ErrorCode kForceEncryption{"session", "ForceEncryption"};
inline constexpr ErrorCode kUnsupportedEncryption{"session", "UnsupportedEncryption"};  // algorithm id, encryption type, rule version, base type
inline constexpr ErrorCode kColumnKeyFailed{"session", "ColumnKeyFailed"};    // no value of the key could be unwrapped; names key store and path
inline constexpr ErrorCode kCellFailed{"session", "CellFailed"};              // tampered or malformed cell: names column and row
inline constexpr ErrorCode kKeyNotAllowed{"session", "KeyNotAllowed"};        // enclave asked for a key whose master key is not signed for it
inline constexpr ErrorCode kKeyPathNotTrusted{"session", "KeyPathNotTrusted"};  // not on the connection's list of trusted key paths; setting "attestation-policy"
inline constexpr ErrorCode kKeyNotUsed{"session", "KeyNotUsed"};              // asked for, but no table of the statement uses it, or ALTER COLUMN names another
inline constexpr ErrorCode kCatalogUnreadable{"session", "CatalogUnreadable"};  // needed to judge a requested key, and not to be had
inline constexpr ErrorCode kNoEvidence{"session", "NoEvidence"};              // attest(): the server sent no attestation result
inline constexpr ErrorCode kAttestationMissing{"session", "AttestationMissing"};  // keys requested but no attestation result

}  // namespace es::session
