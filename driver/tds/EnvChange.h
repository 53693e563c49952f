// ENVCHANGE: the session's surroundings changed.                                                      MS-TDS 2.2.7.9
//   u16 length, u8 type, new value, old value; which form the values have depends on the type
// Thread: any (plain value).
#pragma once

#include "driver/tds/TypeInfo.h"

namespace es::tds {

enum class EnvChangeType : std::uint8_t {
    kDatabase = 1, kLanguage = 2, kPacketSize = 4, kCollation = 7, kBeginTransaction = 8, kCommitTransaction = 9,
    kRollbackTransaction = 10, kEnlistDtc = 11, kDefectDtc = 12, kMirroringPartner = 13, kPromoteTransaction = 15,
    kDtcAddress = 16, kTransactionEnded = 17, kResetAcknowledged = 18, kUserInstance = 19, kRouting = 20, kEnhancedRouting = 21,
};

// Text forms fill the texts, byte forms the bytes; a type nobody knows has all of its body in newBytes.
struct EnvChange {
    EnvChangeType type{};
    std::string newText, oldText;     // types 1, 2, 4 (decimal digits), 13, 19; 20, 21: the server's name
    base::Bytes newBytes, oldBytes;   // 7: 5 bytes; 8 - 12, 17: 8 bytes or none; 15, 16
    std::uint16_t routingPort = 0;    // 20, 21
    std::string routingDatabase;      // 21

    [[nodiscard]] static EnvChange database(std::string_view now, std::string_view before);
    [[nodiscard]] static EnvChange language(std::string_view now, std::string_view before);
    [[nodiscard]] static EnvChange packetSize(std::uint32_t now, std::uint32_t before);
    [[nodiscard]] static EnvChange collation(const types::Collation& now);
    [[nodiscard]] static EnvChange transaction(EnvChangeType type, std::uint64_t descriptor);  // 8: new; 9, 10: old
    [[nodiscard]] static EnvChange resetAcknowledged();

    [[nodiscard]] types::Collation collation() const;                // type 7
    [[nodiscard]] std::uint64_t newTransactionDescriptor() const;    // 0 when absent
    [[nodiscard]] std::uint32_t newPacketBytes() const;              // type 4; 0 when the text is no number
};

void appendToken(base::ByteWriter& out, const EnvChange& change);
[[nodiscard]] EnvChange readEnvChange(base::ByteReader& body);  // behind the length, up to its end

}  // namespace es::tds
