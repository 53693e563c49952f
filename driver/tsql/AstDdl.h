// Syntax tree, part 3: tables, indexes, keys, modules and other definitions. Thread: any (plain values, move-only).
#pragma once

#include "driver/tsql/AstQuery.h"

namespace es::tsql {

struct Statement;

// ENCRYPTED WITH (..) of a column; words as written, unjudged (an unknown algorithm is 33292, said by who knows the keys).
struct EncryptedWith {
    Identifier columnEncryptionKey;
    bool deterministic = false;  // else RANDOMIZED
    std::string algorithm;       // 'AEAD_AES_256_CBC_HMAC_SHA_256'
    SourceRange range;
};

struct Identity { std::string seed = "1"; std::string increment = "1"; };  // whole numbers, possibly with "-"

struct IndexColumn { Identifier name; bool descending = false; };
enum class ReferentialAction : std::uint8_t { kNoAction, kCascade, kSetNull, kSetDefault };

// --- constraints; of a column (columns empty) or of a table ---
struct KeyConstraint { bool primary = false; std::optional<bool> clustered; std::vector<IndexColumn> columns; };  // not primary: UNIQUE
struct ForeignKey {
    std::vector<Identifier> columns;
    ObjectName table;
    std::vector<Identifier> referenced;
    ReferentialAction onDelete = ReferentialAction::kNoAction;
    ReferentialAction onUpdate = ReferentialAction::kNoAction;
};
struct CheckConstraint { ExprPtr condition; };
struct DefaultConstraint { ExprPtr value; Identifier forColumn; };  // forColumn: ALTER TABLE ADD CONSTRAINT d DEFAULT v FOR c
struct Constraint {
    Identifier name;  // empty text: none written
    SourceRange range;
    std::variant<KeyConstraint, ForeignKey, CheckConstraint, DefaultConstraint> node;
};

struct ColumnDefinition {
    Identifier name;
    DataType type;       // without parts for a computed column
    SourceRange range;
    std::optional<Identifier> collation;
    std::optional<EncryptedWith> encrypted;
    std::optional<bool> nullable;  // nothing: not written
    std::optional<Identity> identity;
    bool rowGuidCol = false;
    bool sparse = false;
    ExprPtr computed;  // may be null; AS expr
    bool persisted = false;
    std::vector<Constraint> constraints;
};

struct CreateTable {
    ObjectName name;
    std::vector<ColumnDefinition> columns;
    std::vector<Constraint> constraints;
    std::vector<std::string> options;  // WITH (..): upper case, unjudged
};

// --- ALTER TABLE: exactly one action ---
struct AlterColumn { ColumnDefinition column; std::optional<bool> online; };  // WITH (ONLINE = ON|OFF)
struct AddItems { std::vector<ColumnDefinition> columns; std::vector<Constraint> constraints; std::optional<bool> withCheck; };
struct DropItem { bool column = false; Identifier name; bool ifExists = false; };  // not column: CONSTRAINT
struct DropItems { std::vector<DropItem> items; };
// CHECK|NOCHECK CONSTRAINT; no names: ALL
struct ToggleConstraint { bool enable = true; std::vector<Identifier> names; std::optional<bool> withCheck; };
struct AlterTable {
    ObjectName name;
    std::variant<AlterColumn, AddItems, DropItems, ToggleConstraint> action;
};

struct CreateIndex {
    Identifier name;
    ObjectName table;
    bool unique = false;
    std::optional<bool> clustered;
    std::vector<IndexColumn> columns;
    std::vector<Identifier> include;
    ExprPtr where;  // may be null: filtered index
    std::vector<std::string> options;
};
enum class AlterIndexAction : std::uint8_t { kRebuild, kReorganize, kDisable };
struct AlterIndex { Identifier name; ObjectName table; AlterIndexAction action; };  // name with empty text: ALL
struct DropIndex { struct Item { Identifier name; ObjectName table; }; std::vector<Item> items; bool ifExists = false; };

// --- column master keys and column encryption keys ---
struct CreateColumnMasterKey {
    Identifier name;
    std::string providerName;
    std::string keyPath;
    std::optional<std::string> enclaveSignatureHex;  // ENCLAVE_COMPUTATIONS (SIGNATURE = 0x..): the digits
};
struct KeyValue {
    Identifier columnMasterKey;
    std::string algorithm;     // empty in DROP VALUE
    std::string encryptedHex;  // empty in DROP VALUE
};
struct CreateColumnEncryptionKey { Identifier name; std::vector<KeyValue> values; };  // one or two
struct AlterColumnEncryptionKey { Identifier name; bool add = true; KeyValue value; };  // else DROP VALUE

// --- modules ---
enum class DefineMode : std::uint8_t { kCreate, kAlter, kCreateOrAlter };
// The text of the definition is Statement::range.in(batch).
struct DefineView {
    DefineMode mode;
    ObjectName name;
    std::vector<Identifier> columns;
    QueryPtr query;
    bool schemaBinding = false;
    bool checkOption = false;
};
struct ProcedureParameter {
    std::string name;
    DataType type;
    ExprPtr defaultValue;  // may be null
    bool output = false;
    bool readOnly = false;
};
struct DefineProcedure { DefineMode mode; ObjectName name; std::vector<ProcedureParameter> parameters; std::vector<Statement> body; };

// --- the rest ---
struct CreateSchema { Identifier name; Identifier owner; };  // owner: empty text when none
struct CreateDatabase { Identifier name; Identifier collation; };
struct CreateSynonym { ObjectName name, target; };
enum class ObjectKind : std::uint8_t {
    kTable, kView, kProcedure, kFunction, kTrigger, kSchema, kDatabase, kSynonym, kType, kSequence,
    kUser, kRole, kLogin, kColumnMasterKey, kColumnEncryptionKey,
};
struct DropObjects { ObjectKind kind; std::vector<ObjectName> names; bool ifExists = false; };
struct TruncateTable { ObjectName name; };
// ALTER DATABASE name|CURRENT SET option [= value] ..., name empty: CURRENT. `words` are upper case, as written, unjudged.
struct AlterDatabase { Identifier name; std::vector<std::string> words; };
struct AlterScopedConfiguration { std::vector<std::string> words; };  // e.g. {"CLEAR", "PROCEDURE_CACHE"}
// GRANT, DENY, REVOKE: permissions upper case, words joined by one space; `on` without parts: database permissions.
enum class PermissionVerb : std::uint8_t { kGrant, kDeny, kRevoke };
struct Permission {
    PermissionVerb verb = PermissionVerb::kGrant;
    std::vector<std::string> permissions;
    std::vector<std::vector<Identifier>> columns;  // one list per permission; empty: the whole securable
    std::string securableClass;
    ObjectName on;
    std::vector<Identifier> principals;
};
// CREATE LOGIN/USER/ROLE: `password` of a login stays out of logs; ALTER ROLE r ADD|DROP MEMBER m.
struct CreatePrincipal {
    ObjectKind kind = ObjectKind::kUser;
    Identifier name;
    Identifier forLogin;
    std::string password;
    std::string defaultDatabase;
    bool withoutLogin = false;
};
struct AlterRole { Identifier role; bool add = true; Identifier member; };

}  // namespace es::tsql
