// The way from a server process to a root that is trusted, as four stations and what is proven between them. Thread: any (pure).
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <QList>
#include <QString>

namespace es::ui {

enum class ChainState : quint8 {
    kProven,   // every rule about it holds
    kFailed,   // a rule about it failed
    kUnproven, // nothing was checked, or a proof before it is missing
};

struct ChainNode {
    const char* icon;
    QString title;
    QString detail;
    ChainState state = ChainState::kUnproven;
    QStringList rules; // ids, the failed ones first
};
struct ChainLink {
    QString text; // what is proven between a node and the next
    bool proven = false;
};
struct Chain {
    QList<ChainNode> nodes;
    QList<ChainLink> links; // one less than nodes
};

[[nodiscard]] Chain chainOf(const attestation::AttestationReport& report);

} // namespace es::ui
