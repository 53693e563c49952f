// What a column, variable or parameter is encrypted with, and what may be done with it where: the operations table.
// Thread: any (pure). Facts: the documentation of Always Encrypted with secure enclaves, versions 2019 and 2022.
#pragma once

#include "driver/base/Error.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace es::tsql {

enum class Profile : std::uint8_t { k2019, k2022 };

// Codes as in sys.columns.encryption_type and in result set 2 of sp_describe_parameter_encryption; 0 is plaintext.
enum class EncryptionKind : std::uint8_t { kPlaintext = 0, kDeterministic = 1, kRandomized = 2 };

// Two schemes are the same when kind, database and key are; a plaintext scheme leaves the rest empty.
struct EncryptionScheme {
    EncryptionKind kind = EncryptionKind::kPlaintext;
    std::int32_t databaseId = 0;
    std::int32_t columnEncryptionKeyId = 0;
    bool enclaveEnabled = false;  // follows from the key: some value of it is wrapped by a CMK that allows enclave computations
    std::string keyName;
    std::string databaseName;
    std::string algorithm = "AEAD_AES_256_CBC_HMAC_SHA_256";

    [[nodiscard]] bool encrypted() const { return kind != EncryptionKind::kPlaintext; }
    friend bool operator==(const EncryptionScheme& a, const EncryptionScheme& b)
    {
        return a.kind == b.kind && a.databaseId == b.databaseId && a.columnEncryptionKeyId == b.columnEncryptionKeyId;
    }
};

// "(encryption_type = 'RANDOMIZED', encryption_algorithm_name = '..', column_encryption_key_name = '..',
// column_encryption_key_database_name = '..')" or "(encryption_type = 'PLAINTEXT')", as the messages 206, 402, 33277, 33278 and 33299 print it.
[[nodiscard]] std::string describeScheme(const EncryptionScheme& scheme);
// "char(11) encrypted with (encryption_type = ..) collation_name = 'Latin1_General_BIN2'"; collationName empty: not text.
[[nodiscard]] std::string describeEncryptedType(std::string_view typeName, const EncryptionScheme& scheme, std::string_view collationName);

// The rows of the table.
enum class Operation : std::uint8_t {
    kInPlaceCryptography,
    kEquality,         // = <> with a parameter or a column of the same key
    kIn,
    kRange,            // < <= > >= BETWEEN
    kLike,
    kLikeWithEscape,   // ESCAPE with a parameter
    kDistinct,
    kGroupBy,
    kOrderBy,
    kEqualityJoin,
    kNonEqualityJoin,
    kComputation,      // MIN MAX SUM, arithmetic, string functions, CAST, CONVERT
    kCountAll,         // COUNT(*)
    kIsNull,
    kIndex,            // key of a nonclustered index
    kCopy,             // INSERT .. SELECT and SELECT INTO between columns of one scheme
};
// Its columns; plaintext does not appear: everything is allowed there.
enum class SchemeClass : std::uint8_t { kRandomized, kDeterministic, kEnclaveRandomized, kEnclaveDeterministic };
// Precondition: scheme.encrypted().
[[nodiscard]] SchemeClass classOf(const EncryptionScheme& scheme);

enum class Place : std::uint8_t {
    kRefused,     // fails with Verdict::errorNumber
    kCiphertext,  // outside the enclave, on the bytes as they are: no key needed
    kEnclave,     // inside, with the key
};
enum class JoinMethods : std::uint8_t { kAny, kNestedLoops };

struct Verdict {
    Place place = Place::kRefused;
    std::int32_t errorNumber = 0;               // kRefused only
    std::string_view expected;                  // kRefused by 33277, 33299 or 33542: what the expression expects, in the server's words
    JoinMethods joins = JoinMethods::kAny;      // kEqualityJoin only
    [[nodiscard]] bool allowed() const { return place != Place::kRefused; }
};

// One cell of the table. Text columns have one more condition: see judgeText.
[[nodiscard]] Verdict judge(Operation operation, SchemeClass scheme, Profile profile);

struct TextFacts { bool bin2 = false; bool utf8 = false; };
// The same for character data: rich operations need BIN2, in 2022 BIN2 or UTF-8 (33542; 33569 for an index key).
[[nodiscard]] Verdict judgeText(Operation operation, SchemeClass scheme, Profile profile, TextFacts collation);

// A parameter this long becomes a large object once encrypted: comparisons ignore indexes and scan; an advisor must warn.
[[nodiscard]] bool becomesLargeObject(bool national, std::uint32_t lengthCharacters);

[[nodiscard]] std::span<const Operation> allOperations();
[[nodiscard]] std::string_view operationName(Operation operation);

}  // namespace es::tsql
