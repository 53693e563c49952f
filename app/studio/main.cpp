// enclave-studio: puts the house together. Starts the sandbox as a child and connects the window to it.
#include "app/studio/Fontconfig.h"
#include "app/studio/LogFile.h"
#include "app/studio/Studio.h"

#include "driver/base/PosixMemory.h"
#include "ui/services/SessionReaper.h"
#include "ui/shell/Settings.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QStandardPaths>

#include <cstdlib>

int main(int argc, char** argv)
{
    es::base::refuseCoreDumps();
    const std::jthread fonts = es::studio::readFontConfiguration();
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

    es::studio::LogFile log(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/log/enclave-studio.log"));
    log.takeQtMessages();
    using es::ui::Settings;
    using es::ui::ThemeChoice;
    using es::ui::ThemeKind;
    Settings::instance().setLogFile(log.path());
    const QString wanted = parser.value(theme);
    if (wanted == QLatin1String("light")) Settings::instance().overrideTheme(ThemeChoice::kLight);
    if (wanted == QLatin1String("dark")) Settings::instance().overrideTheme(ThemeChoice::kDark);
    if (wanted == QLatin1String("high-contrast")) Settings::instance().overrideTheme(ThemeChoice::kHighContrast);
    const ThemeKind desktop = es::ui::Theme::desktopKind(application);
    const ThemeChoice choice = Settings::instance().theme();
    es::ui::Theme::instance().apply(application,
        choice == ThemeChoice::kDark               ? ThemeKind::kDark
            : choice == ThemeChoice::kLight        ? ThemeKind::kLight
            : choice == ThemeChoice::kHighContrast ? ThemeKind::kHighContrast
                                                   : desktop);
    int status = 0;
    {
        es::studio::Studio studio(QDir::cleanPath(parser.value(data)), desktop, log);
        studio.start(parser.positionalArguments().value(0));
        status = QApplication::exec();
    }
    // Sessions end on their own threads; one that hangs on a dead server must not keep the program alive.
    if (!es::ui::SessionReaper::waitForAll(2000))
        std::_Exit(status);
    return status;
}
