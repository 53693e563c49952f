#include "driver/tsql/EncryptionScheme.h"

#include <array>

namespace es::tsql {
namespace {

constexpr std::string_view kExpectsDeterministicOrEnclave =
    "DETERMINISTIC, or RANDOMIZED, a BIN2 / UTF-8 collation for string data types, and an enclave-enabled column encryption key, or "
    "PLAINTEXT";
constexpr std::string_view kExpectsEnclave =
    "RANDOMIZED, a BIN2 / UTF-8 collation for string data types, and an enclave-enabled column encryption key, or PLAINTEXT";
constexpr std::string_view kExpectsDeterministic = "DETERMINISTIC, or PLAINTEXT";
constexpr std::string_view kExpectsPlaintext = "PLAINTEXT";

constexpr Verdict refused(std::int32_t number, std::string_view expected = {})
{
    return Verdict{Place::kRefused, number, expected, JoinMethods::kAny};
}
constexpr std::string_view kExpectsRichCollation = "a BIN2 or UTF-8 collation";
constexpr std::string_view kExpectsBin2 = "a BIN2 collation";
constexpr Verdict kOnCiphertext{Place::kCiphertext, 0, {}, JoinMethods::kAny};
constexpr Verdict kInEnclave{Place::kEnclave, 0, {}, JoinMethods::kAny};
constexpr Verdict kInEnclaveByLoops{Place::kEnclave, 0, {}, JoinMethods::kNestedLoops};

// One row for both profiles, or two where they differ. Columns as SchemeClass: randomized, deterministic, enclave-enabled randomized,
// enclave-enabled deterministic.
struct Row {
    Operation operation;
    std::array<Verdict, 4> in2022;
    Verdict enclaveRandomizedIn2019;  // the only cell that the older version answers differently
};

constexpr Verdict kNeedsEquality = refused(33277, kExpectsDeterministicOrEnclave);
constexpr Verdict kNeedsEnclave = refused(33277, kExpectsEnclave);
constexpr Verdict kNeedsPlaintext = refused(33277, kExpectsPlaintext);
constexpr Verdict kNeedsDeterministic = refused(33277, kExpectsDeterministic);
constexpr Verdict kNeedsEnclaveKeys = refused(33543);
constexpr Verdict kOperandClash = refused(206);
constexpr Verdict kNotAnIndexKey = refused(33573);

constexpr auto kTable = std::to_array<Row>({
    {Operation::kInPlaceCryptography, {kNeedsEnclaveKeys, kNeedsEnclaveKeys, kInEnclave, kInEnclave}, kInEnclave},
    {Operation::kEquality, {kNeedsEquality, kOnCiphertext, kInEnclave, kOnCiphertext}, kInEnclave},
    {Operation::kIn, {kNeedsEquality, kOnCiphertext, kInEnclave, kOnCiphertext}, kInEnclave},
    {Operation::kRange, {kNeedsEnclave, kNeedsEnclave, kInEnclave, kNeedsEnclave}, kInEnclave},
    {Operation::kLike, {kNeedsEnclave, kNeedsEnclave, kInEnclave, kNeedsEnclave}, kInEnclave},
    {Operation::kLikeWithEscape, {kNeedsPlaintext, kNeedsPlaintext, kNeedsPlaintext, kNeedsPlaintext}, kNeedsPlaintext},
    {Operation::kDistinct, {kNeedsEquality, kOnCiphertext, kInEnclave, kOnCiphertext}, kInEnclave},
    {Operation::kGroupBy, {kNeedsEquality, kOnCiphertext, kInEnclave, kOnCiphertext}, kNeedsDeterministic},
    {Operation::kOrderBy, {kNeedsEnclave, kNeedsEnclave, kInEnclave, kNeedsEnclave}, kNeedsPlaintext},
    {Operation::kEqualityJoin, {kNeedsEquality, kOnCiphertext, kInEnclave, kOnCiphertext}, kInEnclaveByLoops},
    {Operation::kNonEqualityJoin, {kNeedsEnclave, kNeedsEnclave, kInEnclave, kNeedsEnclave}, kInEnclave},
    {Operation::kComputation, {kOperandClash, kOperandClash, kOperandClash, kOperandClash}, kOperandClash},
    {Operation::kCountAll, {kOnCiphertext, kOnCiphertext, kOnCiphertext, kOnCiphertext}, kOnCiphertext},
    {Operation::kIsNull, {kOnCiphertext, kOnCiphertext, kOnCiphertext, kOnCiphertext}, kOnCiphertext},
    {Operation::kIndex, {kNotAnIndexKey, kOnCiphertext, kInEnclave, kOnCiphertext}, kInEnclave},
    {Operation::kCopy, {kOnCiphertext, kOnCiphertext, kOnCiphertext, kOnCiphertext}, kOnCiphertext},
});

constexpr auto kOperations = [] {
    std::array<Operation, kTable.size()> operations{};
    for (std::size_t i = 0; i < kTable.size(); ++i)
        operations[i] = kTable[i].operation;
    return operations;
}();

consteval bool rowsStandInOrder()
{
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (static_cast<std::size_t>(kTable[i].operation) != i)
            return false;
    }
    return true;
}
static_assert(rowsStandInOrder());

// Where an older version had no ORDER BY inside the enclave, it does not advertise it to the other columns either.
Verdict forProfile(const Row& row, SchemeClass scheme, Profile profile)
{
    const Verdict verdict = row.in2022[static_cast<std::size_t>(scheme)];
    if (profile == Profile::k2022)
        return verdict;
    if (scheme == SchemeClass::kEnclaveRandomized)
        return row.enclaveRandomizedIn2019;
    if (!verdict.allowed() && !row.enclaveRandomizedIn2019.allowed())
        return row.enclaveRandomizedIn2019;
    return verdict;
}

constexpr std::uint32_t kMaxNationalCharacters = 3967;
constexpr std::uint32_t kMaxCharacters = 7935;

}  // namespace

std::string describeScheme(const EncryptionScheme& scheme)
{
    if (!scheme.encrypted())
        return "(encryption_type = 'PLAINTEXT')";
    std::string out = "(encryption_type = '";
    out += scheme.kind == EncryptionKind::kDeterministic ? "DETERMINISTIC" : "RANDOMIZED";
    out.append("', encryption_algorithm_name = '").append(scheme.algorithm);
    out.append("', column_encryption_key_name = '").append(scheme.keyName);
    out.append("', column_encryption_key_database_name = '").append(scheme.databaseName).append("')");
    return out;
}

std::string describeEncryptedType(std::string_view typeName, const EncryptionScheme& scheme, std::string_view collationName)
{
    std::string out(typeName);
    if (scheme.encrypted())
        out.append(" encrypted with ").append(describeScheme(scheme));
    if (scheme.encrypted() && !collationName.empty())
        out.append(" collation_name = '").append(collationName).append("'");
    return out;
}

SchemeClass classOf(const EncryptionScheme& scheme)
{
    if (scheme.kind == EncryptionKind::kDeterministic)
        return scheme.enclaveEnabled ? SchemeClass::kEnclaveDeterministic : SchemeClass::kDeterministic;
    return scheme.enclaveEnabled ? SchemeClass::kEnclaveRandomized : SchemeClass::kRandomized;
}

Verdict judge(Operation operation, SchemeClass scheme, Profile profile)
{
    return forProfile(kTable[static_cast<std::size_t>(operation)], scheme, profile);
}

Verdict judgeText(Operation operation, SchemeClass scheme, Profile profile, TextFacts collation)
{
    const Verdict verdict = judge(operation, scheme, profile);
    if (verdict.place != Place::kEnclave || operation == Operation::kInPlaceCryptography)
        return verdict;
    if (collation.bin2 || (collation.utf8 && profile == Profile::k2022))
        return verdict;
    return operation == Operation::kIndex ? refused(33569)
                                          : refused(33542, profile == Profile::k2022 ? kExpectsRichCollation : kExpectsBin2);
}

bool becomesLargeObject(bool national, std::uint32_t lengthCharacters)
{
    return lengthCharacters > (national ? kMaxNationalCharacters : kMaxCharacters);
}

std::span<const Operation> allOperations()
{
    return kOperations;
}

std::string_view operationName(Operation operation)
{
    static constexpr std::array<std::string_view, kTable.size()> kNames{
        "in-place cryptography", "equality", "IN", "range", "LIKE", "LIKE with ESCAPE", "DISTINCT", "GROUP BY", "ORDER BY", "equality join",
        "non-equality join", "computation", "COUNT(*)", "IS NULL", "index", "copy",
    };
    return kNames[static_cast<std::size_t>(operation)];
}

}  // namespace es::tsql
