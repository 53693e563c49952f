// The enclave as the database engine sees it: the only door to plaintext of encrypted columns. The engine hands over cells in
// batches and gets back bits, ranks or converted cells; it never sees a key, and plaintext only of a column that a client has
// ordered to be decrypted.
// Thread: any; calls of different threads run side by side.
// Errors: every Error carries `server` with the number, severity and words that the client shall see (origin kEnclave):
//   33545 no enclave running (or it died during the call)      33195 session unknown (severity 17; clients attest again)
//   33546 key not held by this session                          33187 a cell or operand whose tag is wrong
//   33550 package or message malformed, statement not the one the package is for
//   33551 package replayed                                      33190 attestation protocol not offered
//   33196 attestation program not running, or it refused
//   33189 too many sessions                                     33192 anything else, with the reason
// Specification: enclave protocol reference, sections 2, 3.4, 7, 8.
#pragma once

#include "app/sandbox/enclaveabi/CellBatch.h"
#include "app/sandbox/enclaveabi/IndexSearch.h"
#include "driver/types/SqlType.h"

#include <array>
#include <compare>
#include <functional>
#include <optional>

namespace es::sandbox {

using EnclaveSessionId = std::array<base::Byte, 8>;

// Stands for whichever session holds the key: keys that any client has left in the enclave maintain indexes for callers without keys.
// Good for hasKey, rank and search; evaluate and convert want a client's own session.                              sql-surface 9
inline constexpr EnclaveSessionId kAnySession{};

// One column encryption key, as the package names it.
struct EnclaveKeyId {
    std::uint32_t databaseId = 0;
    std::uint16_t keyId = 0;  // low 16 bits of column_encryption_key_id
    friend auto operator<=>(const EnclaveKeyId&, const EnclaveKeyId&) = default;
};

// What createSession gives: the id (for tests and logs), and the attestation information, the value of the describe answer's third result set.
struct EnclaveSessionOffer {
    EnclaveSessionId session{};
    base::Bytes attestationInfo;
};

// What a package told: whose session, and the keys that this session holds now because of it.
struct OpenedPackage {
    EnclaveSessionId session{};
    std::vector<EnclaveKeyId> keys;
};

// Cells of one column (or parameters for it) that were encrypted with `key`, deterministic or randomized.
struct EncryptedColumn {
    EnclaveSessionId session{};
    EnclaveKeyId key;
    types::SqlType type;  // of the plaintext; with the column's collation
};

enum class CellOperator : std::uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kBetween, kIn, kLike };

struct CellPredicate {
    CellOperator op = CellOperator::kEqual;
    std::vector<base::Bytes> operands;   // ciphertext under the same key, never NULL: 1; kBetween low and high; kIn 1 or more
    std::optional<char32_t> escape;      // kLike
};

// Answer per cell; SQL's three values.
enum class CellMatch : std::uint8_t { kNo = 0, kYes = 1, kUnknown = 2 };  // kUnknown: the cell is NULL

// Fills the empty batch with the next cells until add() says no or there are none left; leaves it empty at the end. An Error
// (or a cancel that the caller turns into one) ends the whole call with that Error.
using CellFeed = std::function<base::Result<void>(CellBatch& batch)>;
// Answers in the order of the cells fed; valid during the call only.
using MatchSink = std::function<base::Result<void>(std::span<const CellMatch> matches)>;
using CellSink = std::function<base::Result<void>(const CellBatch& cells)>;

inline constexpr std::uint32_t kNullRank = 0;  // NULL sorts first, as in SQL Server

// In-place conversion of one column, as the client ordered it. The enclave parses the statement itself and refuses whatever is
// not in it; names are as in the catalog (unquoted).
struct ColumnConversion {
    EnclaveSessionId session{};
    base::ByteView statementUtf16le;  // raw text of the whole batch (or @stmt), for which a package was opened in this session
    std::string schemaName;           // the statement may leave it out if it is the caller's default, see defaultSchema
    std::string defaultSchema = "dbo";
    std::string tableName;
    std::string columnName;
    types::SqlType type;                            // of the plaintext, before and after (33544 is the engine's matter)
    std::optional<EnclaveKeyId> fromKey;            // absent: the cells are plaintext in row form (no length prefix)
    std::optional<EnclaveKeyId> toKey;              // absent: row form comes out
    std::string toKeyName;                          // as the catalog names toKey: compared with the statement
    bool toDeterministic = false;                   // compared with ENCRYPTION_TYPE in the statement
};

struct EnclaveStatistics {
    std::uint32_t sessionCount = 0;
    std::uint32_t keyCount = 0;
    std::uint64_t crossingCount = 0;  // batches and messages that this process sent since its start
    std::int32_t processId = 0;
};

class EnclaveGate {
public:
    virtual ~EnclaveGate() = default;

    // Argument 3 of sp_describe_parameter_encryption in: in which protocols is a matter of how the sandbox was started.
    virtual base::Result<EnclaveSessionOffer> createSession(base::ByteView attestationParameters) = 0;
    // The package of a request, with the texts that its statement hash may mean (the text as executed first). One package works once.
    virtual base::Result<OpenedPackage> openPackage(base::ByteView package, std::span<const base::ByteView> statementsUtf16le) = 0;
    // The same in two halves: the enclave opens it while the caller goes on. The answer is fetched once, by the thread that asked.
    using OpeningAnswer = std::function<base::Result<OpenedPackage>()>;
    virtual OpeningAnswer beginOpening(base::ByteView package, std::span<const base::ByteView> statementsUtf16le)
    {
        return [answer = openPackage(package, statementsUtf16le)] { return answer; };
    }
    virtual base::Result<bool> hasKey(const EnclaveSessionId& session, const EnclaveKeyId& key) = 0;

    // One CellMatch per cell fed. `feed` is called ahead of `sink` by up to two batches.
    virtual base::Result<void> evaluate(const EncryptedColumn& column, const CellPredicate& predicate, const CellFeed& feed, const MatchSink& sink) = 0;
    // Dense ranks in the order of all cells fed: kNullRank for NULL, then 1, 2 ...; equal plaintext, equal rank. Feed the cells of two
    // columns one after the other, and their ranks can be joined, grouped or compared.
    virtual base::Result<std::vector<std::uint32_t>> rank(const EncryptedColumn& column, const CellFeed& feed) = 0;
    // Where in its page of an index each value belongs: the places page after page, in the order of each page's operands.
    virtual base::Result<std::vector<IndexPlace>> search(
        const EncryptedColumn& column, std::span<const IndexOperand> operands, std::span<const IndexPage> pages) = 0;
    // New cells in the order of the old ones; NULL stays NULL. `feed` runs ahead of `sink` by up to two batches.
    virtual base::Result<void> convert(const ColumnConversion& conversion, const CellFeed& feed, const CellSink& sink) = 0;

    virtual base::Result<EnclaveStatistics> statistics() = 0;
};

}  // namespace es::sandbox
