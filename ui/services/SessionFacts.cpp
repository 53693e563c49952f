#include "ui/services/SessionFacts.h"

namespace es::ui {

QString hostStateName(HostState state)
{
    switch (state) {
    case HostState::kDisconnected: return QStringLiteral("disconnected");
    case HostState::kConnecting: return QStringLiteral("connecting");
    case HostState::kIdle: return QStringLiteral("idle");
    case HostState::kRunning: return QStringLiteral("running");
    case HostState::kCancelling: return QStringLiteral("cancelling");
    case HostState::kDraining: return QStringLiteral("draining");
    case HostState::kBroken: return QStringLiteral("broken");
    }
    return {};
}

} // namespace es::ui
