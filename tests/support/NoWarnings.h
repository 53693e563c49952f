// Any Qt warning during a test is a failure: put one of these into the test's main.
#pragma once

#include <QString>
#include <QtGlobal>

#include <cstdio>
#include <cstdlib>

namespace es::support {

inline void failOnWarning(QtMsgType type, const QMessageLogContext&, const QString& text)
{
    std::fprintf(stderr, "%s\n", qPrintable(text));
    // Offscreen has no windows to raise or to size, a test machine may have no login session: the platform's remarks, not the program's.
    const bool ofThePlatform = text.contains(QLatin1String("This plugin does not support ")) || text.contains(QLatin1String("XDG_RUNTIME_DIR"));
    if ((type == QtWarningMsg || type == QtCriticalMsg) && !ofThePlatform) {
        std::fprintf(stderr, "FAIL!  a Qt warning\n");
        std::_Exit(1);
    }
}

inline void forbidWarnings() { qInstallMessageHandler(failOnWarning); }

}  // namespace es::support
