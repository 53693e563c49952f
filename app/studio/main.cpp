// enclave-studio: puts the house together. Starts the sandbox as a child and connects the window to it.
#include "app/studio/Studio.h"

#include "driver/base/PosixMemory.h"
#include "ui/services/SessionReaper.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QStandardPaths>

#include <cstdlib>

int main(int argc, char** argv)
{
    es::base::refuseCoreDumps();
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("enclave-studio"));
    QCoreApplication::setApplicationName(QStringLiteral("enclave-studio"));
    QCoreApplication::setApplicationVersion(QStringLiteral(ES_VERSION));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Enclave Studio"));

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "Always Encrypted with secure enclaves: queries against a local sandbox server."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption data(QStringLiteral("sandbox-data"), QCoreApplication::translate("main", "Folder of the sandbox's databases."),
                                  QStringLiteral("folder"),
                                  QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/sandbox"));
    const QCommandLineOption theme(QStringLiteral("theme"), QCoreApplication::translate("main", "light, dark, high-contrast; otherwise as the desktop."),
                                   QStringLiteral("name"));
    parser.addOption(data);
    parser.addOption(theme);
    parser.addPositionalArgument(QStringLiteral("file"), QCoreApplication::translate("main", "SQL file to open."), QStringLiteral("[file]"));
    parser.process(application);

    const QString wanted = parser.value(theme);
    es::ui::Theme::instance().apply(application,
                                    wanted == QLatin1String("dark")            ? es::ui::ThemeKind::kDark
                                        : wanted == QLatin1String("light")     ? es::ui::ThemeKind::kLight
                                        : wanted == QLatin1String("high-contrast") ? es::ui::ThemeKind::kHighContrast
                                                                                   : es::ui::Theme::desktopKind(application));
    int status = 0;
    {
        es::studio::Studio studio(QDir::cleanPath(parser.value(data)));
        studio.start(parser.positionalArguments().value(0));
        status = QApplication::exec();
    }
    // Sessions end on their own threads; one that hangs on a dead server must not keep the program alive.
    if (!es::ui::SessionReaper::waitForAll(2000))
        std::_Exit(status);
    return status;
}
