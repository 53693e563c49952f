// From a catalog snapshot and a person's choices to a plan: pure, the same input gives the same plan.
// Thread: any.
#pragma once

#include "wizards/plan/Plan.h"

namespace es::wizards {

inline constexpr base::ErrorCode kNothingChosen{"plan", "NothingChosen"};
inline constexpr base::ErrorCode kNoSuchTable{"plan", "NoSuchTable"};
inline constexpr base::ErrorCode kNoSuchColumn{"plan", "NoSuchColumn"};
inline constexpr base::ErrorCode kNoSuchKey{"plan", "NoSuchKey"};
inline constexpr base::ErrorCode kColumnTwice{"plan", "ColumnTwice"};
inline constexpr base::ErrorCode kAlreadyThus{"plan", "AlreadyThus"}; // nothing would change
inline constexpr base::ErrorCode kKeyNotEnclaveEnabled{"plan", "KeyNotEnclaveEnabled"}; // would be 33543
inline constexpr base::ErrorCode kCannotBeEncrypted{"plan", "CannotBeEncrypted"}; // type, identity, default, ... (sql-surface 7)
inline constexpr base::ErrorCode kCollationNeeded{
    "plan", "CollationNeeded"}; // deterministic text without BIN2, and changing it is not chosen
inline constexpr base::ErrorCode kBadColumnName{"plan", "BadColumnName"};

// Encrypt, decrypt, re-encrypt in place: one ALTER TABLE ... ALTER COLUMN per column, type, collation and nullability restated.
// Decrypting keeps the collation that the column has.
[[nodiscard]] base::Result<Plan> makePlan(const catalog::CatalogSnapshot& snapshot, const Choices& choices);

// The scheme of a column as the snapshot has it. Precondition: the column's type is known.
[[nodiscard]] ColumnScheme schemeOf(const catalog::CatalogSnapshot& snapshot, const catalog::Column& column);

// "Table.Column" or "Schema.Table.Column", parts plain or [in brackets]; without schema: dbo. Errors: kBadColumnName.
struct ColumnName {
    std::string schema;
    std::string table;
    std::string column;
};
[[nodiscard]] base::Result<ColumnName> parseColumnName(std::string_view text, std::string_view defaultSchema = "dbo");

} // namespace es::wizards
