// The libraries that the driver stands on, with version and licence, for "About". Thread: any.
#pragma once

#include <QList>
#include <QString>

namespace es::ui {

struct LibraryVersion {
    QString name;
    QString version;
    QString licence;
};
[[nodiscard]] QList<LibraryVersion> libraryVersions();

} // namespace es::ui
