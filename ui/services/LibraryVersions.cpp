#include "ui/services/LibraryVersions.h"

#include "driver/json/JsonLibrary.h"
#include "driver/tls/TlsLibrary.h"

namespace es::ui {

QList<LibraryVersion> libraryVersions()
{
    return {{QStringLiteral("OpenSSL"), QString::fromStdString(tls::libraryVersion()), QStringLiteral("Apache-2.0")},
        {QStringLiteral("JSON for Modern C++"), QString::fromStdString(json::libraryVersion()), QStringLiteral("MIT")}};
}

} // namespace es::ui
