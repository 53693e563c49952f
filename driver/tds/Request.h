// What a client asks: ALL_HEADERS, SQL batch, RPC, transaction manager request; encode and decode.    MS-TDS 2.2.5.3, 2.2.6.6 - 2.2.6.9
// Thread: any (plain values).
#pragma once

#include "driver/tds/ColMetadata.h"

namespace es::tds {

// The transaction descriptor header is always written; others (notification, trace) are kept as bytes.
struct AllHeaders {
    std::uint64_t transactionDescriptor = 0;  // 0 = auto-commit; else as the server gave it in ENVCHANGE
    std::uint32_t outstandingRequests = 1;
    struct Other { std::uint16_t type = 0; base::Bytes data; };
    std::vector<Other> others;
};
void appendAllHeaders(base::ByteWriter& out, const AllHeaders& headers);
[[nodiscard]] base::Result<AllHeaders> readAllHeaders(base::ByteReader& reader);

// The u16-length package of column encryption version 2 or 3; nothing without `enclaveField`. Errors: kCannotEncode.
[[nodiscard]] base::Result<void> appendEnclaveField(base::ByteWriter& out, base::ByteView package, bool enclaveField);

// `enclaveField`: column encryption version 2 or 3 was acknowledged, so a u16-length package (maybe empty) is on the wire.
struct SqlBatch {
    AllHeaders headers;
    base::Bytes enclavePackage;
    std::string text;        // UTF-8
    base::Bytes rawUtf16;    // decoded: the text as it came, what the package's hash covers
};
// Uses `text` (rawUtf16 is not looked at). Errors: kCannotEncode (package over 65535 bytes).
[[nodiscard]] base::Result<base::Bytes> encodeSqlBatch(const SqlBatch& batch, bool enclaveField);
[[nodiscard]] base::Result<SqlBatch> decodeSqlBatch(base::ByteView payload, bool enclaveField);

enum class ProcId : std::uint16_t {
    kCursor = 1, kCursorOpen, kCursorPrepare, kCursorExecute, kCursorPrepExec, kCursorUnprepare, kCursorFetch, kCursorOption,
    kCursorClose, kExecuteSql, kPrepare, kExecute, kPrepExec, kPrepExecRpc, kUnprepare,
};
[[nodiscard]] std::string_view procName(ProcId id);  // "sp_executesql"; empty for an id nobody knows

inline constexpr std::uint8_t kParameterByReference = 0x01;
inline constexpr std::uint8_t kParameterDefault = 0x02;
inline constexpr std::uint8_t kParameterEncrypted = 0x08;

// Stands behind the value of an encrypted parameter. No user type, no ordinal.
struct CipherInfo {
    TypeInfo baseType;                 // of the declared type, nullable form
    std::uint8_t algorithmId = kAlgorithmAeadAes256;
    std::string algorithmName;         // only with kAlgorithmCustom
    std::uint8_t encryptionType = kEncryptionRandomized;
    std::uint32_t databaseId = 0;
    std::uint32_t keyId = 0;
    std::uint32_t keyVersion = 1;
    MetadataVersion metadataVersion{};
    std::uint8_t normalizationRule = kNormalizationRule;
};

// Table-valued parameter, as data.
struct TableValue {
    struct TableColumn { std::uint32_t userType = 0; std::uint16_t flags = 0; TypeInfo type; std::string name; };
    struct OrderUnique { std::uint16_t column = 0; std::uint8_t flags = 0; };  // 1 ascending, 2 descending, 4 unique
    bool isNull = false;
    std::vector<TableColumn> columns;
    std::vector<OrderUnique> orderUnique;
    std::vector<std::uint16_t> columnOrdering;
    std::vector<std::vector<std::optional<base::Bytes>>> rows;
};

struct RpcParameter {
    std::string name;                    // with '@', or empty = positional
    std::uint8_t status = 0;             // kParameter... bits
    TypeInfo type;                       // encrypted: varbinary
    std::optional<base::Bytes> value;    // row form without prefix; encrypted: the ciphertext; nullopt = NULL
    std::optional<CipherInfo> cipher;    // exactly when status has kParameterEncrypted
    std::optional<TableValue> table;     // exactly when type is wire::kTable
};
// The usual parameter; the wire type as drivers spell it (parameterTypeInfoOf).
[[nodiscard]] RpcParameter makeParameter(
    std::string name, const types::SqlType& type, std::optional<base::Bytes> value, std::uint8_t status = 0);
// nvarchar text as a driver sends statements: nvarchar(4000), or nvarchar(max) beyond.
[[nodiscard]] RpcParameter makeTextParameter(std::string name, std::string_view utf8, const types::Collation& collation);
// Ciphertext (nullopt = NULL) as varbinary(max) with its cipher information; kParameterEncrypted is added to `status`.
[[nodiscard]] RpcParameter makeEncryptedParameter(
    std::string name, std::optional<base::Bytes> ciphertext, CipherInfo cipher, std::uint8_t status = 0);

struct RpcCall {
    std::string name;                      // procedure name, or
    std::optional<std::uint16_t> procId;   // ProcId value
    std::uint16_t options = 0;             // bit 0 recompile, 1 no metadata, 2 reuse metadata
    base::Bytes enclavePackage;
    std::vector<RpcParameter> parameters;
    bool execute = true;                   // false: a 0xFE behind it says that it is not to be run
};

struct RpcRequest {
    AllHeaders headers;
    std::vector<RpcCall> calls;
};
// Errors: kCannotEncode (package or parameter too long, a NULL of a fixed type).
[[nodiscard]] base::Result<base::Bytes> encodeRpc(const RpcRequest& request, bool enclaveField);
// Errors: kTruncated, kMalformed, kUnknownType, kTooLarge.
[[nodiscard]] base::Result<RpcRequest> decodeRpc(base::ByteView payload, bool enclaveField);

[[nodiscard]] base::Result<void> appendParameter(base::ByteWriter& out, const RpcParameter& parameter);
[[nodiscard]] base::Result<RpcParameter> readParameter(base::ByteReader& reader);

enum class TransactionRequestKind : std::uint16_t {
    kGetDtcAddress = 0, kPropagate = 1, kBegin = 5, kPromote = 6, kCommit = 7, kRollback = 8, kSave = 9,
};
struct TransactionRequest {
    AllHeaders headers;
    std::uint16_t request = 0;     // TransactionRequestKind
    base::Bytes payload;           // as it stands behind the request number
    // Begin, commit, rollback, save: what the payload says.
    std::uint8_t isolation = 0;    // 0 current, 1 read uncommitted ... 5 snapshot
    std::string name;
    bool beginsNew = false;        // commit, rollback: flag bit 0, with newName and isolation
    std::string newName;
};
[[nodiscard]] base::Bytes encodeTransactionRequest(const TransactionRequest& request);  // from the fields, not from payload
[[nodiscard]] base::Result<TransactionRequest> decodeTransactionRequest(base::ByteView payload);

}  // namespace es::tds
