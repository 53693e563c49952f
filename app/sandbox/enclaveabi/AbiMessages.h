// What is said between server and enclave, in the Mailbox or, where longer, over the local socket; cells travel in the SharedRing. Encode and decode side
// by side. Every request is answered by one reply, except that a streaming operation (evaluate, rank, convert) that fails in the
// middle has said so in the ring already.
//   request: u8 kind, fields        reply: u8 0, fields   or   u8 1, i32 error number, u32 bytes, UTF-8 detail
// Strings and byte strings: u32 length in front. Thread: any (pure).
#pragma once

#include "app/sandbox/enclaveabi/EnclaveGate.h"

#include <variant>

namespace es::sandbox::abi {

inline constexpr std::uint32_t kVersion = 3;

struct Hello { std::uint32_t version = kVersion; };  // the ring's descriptor follows
struct CreateSession { base::Bytes attestationParameters; };
struct OpenPackage { base::Bytes package; std::vector<base::Bytes> statements; };
struct HasKey { EnclaveSessionId session{}; EnclaveKeyId key; };
struct Evaluate { EncryptedColumn column; CellPredicate predicate; };
struct Rank { EncryptedColumn column; };
struct Convert { ColumnConversion conversion; base::Bytes statement; };  // conversion.statementUtf16le is `statement`
struct Statistics {};
struct SearchPage { base::Bytes cells; std::vector<std::uint32_t> operands; };
struct Search { EncryptedColumn column; std::vector<IndexOperand> operands; std::vector<SearchPage> pages; };

using Request = std::variant<Hello, CreateSession, OpenPackage, HasKey, Evaluate, Rank, Convert, Statistics, Search>;

[[nodiscard]] base::Bytes encode(const Request& request);
// The message of a Search without copying its values and pages into one first.
[[nodiscard]] base::Bytes encodeSearch(const EncryptedColumn& column, std::span<const IndexOperand> operands, std::span<const IndexPage> pages);
// Errors: 33550.
[[nodiscard]] base::Result<Request> decodeRequest(base::ByteView message);

[[nodiscard]] base::Bytes encodeReply(base::ByteView fields);
[[nodiscard]] base::Bytes encodeError(const base::Error& error);
// The fields, or the error that the enclave told.
[[nodiscard]] base::Result<base::Bytes> decodeReply(base::ByteView message);

// Fields of the replies.
[[nodiscard]] base::Bytes encodeOffer(const EnclaveSessionOffer& offer);
[[nodiscard]] base::Result<EnclaveSessionOffer> decodeOffer(base::ByteView fields);
[[nodiscard]] base::Bytes encodeOpened(const OpenedPackage& opened);
[[nodiscard]] base::Result<OpenedPackage> decodeOpened(base::ByteView fields);
[[nodiscard]] base::Bytes encodeRanks(std::span<const std::uint32_t> ranks);
[[nodiscard]] base::Result<std::vector<std::uint32_t>> decodeRanks(base::ByteView fields);
[[nodiscard]] base::Bytes encodePlaces(std::span<const IndexPlace> places);
[[nodiscard]] base::Result<std::vector<IndexPlace>> decodePlaces(base::ByteView fields);
[[nodiscard]] base::Bytes encodeStatistics(const EnclaveStatistics& statistics);
[[nodiscard]] base::Result<EnclaveStatistics> decodeStatistics(base::ByteView fields);

}  // namespace es::sandbox::abi
