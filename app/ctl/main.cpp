// enclavectl: the studio's services, planner and runner without a window.
#include "app/ctl/CtlRun.h"
#include "app/ctl/PosixSignals.h"
#include "driver/base/PosixMemory.h"
#include "ui/services/SessionReaper.h"

#include <QCoreApplication>

#include <cstdlib>

namespace {

constexpr int kFarewellMs = 3000; // for the session to say good-bye to the server

int run(int argc, char** argv)
{
    using namespace es;
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    ctl::Terminal terminal(arguments.contains(QLatin1String("--json")));
    auto line = ctl::parseCommandLine(arguments);
    if (!line) {
        const int status = static_cast<int>(ctl::statusOf(line.error()));
        terminal.error(line.error(), status);
        return status;
    }
    if (line->command == ctl::Command::kHelp || line->command == ctl::Command::kVersion) {
        const QString text = line->command == ctl::Command::kHelp ? ctl::helpText() : QStringLiteral("enclavectl " ES_VERSION "\n");
        return static_cast<int>(terminal.write(text.toUtf8()) ? ctl::ExitStatus::kOk : ctl::ExitStatus::kOutput);
    }
    ctl::CtlRun ctlRun(std::move(*line), terminal);
    const ctl::PosixSignals posixSignals;
    QObject::connect(&posixSignals, &ctl::PosixSignals::interrupted, &ctlRun, &ctl::CtlRun::cancel);
    QObject::connect(&ctlRun, &ctl::CtlRun::finished, [](int exitStatus) { QCoreApplication::exit(exitStatus); });
    ctlRun.start();
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    es::base::refuseCoreDumps();
    const int status = run(argc, argv);
    if (!es::ui::SessionReaper::waitForAll(kFarewellMs)) std::_Exit(status);
    return status;
}
