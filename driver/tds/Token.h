// Every token of a server's answer as one value.                                                      MS-TDS 2.2.4, 2.2.7
// Thread: any (plain values; Row and ColMetadata see there).
#pragma once

#include "driver/tds/Done.h"
#include "driver/tds/EnvChange.h"
#include "driver/tds/FeatureExt.h"
#include "driver/tds/LoginAck.h"
#include "driver/tds/OtherTokens.h"
#include "driver/tds/ReturnValue.h"
#include "driver/tds/Row.h"
#include "driver/tds/ServerMessage.h"

#include <memory>
#include <variant>

namespace es::tds {

namespace token {
inline constexpr std::uint8_t kColMetadata = 0x81, kRow = 0xD1, kNbcRow = 0xD2, kDone = 0xFD, kDoneProc = 0xFE, kDoneInProc = 0xFF,
    kError = 0xAA, kInfo = 0xAB, kEnvChange = 0xE3, kLoginAck = 0xAD, kFeatureExtAck = 0xAE, kSspi = 0xED, kFedAuthInfo = 0xEE,
    kReturnStatus = 0x79, kReturnValue = 0xAC, kOrder = 0xA9, kTabName = 0xA4, kColInfo = 0xA5, kSessionState = 0xE4,
    kDataClassification = 0xA3, kOffset = 0x78, kAltMetadata = 0x88, kAltRow = 0xD3;
}

// Shared, because rows need it as long as they come and a sink may keep it.
using ColMetadataPtr = std::shared_ptr<const ColMetadata>;

using Token = std::variant<std::monostate, ColMetadataPtr, Row, Done, ServerMessage, EnvChange, LoginAck, FeatureExtAck, ReturnStatus,
                           ReturnValue, Order, SspiToken, FedAuthInfo, SessionState, TabName, ColInfo>;

}  // namespace es::tds
