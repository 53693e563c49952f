#include "driver/session/ConnectionFacts.h"

#include "driver/tds/Packet.h"

namespace es::session {

void ConnectionFacts::apply(const tds::EnvChange& change)
{
    switch (change.type) {
    case tds::EnvChangeType::kDatabase: state.database = change.newText; break;
    case tds::EnvChangeType::kLanguage: state.language = change.newText; break;
    case tds::EnvChangeType::kCollation: state.collation = change.collation(); break;
    case tds::EnvChangeType::kPacketSize:
        if (const std::uint32_t size = change.newPacketBytes(); size >= tds::kMinPacketBytes && size <= tds::kMaxPacketBytes)
            state.packetSize = size;
        break;
    case tds::EnvChangeType::kBeginTransaction:
    case tds::EnvChangeType::kEnlistDtc: transactionDescriptor = change.newTransactionDescriptor(); break;
    case tds::EnvChangeType::kRollbackTransaction: rolledBack = true; [[fallthrough]];
    case tds::EnvChangeType::kCommitTransaction:
    case tds::EnvChangeType::kDefectDtc:
    case tds::EnvChangeType::kTransactionEnded: transactionDescriptor = 0; break;
    default: break; // of no consequence for a client without MARS, mirroring, routing
    }
    state.inTransaction = transactionDescriptor != 0;
}

} // namespace es::session
