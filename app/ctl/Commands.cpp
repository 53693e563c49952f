#include "app/ctl/Commands.h"

namespace es::ctl {

int exitStatusOf(const CommandLine& line, const base::Error& error)
{
    return line.command == Command::kAttest ? static_cast<int>(attestStatusOf(error)) : static_cast<int>(statusOf(error));
}

void CtlCommand::fail(const base::Error& error)
{
    const int status = exitStatusOf(m_line, error);
    m_terminal.error(error, status);
    Q_EMIT finished(status);
}

} // namespace es::ctl
