// Takes a connection string apart into keywords and values, by the quoting rules of its dialect. Thread: any (pure).
#pragma once

#include "ui/services/ConnectionString.h"

#include <QList>

namespace es::ui {

struct KeywordValue {
    QString keyword; // as written, trimmed
    QString value; // without its quotes
};

struct ScannedConnectionString {
    ConnectionDialect dialect = ConnectionDialect::kAdoNet;
    QString jdbcServer; // what stands between // and the first semicolon
    QList<KeywordValue> pairs;

    ScannedConnectionString() = default;
    ScannedConnectionString(ScannedConnectionString&&) = default;
    ScannedConnectionString& operator=(ScannedConnectionString&&) = default;
    ~ScannedConnectionString(); // wipes the values: one of them may be a password
};

// Errors: kConnectionString, with the position.
[[nodiscard]] base::Result<ScannedConnectionString> scanConnectionString(const QString& text);

// "Trust Server Certificate", "trust_server_certificate" and "TrustServerCertificate" are one keyword.
[[nodiscard]] QString normalKeyword(const QString& keyword);

} // namespace es::ui
