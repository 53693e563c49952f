#include "app/ctl/Commands.h"

namespace es::ctl {

void CtlCommand::fail(const base::Error& error)
{
    m_terminal.error(error);
    Q_EMIT finished(statusOf(error));
}

} // namespace es::ctl
