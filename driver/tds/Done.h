// DONE, DONEPROC, DONEINPROC: end of one statement's results, of a procedure, of a statement in one.  MS-TDS 2.2.7.6 - 2.2.7.8
//   offset size field      (little-endian)
//   0      2    status     kDone... bits
//   2      2    command    token of the finished statement
//   4      8    rowCount   valid with kDoneCount
// Thread: any (plain value).
#pragma once

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"

#include <optional>

namespace es::tds {

inline constexpr std::uint16_t kDoneMore = 0x0001;
inline constexpr std::uint16_t kDoneError = 0x0002;
inline constexpr std::uint16_t kDoneInTransaction = 0x0004;
inline constexpr std::uint16_t kDoneCount = 0x0010;
inline constexpr std::uint16_t kDoneAttention = 0x0020;
inline constexpr std::uint16_t kDoneRpcInBatch = 0x0080;
inline constexpr std::uint16_t kDoneServerError = 0x0100;  // severe: results invalid

inline constexpr std::uint16_t kCommandSelect = 0xC1, kCommandSelectInto = 0xC2, kCommandInsert = 0xC3, kCommandDelete = 0xC4,
    kCommandUpdate = 0xC5, kCommandExecute = 0xE0, kCommandBulkInsert = 0xF0, kCommandMerge = 0x117;

enum class DoneKind : std::uint8_t { kDone = 0xFD, kDoneProc = 0xFE, kDoneInProc = 0xFF };  // the token bytes

struct Done {
    DoneKind kind = DoneKind::kDone;
    std::uint16_t status = 0;
    std::uint16_t command = 0;
    std::uint64_t rowCount = 0;
    [[nodiscard]] bool more() const { return (status & kDoneMore) != 0; }
    [[nodiscard]] bool attentionAcknowledged() const { return kind == DoneKind::kDone && (status & kDoneAttention) != 0; }
    [[nodiscard]] std::optional<std::uint64_t> count() const { return (status & kDoneCount) != 0 ? std::optional(rowCount) : std::nullopt; }
};

void appendToken(base::ByteWriter& out, const Done& done);
[[nodiscard]] Done readDone(base::ByteReader& reader, DoneKind kind);  // behind the token byte; check reader.ok()

}  // namespace es::tds
