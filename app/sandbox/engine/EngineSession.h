// One connection's world inside the engine: current database, SET options, open transaction, the enclave session used last.
// Plain values in, facts out through ExecSink while they come; rows are never collected.
// Thread: one session is used by one thread at a time; different sessions run in parallel. The stop token may be stopped anywhere.
#pragma once

#include "driver/base/Result.h"
#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace es::sandbox {

// What a client says about an encrypted parameter, and what a describe answer tells it.   always-encrypted-wire section 2.4
struct CipherInfo {
    types::SqlType baseType; // of the plaintext
    std::uint8_t algorithmId = 2; // AEAD_AES_256_CBC_HMAC_SHA256
    std::uint8_t encryptionType = 0; // 1 deterministic, 2 randomized
    std::uint32_t databaseId = 0;
    std::uint32_t keyId = 0;
    std::uint32_t keyVersion = 1;
    std::array<base::Byte, 8> metadataVersion{};
    std::uint8_t normalizationRule = 1;
};

struct EngineParameter {
    std::string name; // with '@'
    types::SqlType type; // as declared (of the plaintext, also when encrypted)
    types::Value value; // plaintext; Null with `cipher` set and `cell` empty: an encrypted NULL
    std::optional<CipherInfo> cipher; // set: `cell` is the ciphertext
    std::optional<base::Bytes> cell;
    bool output = false;
    bool takesFormalName = false; // of a procedure's call: its output value goes out under the name of the procedure's parameter
};

struct BatchRequest {
    std::string text; // UTF-8; of sp_executesql the @stmt
    base::ByteView rawUtf16; // the same as the client sent it: what the enclave package's hash covers
    std::vector<EngineParameter> parameters; // the declared parameters of sp_executesql, in order
    base::ByteView enclavePackage; // empty: none came with this request
    bool ownScope = false; // a call (sp_executesql and its like): what SET and USE change ends with it
};

// One key that encrypted columns of a result use; becomes the key table of COLMETADATA.   always-encrypted-wire section 2.1
struct KeyTableEntry {
    struct Value {
        base::Bytes encryptedValue;
        std::string providerName;
        std::string keyPath;
        std::string algorithmName; // "RSA_OAEP"
    };
    std::uint32_t databaseId = 0;
    std::uint32_t keyId = 0;
    std::uint32_t keyVersion = 1;
    std::array<base::Byte, 8> metadataVersion{};
    std::vector<Value> values;
};

struct ColumnCrypto {
    std::size_t keyIndex = 0; // into ResultShape::keys
    types::SqlType baseType; // of the plaintext
    std::uint8_t algorithmId = 2;
    std::uint8_t encryptionType = 0; // 1 deterministic, 2 randomized
    std::uint8_t normalizationRule = 1;
};

struct ResultColumn {
    std::string name; // empty for an expression without alias
    types::SqlType type; // on the wire: varbinary for an encrypted column
    bool nullable = true;
    bool identity = false;
    bool computed = false; // an expression, not a column of a table
    std::optional<ColumnCrypto> crypto; // set for encrypted columns; a front that did not negotiate column encryption leaves it out
};

struct ResultShape {
    std::vector<ResultColumn> columns;
    std::vector<KeyTableEntry> keys;
};

// Row form of the column's wire type without length prefix (see types::RowBlock); valid during the call only.
struct Cell {
    base::ByteView bytes;
    bool null = true;
};

// curCmd of DONE tokens.                                                                  MS-TDS 2.2.7.6
enum class Command : std::uint16_t {
    kNone = 0,
    kSelect = 0xC1,
    kInsert = 0xC3,
    kDelete = 0xC4,
    kUpdate = 0xC5,
    kExecute = 0xE0, // results of sp_describe_parameter_encryption: with kSelect Microsoft's ODBC driver fails every execution after it (24000)
    kOther = 0xFD,
};

struct StatementDone {
    Command command = Command::kNone;
    std::optional<std::uint64_t> rowCount; // absent: no count (DDL, SET NOCOUNT ON)
    bool failed = false; // an error message of this statement went before
    enum class Place : std::uint8_t { kBatch, kInProcedure, kEndOfProcedure } place = Place::kBatch;
};

enum class EnvKind : std::uint8_t {
    kDatabase = 1,
    kLanguage = 2,
    kBeginTransaction = 8,
    kCommitTransaction = 9,
    kRollbackTransaction = 10
};
struct EnvNotice {
    EnvKind kind;
    std::string newValue; // kDatabase, kLanguage
    std::string oldValue;
    std::uint64_t transactionId = 0; // the transaction kinds: descriptor of the transaction begun or ended
};

struct ReturnedParameter {
    std::size_t ordinal = 0; // position in BatchRequest::parameters
    std::string name;
    types::SqlType type; // declared type (plaintext)
    types::Value value; // plaintext value or Null
    std::optional<CipherInfo> cipher; // set: `cell` holds the ciphertext (absent = NULL)
    std::optional<base::Bytes> cell;
};

// Receives the answer in the order of the TDS stream. Called on the thread that runs execute(). A call that returns false says
// that nobody listens any more: the engine stops as if cancelled.
class ExecSink {
public:
    virtual ~ExecSink() = default;
    virtual bool columns(const ResultShape& shape) = 0;
    virtual bool row(std::span<const Cell> cells) = 0;
    virtual void message(const base::ServerError& message, bool isError) = 0;
    virtual bool done(const StatementDone& done) = 0; // once per statement that a client sees; the last one ends the answer
    virtual void envChange(const EnvNotice& notice) = 0;
    virtual void returnStatus(std::int32_t status) = 0; // of EXEC and RETURN inside the batch
    virtual void returnValue(const ReturnedParameter& parameter) = 0; // output parameters, after the last statement
};

enum class ExecOutcome : std::uint8_t {
    kCompleted, // every error, if any, went through the sink
    kCancelled, // stopped by the token: the open statement was rolled back, an open transaction stays as SQL Server leaves it
};

// sp_describe_parameter_encryption                                                        always-encrypted-wire section 3
struct DescribeRequest {
    std::string text; // argument 1
    std::string declarations; // argument 2, "@p1 int, @p2 char(11) output"; may be empty
    std::optional<base::Bytes> attestationParameters; // argument 3
};
struct DescribedKey { // one row of result set 1: one per (key, master key)
    std::int32_t ordinal = 0;
    std::uint32_t databaseId = 0;
    std::uint32_t keyId = 0;
    std::uint32_t keyVersion = 1;
    std::array<base::Byte, 8> metadataVersion{};
    base::Bytes encryptedValue;
    std::string providerName;
    std::string keyPath;
    std::string algorithmName;
    bool requestedByEnclave = false;
    std::optional<base::Bytes> signature;
};
struct DescribedParameter { // one row of result set 2: one per declared parameter
    std::int32_t ordinal = 0; // 1-based
    std::string name;
    std::uint8_t algorithm = 0; // 0 plaintext, 2 AEAD
    std::uint8_t encryptionType = 0; // 0 plaintext, 1 deterministic, 2 randomized
    std::int32_t keyOrdinal = 0;
    std::uint8_t normalizationRule = 0;
};
struct DescribeAnswer {
    std::vector<DescribedKey> keys;
    std::vector<DescribedParameter> parameters;
    std::optional<base::Bytes> attestationInfo; // result set 3, only when asked for and needed
    std::vector<base::ServerError> errors; // not empty: the statement cannot be prepared (206, then 8180)
};

struct TransactionChoice {
    std::string name;
    std::uint8_t isolation = 0; // as on the wire: 0 leaves it, 1 read uncommitted .. 5 snapshot; stays for the session
};

class EngineSession {
public:
    virtual ~EngineSession() = default;

    // Runs a whole batch. Binding errors and unknown constructs are reported before anything of it runs.
    virtual ExecOutcome execute(const BatchRequest& request, ExecSink& sink, std::stop_token stop) = 0;

    // The facts of the describe call; `describeInto` writes them as the result sets that drivers read (11, 6 and 1 columns).
    // `EXEC sp_describe_parameter_encryption ...` inside execute() does the latter by itself.
    [[nodiscard]] virtual DescribeAnswer describe(const DescribeRequest& request) = 0;
    // describeInto tells whether the third one was among them.
    virtual bool describeInto(const DescribeRequest& request, ExecSink& sink) = 0;

    // Parses "@p1 int, @p2 nvarchar(10) output" (the @params of sp_executesql and sp_prepare). Values are left Null.
    [[nodiscard]] virtual base::Result<std::vector<EngineParameter>> parseDeclarations(std::string_view declarations) const = 0;

    // The parameters that the batch uses and nobody declares, with the types that fit: sp_describe_undeclared_parameters.
    // Errors: 11502, 11503, 11506 - 11508, or what makes the batch invalid.
    [[nodiscard]] virtual base::Result<std::vector<EngineParameter>> undeclaredParameters(
        const std::string& text, const std::string& declarations)
        = 0;

    // Transaction manager requests (TDS message type 14) and the end of a connection's life.
    // Errors: 3902, 3903 (none is open), 628 (save without one), 6401 (no savepoint of that name), 3930, 3931 (it can only be rolled back).
    virtual base::Result<void> beginTransaction(ExecSink& sink, const TransactionChoice& choice) = 0;
    virtual base::Result<void> commitTransaction(ExecSink& sink) = 0;
    // With the name of a savepoint: back to it, and the transaction stays open.
    virtual base::Result<void> rollbackTransaction(ExecSink& sink, const std::string& name) = 0;
    virtual base::Result<void> saveTransaction(const std::string& name) = 0;
    // RESETCONNECTION: rolls back, resets SET options and goes back to the login's database.
    virtual void reset() = 0;

    [[nodiscard]] virtual const std::string& database() const = 0;
    [[nodiscard]] virtual std::int32_t transactionCount() const = 0;
};

} // namespace es::sandbox
