// Syntax tree, part 4: statements and the whole script. One tree for editor, advisor, planner and sandbox.
// Thread: any (plain values, move-only). Nesting is bounded by the parser (kMaxNesting), so a recursive walk is safe.
#pragma once

#include "driver/tsql/AstDdl.h"

namespace es::tsql {

struct Statement;
using StatementPtr = std::unique_ptr<Statement>;

struct SelectStatement { QueryPtr query; };

// What INSERT, UPDATE and DELETE change, and what OUTPUT gives back.
struct DmlTarget { ObjectName name; std::string variable; std::vector<std::string> hints; };  // variable: "@t", then name has no parts
struct OutputClause {
    std::vector<SelectItem> items;   // INSERTED.x, DELETED.x are ColumnRefs
    std::optional<DmlTarget> into;
    std::vector<Identifier> intoColumns;
};

struct Insert {
    std::vector<CommonTable> with;
    std::optional<Top> top;
    DmlTarget target;
    std::vector<Identifier> columns;
    std::optional<OutputClause> output;
    struct Values { std::vector<std::vector<ExprPtr>> rows; };  // DefaultValue may stand as a cell
    struct Defaults {};                                          // DEFAULT VALUES
    struct FromQuery { QueryPtr query; };
    struct FromExecute { StatementPtr execute; };
    std::variant<Values, Defaults, FromQuery, FromExecute> source;
};

// SET column = expr, SET @v = expr, SET @v = column = expr; compound operators too.
struct Assignment {
    SourceRange range;
    std::vector<Identifier> column;  // empty: variable only
    std::string variable;            // empty: column only
    std::optional<BinaryOperator> compound;
    ExprPtr value;                   // DefaultValue may stand here
};
struct Update {
    std::vector<CommonTable> with;
    std::optional<Top> top;
    DmlTarget target;  // may be an alias of `from`
    std::vector<Assignment> assignments;
    std::optional<OutputClause> output;
    TableSourcePtr from;  // may be null
    ExprPtr where;        // may be null
    std::vector<std::string> options;
};
struct Delete {
    std::vector<CommonTable> with;
    std::optional<Top> top;
    DmlTarget target;
    std::optional<OutputClause> output;
    TableSourcePtr from;  // the second FROM; may be null
    ExprPtr where;        // may be null
    std::vector<std::string> options;
};

// --- variables and options ---
struct VariableDeclaration {
    std::string name;  // "@x"
    SourceRange range;
    DataType type;       // without parts for a table variable
    ExprPtr initial;     // may be null
    std::vector<ColumnDefinition> tableColumns;  // DECLARE @t TABLE (..)
    std::vector<Constraint> tableConstraints;
    bool isTable = false;
};
struct Declare { std::vector<VariableDeclaration> variables; };
struct SetVariable { std::string name; std::optional<BinaryOperator> compound; ExprPtr value; };
// SET NOCOUNT ON, SET ROWCOUNT 5, SET TRANSACTION ISOLATION LEVEL READ COMMITTED, SET IDENTITY_INSERT t ON, SET LANGUAGE x.
struct SetOption {
    std::vector<std::string> options;  // upper case; several for SET ANSI_NULLS, QUOTED_IDENTIFIER ON
    std::string value;                 // "ON", "OFF", "READ COMMITTED", "5", "us_english": words joined by one space
    ObjectName table;                  // IDENTITY_INSERT only
};

// --- control of flow ---
struct If { ExprPtr condition; StatementPtr then; StatementPtr otherwise; };  // otherwise may be null
struct While { ExprPtr condition; StatementPtr body; };
struct Block { std::vector<Statement> statements; };
struct TryCatch { std::vector<Statement> body, handler; };
struct Throw { ExprPtr number, message, state; };  // all null: rethrow
struct RaiseError { std::vector<ExprPtr> arguments; std::vector<std::string> options; };  // message, severity, state, values..
struct Print { ExprPtr value; };
struct Return { ExprPtr value; };  // may be null
struct Break {};
struct Goto { std::string label; };
struct Label { std::string name; };  // name:
struct Continue {};
struct WaitFor { bool delay = true; ExprPtr time; };  // else WAITFOR TIME

// --- calls ---
struct ExecuteArgument {
    std::string name;  // "@p"; empty: by position
    // Literal, VariableRef, GlobalVariable, Unary over a literal, DefaultValue, or a ColumnRef of one part (a bare word = text)
    ExprPtr value;
    bool output = false;
};
struct Execute {
    std::string resultVariable;  // EXEC @r = p; empty: none
    ObjectName procedure;        // without parts: procedureVariable or text
    std::string procedureVariable;  // EXEC @name
    std::vector<ExecuteArgument> arguments;
    ExprPtr text;                // may be null; EXEC ('..' + @x)
};

// --- session and transactions ---
struct Use { Identifier database; };
enum class TransactionVerb : std::uint8_t { kBegin, kCommit, kRollback, kSave };
struct Transaction { TransactionVerb verb; std::string name; };  // name: empty, "t1" or "@name"
struct Reconfigure { bool withOverride = false; };
struct Checkpoint {};
// DBCC CHECKTABLE (name), CHECKDB [(name)] or FREEPROCCACHE; a name without parts: the current database.
enum class DbccCommand : std::uint8_t { kCheckTable, kCheckDatabase, kFreeProcedureCache, kCheckIdentity };
struct Dbcc {
    DbccCommand command = DbccCommand::kCheckTable;
    ObjectName name;
    bool noInformation = false;
    bool noReseed = false;  // CHECKIDENT (t, NORESEED)
    ExprPtr reseed;         // CHECKIDENT (t, RESEED, value); null: none
};

using StatementNode = std::variant<
    SelectStatement, Insert, Update, Delete,
    Declare, SetVariable, SetOption,
    If, While, Block, TryCatch, Throw, RaiseError, Print, Return, Break, Continue, Goto, Label, WaitFor,
    Execute, Use, Transaction, Reconfigure, Checkpoint, Dbcc,
    CreateTable, AlterTable, TruncateTable, CreateIndex, AlterIndex, DropIndex, DropObjects,
    CreateColumnMasterKey, CreateColumnEncryptionKey, AlterColumnEncryptionKey,
    DefineView, DefineProcedure, CreateSchema, CreateDatabase, CreateSynonym,
    AlterDatabase, AlterScopedConfiguration, Permission, CreatePrincipal, AlterRole>;

// `range` spans the statement without its semicolon.
struct Statement {
    SourceRange range;
    StatementNode node;
};

// One batch. Owns nothing of the text it was parsed from; ranges index that text.
struct Script {
    std::vector<Statement> statements;
};

}  // namespace es::tsql
