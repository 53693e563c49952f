// Connection strings of ADO.NET, ODBC and JDBC: read into a profile, written from one. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "ui/services/ConnectionProfile.h"

#include <QStringList>

namespace es::ui {

// The text cannot be read; setting names what is wrong ("connection-string", "port", "attestation", ...). The message
// never quotes the text, which may hold a password.
inline constexpr base::ErrorCode kConnectionString{"services", "ConnectionString"};
// Encryption settings that contradict each other; setting "column-encryption", "attestation" or "attestation-url".
inline constexpr base::ErrorCode kEncryptionSettings{"services", "EncryptionSettings"};

enum class ConnectionDialect : quint8 { kAdoNet, kOdbc, kJdbc };
[[nodiscard]] QString connectionDialectName(ConnectionDialect dialect); // "ADO.NET", "ODBC", "JDBC"

struct ParsedConnectionString {
    ConnectionDialect dialect = ConnectionDialect::kAdoNet;
    ConnectionProfile profile; // what the text says; everything else as in a new profile
    bool hasPassword = false;
    base::SecureBytes password; // UTF-8
    QStringList leftOut; // keywords that mean nothing here, as they were written
    QStringList notes; // sentences: what was understood and is not done
};

// Quoting: ADO.NET "..." and '...' (doubled inside), ODBC and JDBC {...} (}} inside). The last of several equal keywords
// counts, in ODBC the first. Errors: kConnectionString, kEncryptionSettings.
[[nodiscard]] base::Result<ParsedConnectionString> parseConnectionString(const QString& text);

struct WrittenConnectionString {
    QString text; // never with a password
    QStringList leftOut; // settings of the profile that this dialect has no word for
};
[[nodiscard]] WrittenConnectionString writeConnectionString(const ConnectionProfile& profile, ConnectionDialect dialect);

// The rules between column encryption, attestation protocol and URL. Errors: kEncryptionSettings.
[[nodiscard]] base::Result<void> checkEncryptionSettings(const ConnectionProfile& profile);

} // namespace es::ui
