// The EngineSession of this room: a batch is parsed, bound whole, then run statement by statement.
//   Session.cpp        databases, options                        RunTransactions.cpp  transactions, what errors do to them
//   RunBatch.cpp       a batch: bind, run, report
//   RunFlow.cpp        variables, IF, WHILE, TRY, PRINT, THROW   RunQuery.cpp     SELECT, INSERT, UPDATE, DELETE
//   RunPasses.cpp      questions to the enclave                  RunTables.cpp    CREATE/ALTER/DROP TABLE, indexes, schemas
//   RunAlterColumn.cpp in-place encryption                       RunKeys.cpp      column master and encryption keys
//   RunDescribe.cpp    sp_describe_parameter_encryption          RunExecute.cpp   EXEC of the procedures we know
//   RunChanges.cpp     rows that OUTPUT and constraints look at   RunConstraints.cpp checks, foreign keys, computed columns
//   RunConfigure.cpp   sp_configure, RECONFIGURE, sp_enclave_send_keys   RunIndexes.cpp   encrypted indexes, ALTER INDEX
//   RunUndeclared.cpp  sp_describe_undeclared_parameters         RunElsewhere.cpp  SELECT from another database
//   RunTableIndexes.cpp the other indexes, CREATE and DROP INDEX  RunDbcc.cpp      DBCC CHECKTABLE and CHECKDB
//   RunConfigure.cpp   sp_configure, RECONFIGURE, sp_enclave_send_keys
//   RunPermissions.cpp may the login do that                  RunSecurity.cpp  logins, users, roles, GRANT, DENY, REVOKE
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Binder.h"
#include "app/sandbox/engine/Deduction.h"
#include "app/sandbox/engine/EncryptedIndex.h"
#include "app/sandbox/engine/Requirements.h"
#include "app/sandbox/engine/Shared.h"
#include "app/sandbox/engine/SinkGuard.h"

#include <map>

namespace es::sandbox {

struct SystemProcedure;

// What was bound for one statement or expression of a batch.
struct BoundEntry {
    std::shared_ptr<const Catalog> catalog;
    BoundStatementFacts facts;
    BoundQuery query; // SELECT; for an expression one column
    std::vector<std::size_t> targets; // SELECT @a = ..
    Binder::Dml dml;
};

// One batch under way (EXEC sp_executesql nests).
struct BatchRun {
    std::string_view text;
    base::ByteView rawUtf16;
    const tsql::Script& script;
    SinkGuard& sink;
    std::stop_token stop;
    std::vector<Variable> variables;
    std::map<const void*, BoundEntry> bound; // by address in the syntax tree
    bool hasDdl = false;
    bool returned = false;
    int tryDepth = 0;
    std::optional<base::ServerError> caught;
    std::string label{}; // that a GOTO under way looks for
    std::string procedure{}; // whose body this is; empty: none
    bool inProcedure = false;
    std::int32_t status = 0; // what RETURN said, when `returned`
    std::int32_t worstSeverity = 0; // of the errors reported so far
    std::map<const void*, std::string> elsewhere{}; // statements that read another database, by address in the syntax tree
    TypeDeduction* deduction = nullptr; // set: only bound, to find types of undeclared parameters
};

// A module's text as a tree.
struct ModuleTree {
    std::vector<tsql::ProcedureParameter> parameters;
    tsql::Script body; // of a procedure
    std::shared_ptr<tsql::DefineView> view;
};
// The text is one that has been parsed before, when it was defined.
[[nodiscard]] base::Result<ModuleTree> parseModule(const std::string& text, bool quotedIdentifiers);
// "schema.name" out of a value; nothing when it is no name.
[[nodiscard]] std::optional<tsql::ObjectName> objectNameOf(const std::string& text);

enum class Flow : std::uint8_t { kNext, kBreak, kContinue, kReturn, kGoto /* to BatchRun::label */ };

// Each GOTO finds its label in a list of statements around it (RunLabels.cpp). Errors: 132, 133; 40517: it stands inside another block.
[[nodiscard]] base::Result<void> checkLabels(const std::vector<tsql::Statement>& statements);

class DatabaseVisit; // RunElsewhere.h
class Session final : public EngineSession {
    friend class TemporaryScope;
    friend class DatabaseVisit;

public:
    Session(std::shared_ptr<EngineShared> shared, SessionOptions options);
    ~Session() override;
    [[nodiscard]] base::Result<void> openFirst(const std::string& database);

    ExecOutcome execute(const BatchRequest& request, ExecSink& sink, std::stop_token stop) override;
    DescribeAnswer describe(const DescribeRequest& request) override;
    bool describeInto(const DescribeRequest& request, ExecSink& sink) override;
    base::Result<std::vector<EngineParameter>> parseDeclarations(std::string_view declarations) const override;
    base::Result<std::vector<EngineParameter>> undeclaredParameters(const std::string& text, const std::string& declarations) override;
    base::Result<void> beginTransaction(ExecSink& sink, const TransactionChoice& choice) override;
    base::Result<void> commitTransaction(ExecSink& sink) override;
    base::Result<void> rollbackTransaction(ExecSink& sink, const std::string& name) override;
    base::Result<void> saveTransaction(const std::string& name) override;
    void reset() override;
    const std::string& database() const override { return m_database; }
    std::int32_t transactionCount() const override { return m_facts.transactionCount; }

private:
    base::Result<void> useDatabase(const std::string& name, SinkGuard* sink, std::int32_t line);
    void noteSession(bool running);
    base::Result<void> refreshCatalog();

    // RunTransactions.cpp
    base::Result<void> ensureWritable(); // the SQLite transaction behind an open BEGIN TRANSACTION
    base::Result<void> ensureReadable(const BoundStatementFacts& facts);
    base::Result<void> begin(SinkGuard& sink, const std::string& name);
    base::Result<void> commit(SinkGuard& sink, std::int32_t line);
    base::Result<void> rollback(SinkGuard& sink, const std::string& name, std::int32_t line);
    base::Result<void> save(const std::string& name, std::int32_t line);
    base::Result<void> runTransaction(BatchRun& run, const tsql::Transaction& node, std::int32_t line);
    base::Result<std::string> transactionName(BatchRun& run, const std::string& name, std::int32_t line);
    void beginImplicitly(BatchRun& run, const tsql::Statement& statement);
    void forgetTransaction();
    void setIsolation(std::uint8_t level);
    void drewIdentity(std::int32_t objectId, std::int32_t columnId, std::int64_t last);
    base::Result<void> keepIdentities();
    [[nodiscard]] bool abortsBatch(const base::Error& error) const;
    void abortTransaction(BatchRun& run, const base::Error& error);
    void endDoomed(SinkGuard& sink);

    // Session.cpp
    base::Result<void> setOption(const tsql::SetOption& option, std::int32_t line);
    base::Result<void> setIdentityInsert(const tsql::SetOption& option, std::int32_t line);
    [[nodiscard]] bool isOn(std::string_view option) const;

    // RunBatch.cpp
    // The enclave opens the package of the request while its text is parsed and bound; waits until it has.
    base::Result<EnclaveGate::OpeningAnswer> beginOpening(const BatchRequest& request);
    base::Result<void> awaitOpening(const EnclaveGate::OpeningAnswer& answer);
    base::Result<void> addParameters(BatchRun& run, const std::vector<EngineParameter>& parameters);
    base::Result<void> declareAll(BatchRun& run, const std::vector<tsql::Statement>& statements);
    base::Result<void> bindAll(BatchRun& run);
    base::Result<void> bindList(BatchRun& run, const std::vector<tsql::Statement>& statements, tsql::SchemeInference* inference);
    base::Result<void> bindStatement(BatchRun& run, const tsql::Statement& statement, tsql::SchemeInference* inference);
    base::Result<void> bindHere(BatchRun& run, const tsql::Statement& statement, tsql::SchemeInference* inference);
    base::Result<void> inferSchemes(BatchRun& run);
    base::Result<void> runScript(BatchRun& run);
    void report(BatchRun& run, const base::Error& error);
    void giveOutputs(BatchRun& run, const std::vector<EngineParameter>& parameters);
    base::Result<BoundEntry*> entryOf(BatchRun& run, const void* key, const std::function<base::Result<BoundEntry>(Binder&)>& bind);
    base::Result<BoundEntry*> boundExpression(
        BatchRun& run, const tsql::Expr& expr, bool condition, tsql::SchemeInference* inference = nullptr);
    base::Result<BoundEntry> bindNow(
        BatchRun& run, tsql::SchemeInference* inference, const std::function<base::Result<BoundEntry>(Binder&)>& bind);

    // RunElsewhere.cpp: binds a SELECT in the database that it reads. Null: that is the session's own.
    base::Result<std::unique_ptr<DatabaseVisit>> bindWhereItReads(BatchRun& run, const tsql::Statement& statement);
    base::Result<void> bindElsewhere(BatchRun& run, const tsql::Statement& statement, base::Error unbound);

    // RunUndeclared.cpp: sp_describe_undeclared_parameters. Errors: 11502, 11503, 11506 - 11508, those of binding.
    base::Result<std::vector<UndeclaredParameter>> deduceTypes(
        const std::string& text, const std::vector<EngineParameter>& declared, std::int32_t line);
    base::Result<TypeDeduction> tryTypes(const std::string& text, const tsql::Script& script, const std::vector<EngineParameter>& declared,
        const std::vector<std::string>& names, const std::vector<std::optional<types::SqlType>>& types);
    base::Result<void> runUndeclaredCall(BatchRun& run, const tsql::Execute& node, std::int32_t line);

    // RunFlow.cpp
    base::Result<Flow> runList(BatchRun& run, const std::vector<tsql::Statement>& statements);
    base::Result<Flow> runOne(BatchRun& run, const tsql::Statement& statement);
    base::Result<Flow> runNode(BatchRun& run, const tsql::Statement& statement);
    base::Result<Flow> runWhile(BatchRun& run, const tsql::While& node);
    base::Result<Flow> runTry(BatchRun& run, const tsql::TryCatch& node);
    base::Result<void> runDeclare(BatchRun& run, const tsql::Declare& node);
    base::Result<void> runSetVariable(BatchRun& run, const tsql::SetVariable& node, std::int32_t line);
    base::Result<void> runThrow(BatchRun& run, const tsql::Throw& node, std::int32_t line);
    base::Result<void> runRaise(BatchRun& run, const tsql::RaiseError& node, std::int32_t line);
    base::Result<Flow> runReturn(BatchRun& run, const tsql::Return& node, std::int32_t line);
    base::Result<void> runWait(BatchRun& run, const tsql::WaitFor& node, std::int32_t line);
    base::Result<void> runPrint(BatchRun& run, const tsql::Print& node, std::int32_t line);
    base::Result<bool> condition(BatchRun& run, const tsql::Expr& expr);
    // The expression's value with the type it was bound to.
    struct Evaluated {
        Stored value;
        types::SqlType type;
    };
    base::Result<Evaluated> evaluate(BatchRun& run, const tsql::Expr& expr);
    base::Result<Stored> convertStored(const Evaluated& value, const types::SqlType& type) const;
    base::Result<std::string> evaluateText(BatchRun& run, const tsql::Expr& expr);
    base::Result<void> assign(BatchRun& run, std::size_t variable, const tsql::Expr& expr);

    // RunQuery.cpp
    base::Result<void> runSelect(BatchRun& run, const tsql::Statement& statement, const tsql::SelectStatement& node);
    base::Result<void> runDml(BatchRun& run, const tsql::Statement& statement, Command command);
    base::Result<SqliteStatement> prepared(BatchRun& run, const std::string& sql);
    base::Result<std::uint64_t> sendRows(BatchRun& run, SqliteStatement& rows, const std::vector<OutputColumn>& columns);
    [[nodiscard]] ResultShape shapeOf(const std::vector<OutputColumn>& columns) const;
    base::Error constraintError(base::Error error, const CatalogTable& table) const;
    base::Result<std::uint64_t> changeRows(BatchRun& run, const Binder::Dml& dml);
    base::Result<bool> changesSeveralRows(BatchRun& run, const Binder::Dml& dml);
    base::Result<std::uint64_t> changeKeys(BatchRun& run, const Binder::Dml& dml);
    void keepDrawn(const Binder::Dml& dml);
    // What the first row of a table without numbers gets: the seed, unless DBCC CHECKIDENT has said another number.
    base::Result<std::int64_t> firstIdentity(const CatalogTable& table, std::int64_t seed); // RunCheckIdentity.cpp
    base::Result<void> checkIdentity(BatchRun& run, const tsql::Dbcc& node, std::int32_t line);
    // RunChanges.cpp: work tables, consequences, OUTPUT
    base::Result<void> beginTracking(BatchRun& run, const Binder::Dml& dml);
    base::Result<std::uint64_t> changeReturning(BatchRun& run, const Binder::Dml& dml);
    base::Result<void> followChange(const Binder::Dml& dml);
    base::Result<void> storeOutput(BatchRun& run, const Binder::Dml& dml);
    base::Result<void> giveOutput(BatchRun& run, const Binder::Dml& dml);

    // RunPasses.cpp
    base::Result<void> needKeys(const std::vector<tsql::EncryptionScheme>& schemes, std::int32_t line);
    base::Result<void> runPasses(BatchRun& run, const BoundStatementFacts& facts);
    base::Result<void> runMatch(BatchRun& run, const EncryptedPass& pass);
    base::Result<void> runRanks(BatchRun& run, const std::vector<EncryptedPass>& passes, std::size_t group);

    // RunTables.cpp, RunColumns.cpp
    base::Result<void> createTable(const tsql::CreateTable& node, std::string_view text, std::int32_t line);
    base::Result<void> alterTable(BatchRun& run, const tsql::AlterTable& node, std::int32_t line);
    base::Result<void> dropObjects(const tsql::DropObjects& node, std::int32_t line);
    base::Result<void> truncateTable(const tsql::TruncateTable& node, std::int32_t line);
    base::Result<void> createIndex(BatchRun& run, const tsql::CreateIndex& node, std::int32_t line);
    base::Result<void> dropIndex(const tsql::DropIndex& node, std::int32_t line);
    base::Result<void> createSchema(const tsql::CreateSchema& node, std::int32_t line);
    // Runs the change in a transaction of its own, or in the open one; the catalog is fresh inside and afterwards.
    base::Result<void> change(const std::function<base::Result<void>()>& work);
    base::Result<void> forbidNullInKeys(const tsql::CreateTable& node, std::int32_t objectId);
    base::Result<CatalogColumn> makeColumn(const tsql::ColumnDefinition& node, std::int32_t line);
    base::Result<void> addKeyConstraint(
        const CatalogTable& table, const tsql::KeyConstraint& key, const std::string& name, std::int32_t line);
    base::Result<void> addIndexOn(const CatalogTable& table, CatalogIndex index, std::int32_t line);
    base::Result<void> addDefault(
        const CatalogTable& table, CatalogColumn column, const std::string& text, const std::string& name, std::int32_t line);
    base::Result<void> addConstraints(
        std::int32_t objectId, const std::vector<tsql::Constraint>& constraints, const std::string& columnName, std::string_view text,
        bool verify = true);
    base::Result<void> dropTable(const tsql::ObjectName& name, bool ifExists, std::int32_t line);
    base::Result<void> dropSchema(const std::string& name, bool ifExists, std::int32_t line);
    base::Result<void> refuseDependents(const CatalogTable& table, const CatalogColumn& column, std::int32_t line);
    base::Result<void> addColumns(const CatalogTable& table, const tsql::AddItems& items, std::string_view text, std::int32_t line);
    base::Result<void> dropItems(const CatalogTable& table, const tsql::DropItems& items, std::int32_t line);
    base::Result<const CatalogTable*> tableFor(const tsql::ObjectName& name, std::int32_t line);
    base::Result<void> checkFilter(const CatalogTable& table, const CatalogIndex& index, std::int32_t line);
    base::Result<void> createSqliteIndex(const CatalogTable& table, const CatalogIndex& index, std::int32_t line);
    base::Result<void> dropSqliteIndex(const CatalogTable& table, const CatalogIndex& index);

    // RunConstraints.cpp
    base::Result<void> addCheck(const CatalogTable& table, const tsql::CheckConstraint& check, const std::string& name,
        const std::string& columnName, std::string_view text, bool verify, std::int32_t line);
    base::Result<void> addForeignKey(const CatalogTable& table, const tsql::ForeignKey& node, const std::string& name,
        const std::string& columnName, bool verify, std::int32_t line);
    base::Result<std::int32_t> matchingKey(const CatalogTable& parent, const std::vector<std::int32_t>& columns) const;
    base::Result<void> refuseCycles(const CatalogTable& child, const CatalogForeignKey& added, std::int32_t line) const;
    base::Result<void> toggleConstraints(const CatalogTable& table, const tsql::ToggleConstraint& node, std::int32_t line);
    base::Result<bool> dropConstraint(const CatalogTable& table, const std::string& name); // of a check or foreign key; false: none
    base::Result<void> completeColumn(
        CatalogColumn& column, const tsql::ColumnDefinition& node, std::string_view text, std::int32_t line);
    base::Result<void> typeComputed(const CatalogTable& table, CatalogColumn& column, std::int32_t line);
    base::Result<std::string> objectNameFor(
        const std::string& wanted, std::string_view prefix, const CatalogTable& table, std::string_view type, std::int32_t& id, std::int32_t line);
    // The check, computed column or filter whose text reads the column; empty when none does.
    base::Result<std::string> readerOf(const CatalogTable& table, const CatalogColumn& column, std::int32_t line);
    // RunRename.cpp
    base::Result<void> runRename(BatchRun& run, const tsql::Execute& node, std::int32_t line);
    base::Result<void> rename(const std::string& table, const std::string& idColumn, std::int64_t id, const std::string& name);
    base::Result<void> renameColumn(const std::vector<std::string>& parts, const std::string& name, std::int32_t line);
    base::Result<void> renameObject(
        const std::vector<std::string>& parts, const std::string& name, const std::string& kind, std::int32_t line);
    // RunIndexes.cpp
    base::Result<void> checkEncryptedKey(const CatalogColumn& column, const CatalogIndex& index, std::size_t keyCount, std::int32_t line) const;
    base::Result<void> makeEncryptedIndex(const CatalogTable& table, const CatalogIndex& index, std::int32_t line);
    base::Result<void> dropEncryptedIndex(const CatalogTable& table, const CatalogIndex& index);
    base::Result<void> alterIndex(const tsql::AlterIndex& node, std::int32_t line);
    base::Result<EnclaveSessionId> maintenanceSession(const CatalogColumn& column, std::int32_t line);
    base::Result<EncryptedIndex> encryptedIndex(const CatalogTable& table, const CatalogIndex& index, const EnclaveSessionId& session);
    // Applies what the statement's triggers noted to the indexes. The caller's transaction undoes the statement when it fails.
    base::Result<void> keepIndexes();
    // True: es_seek(pass.number) has its rows. False: the index is not there any more.
    base::Result<bool> seek(const EncryptedPass& pass, const CellPredicate& predicate);

    // RunDbcc.cpp
    base::Result<void> runDbcc(BatchRun& run, const tsql::Dbcc& node, std::int32_t line);
    base::Result<std::size_t> checkTable(BatchRun& run, const CatalogTable& table, bool quiet, std::int32_t line);

    // RunAlterColumn.cpp
    base::Result<void> alterColumn(BatchRun& run, const CatalogTable& table, const tsql::AlterColumn& node, std::int32_t line);
    base::Result<void> convertInPlace(
        BatchRun& run, const CatalogTable& table, const CatalogColumn& from, const CatalogColumn& to, std::int32_t line);
    base::Result<void> convertPlain(const CatalogTable& table, const CatalogColumn& from, const CatalogColumn& to, std::int32_t line);
    base::Result<void> checkInPlace(const CatalogColumn& from, const CatalogColumn& to, std::int32_t line);
    base::Result<void> wipeLog(std::int32_t line);
    base::Result<void> checkNewScheme(const CatalogColumn& column, std::int32_t line) const;

    // RunKeys.cpp
    base::Result<void> createMasterKey(const tsql::CreateColumnMasterKey& node, std::int32_t line);
    base::Result<void> createEncryptionKey(const tsql::CreateColumnEncryptionKey& node, std::int32_t line);
    base::Result<void> alterEncryptionKey(const tsql::AlterColumnEncryptionKey& node, std::int32_t line);
    base::Result<void> dropMasterKey(const std::string& name, bool ifExists, std::int32_t line);
    base::Result<void> dropEncryptionKey(const std::string& name, bool ifExists, std::int32_t line);
    base::Result<void> refuseEnclaveUse(const CatalogEncryptionKey& key, std::int32_t line) const;
    base::Result<CatalogKeyValue> keyValue(const tsql::KeyValue& node, std::int32_t line) const;

    // RunPermissions.cpp: errors 229, 230, 262, 297, 300, 916, 1088, 2557, 2571, 2760, 3701, 5011, 5812, 15151, 15247, 33293
    base::Result<void> checkStatement(BatchRun& run, const tsql::Statement& statement) const;
    // Of the tables and views in the session's database, which may be one that is visited.
    base::Result<void> checkReads(BatchRun& run, const tsql::Statement& statement) const;
    base::Result<void> checkDefinition(BatchRun& run, const tsql::Statement& statement) const;
    bool means(const Requirements& needs, const Requirements::ColumnUse& use, const TableNeed& need, const std::string& column) const;
    base::Result<void> checkTable(const Requirements& needs, const TableNeed& need, std::int32_t line) const;
    base::Result<void> checkSystemView(BatchRun& run, const tsql::ObjectName& name, std::int32_t line) const;
    base::Result<void> checkDrop(const tsql::DropObjects& node, std::int32_t line) const;
    base::Result<void> checkCreate(std::string_view permission, const tsql::ObjectName& name, std::int32_t line) const;
    base::Result<void> checkAlter(const tsql::ObjectName& name, std::int32_t line) const;
    base::Result<void> checkExecute(const tsql::Execute& node, std::int32_t line) const;
    base::Result<void> checkExecuteOf(const CatalogModule& procedure, std::int32_t line) const;
    base::Result<void> checkDbcc(const tsql::Dbcc& node, std::int32_t line) const;
    [[nodiscard]] Securable objectSecurable(const tsql::ObjectName& name) const; // major id 0: there is none
    [[nodiscard]] base::Error permissionDenied(std::string_view permission, std::int32_t line) const;
    [[nodiscard]] base::Error mayNotEnter(const std::string& database, std::int32_t line) const;
    void refreshAccess();

    // RunSecurity.cpp
    base::Result<void> createDatabase(const std::string& name, std::int32_t line);
    base::Result<void> refuseStaleModule(const base::Error& error, const CatalogModule& module, std::int32_t line); // 33515
    base::Result<void> createPrincipal(const tsql::CreatePrincipal& node, std::int32_t line);
    base::Result<void> createLogin(const tsql::CreatePrincipal& node, std::int32_t line);
    base::Result<void> createUser(const tsql::CreatePrincipal& node, std::int32_t line);
    base::Result<void> dropPrincipal(tsql::ObjectKind kind, const std::string& name, bool ifExists, std::int32_t line);
    base::Result<void> alterRole(const tsql::AlterRole& node, std::int32_t line);
    base::Result<void> changePermissions(const tsql::Permission& node, std::int32_t line);
    base::Result<void> changeServerPermissions(const tsql::Permission& node, std::int32_t line);
    base::Result<Securable> securableOf(const tsql::Permission& node, std::int32_t line) const;

    // RunDescribe.cpp, RunExecute.cpp
    DescribeAnswer describeScript(const DescribeRequest& request);
    void addKey(DescribeAnswer& answer, std::map<std::int32_t, std::int32_t>& ordinals, std::int32_t cekId, bool enclave) const;
    base::Result<Flow> runExecute(BatchRun& run, const tsql::Execute& node, std::int32_t line);
    base::Result<void> runDescribeCall(BatchRun& run, const tsql::Execute& node, std::int32_t line);
    base::Result<void> helpText(BatchRun& run, const tsql::Execute& node, std::int32_t line);

    // RunModules.cpp
    base::Result<std::optional<CatalogModule>> moduleToDefine(
        const tsql::ObjectName& name, tsql::DefineMode mode, bool view, std::int32_t line);
    base::Result<void> storeModule(CatalogModule module, const std::vector<CatalogColumn>& columns);
    base::Result<void> findParameters(CatalogModule& module, std::int32_t line);
    base::Result<void> defineProcedure(
        BatchRun& run, const tsql::Statement& statement, const tsql::DefineProcedure& node, std::int32_t line);
    base::Result<std::vector<CatalogColumn>> findViewColumns(CatalogModule& module, std::int32_t line);
    base::Result<void> defineView(BatchRun& run, const tsql::Statement& statement, const tsql::DefineView& node, std::int32_t line);
    base::Result<void> dropModule(const tsql::ObjectName& name, bool view, bool ifExists, std::int32_t line);
    base::Result<void> refreshModule(BatchRun& run, const tsql::Execute& node, std::int32_t line);

    // RunTemporary.cpp, RunSelectInto.cpp, RunInsertExecute.cpp
    base::Result<void> makeTemporaryCatalog();
    base::Result<void> addTemporary(std::shared_ptr<const Catalog>& catalog);
    base::Result<std::int32_t> newestTemporary();
    // Those made since `floor`; of table variables alone when `variablesOnly`. Failures leave them for the end of the session.
    void dropTemporary(std::int32_t floor, bool variablesOnly);
    base::Result<void> makeTableVariable(const tsql::VariableDeclaration& declaration, std::string_view text, std::int32_t line);
    struct TemporaryImage;
    base::Result<TemporaryImage> imageOf(std::int32_t objectId);
    base::Result<std::vector<TemporaryImage>> temporaryImages(bool variablesOnly);
    base::Result<void> restoreImages(const std::vector<TemporaryImage>& images);
    base::Result<std::vector<CatalogColumn>> columnsInto(
        const BoundQuery& query, const tsql::ObjectName& into, bool identity, std::int32_t line);
    // Whether a definition may make, change or drop something of this name. Errors: 40517 (another database, ##t).
    base::Result<void> checkTarget(const tsql::ObjectName& name, std::int32_t line) const;
    // An INSERT, UPDATE or DELETE inside a transaction scope of the caller; adds to `count`.
    base::Result<void> changeOnce(BatchRun& run, const tsql::Statement& statement, std::int32_t line, std::uint64_t& count);
    base::Result<void> selectInto(BatchRun& run, const tsql::Statement& statement, const tsql::ObjectName& into);
    base::Result<void> insertFromExecute(BatchRun& run, const tsql::Insert& node, std::int32_t line);

    // RunProcedure.cpp
    class ScopeGuard;
    // What SET and USE change inside a scope, and what is put back at its end (RunProcedure.cpp).
    struct ScopeSettings {
        std::map<std::string, bool, std::less<>> options;
        std::string isolation;
        std::string database;
        std::int64_t rowLimit;
        std::int64_t lockTimeoutMs;
        std::int32_t textSize;
        std::optional<std::int64_t> scopeIdentity;
    };
    ScopeSettings settings() const;
    void restore(const ScopeSettings& settings, SinkGuard& sink);
    // The procedure that a user has made under this name; null: none.
    [[nodiscard]] const CatalogModule* userProcedure(const tsql::ObjectName& name) const;
    base::Result<void> bindCall(BatchRun& run, const tsql::Execute& node, tsql::SchemeInference* inference, std::int32_t line);
    base::Result<void> runScope(BatchRun& outer, BatchRun& inner, std::int32_t procedureId, int levels, std::int32_t line);
    base::Result<std::vector<const tsql::ExecuteArgument*>> matchArguments(const tsql::Execute& node, const std::string& procedure,
        const std::vector<Variable>& parameters, std::size_t first, std::int32_t line);
    base::Result<Stored> argumentValue(BatchRun& run, const tsql::Expr& expr, const Variable& parameter, std::int32_t line);
    base::Result<std::vector<std::optional<std::size_t>>> passArguments(BatchRun& run, std::vector<Variable>& parameters,
        const std::vector<const tsql::ExecuteArgument*>& given, const std::vector<CatalogParameter>* declared, std::int32_t line);
    base::Result<void> takeOutputs(
        BatchRun& run, const BatchRun& inner, const std::vector<std::optional<std::size_t>>& outputs, std::int32_t line);
    base::Result<void> runProcedure(BatchRun& run, const CatalogModule& procedure, const tsql::Execute& node, std::int32_t line);
    base::Result<void> giveStatus(BatchRun& run, const tsql::Execute& node, std::int32_t status, std::int32_t line);
    base::Result<void> runText(BatchRun& run, const tsql::Execute& node, std::int32_t line);
    base::Result<void> runNamedByVariable(BatchRun& run, const tsql::Execute& node, std::int32_t line);
    base::Result<tsql::Script> parseInside(const std::string& text);
    base::Result<void> runExecuteSql(BatchRun& run, const tsql::Execute& node, std::int32_t line);
    void sendDescribe(const DescribeAnswer& answer, SinkGuard& sink);
    // SystemProcedures.cpp
    base::Result<void> runSystemProcedure(
        BatchRun& run, const tsql::Execute& node, const SystemProcedure& procedure, std::int32_t line);
    base::Result<Stored> systemArgument(BatchRun& run, const tsql::Execute& node, const SystemProcedure& procedure, std::size_t position,
        const types::SqlType& type);

    // RunConfigure.cpp
    base::Result<void> runConfigure(BatchRun& run, const tsql::Execute& node, std::int32_t line);
    base::Result<void> listSettings(BatchRun& run, std::optional<std::size_t> only);
    base::Result<void> reconfigure(std::int32_t line);
    base::Result<void> alterDatabase(const tsql::AlterDatabase& node, std::int32_t line);
    void bindAnewFromHere();
    base::Result<void> sendKeys(const tsql::Execute& node, std::int32_t line);

    std::shared_ptr<EngineShared> m_shared;
    SessionOptions m_options;
    SessionFacts m_facts;
    Program m_program;
    struct Opened {
        std::uint64_t incarnation = 0;
        std::unique_ptr<Connection> connection;
    };
    std::map<std::string, Opened> m_connections; // by folded database name
    Connection* m_connection = nullptr;
    std::string m_database;
    std::string m_identityInsert; // folded schema.table; empty: off
    std::int64_t m_rowLimit = 0; // SET ROWCOUNT; 0: none
    std::uint64_t m_transactionId = 0;
    std::int64_t m_loginTime = 0; // datetime as stored
    std::vector<std::string> m_savepoints; // SQLite knows them as sp0, sp1 ..
    std::string m_transactionName; // of the outermost BEGIN TRANSACTION
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> m_drawnIdentities; // in the open transaction, by table and column
    std::optional<EnclaveSessionId> m_enclaveSession;
    std::set<EnclaveKeyId> m_heldKeys; // by that session, as the enclave told: not asked again
    std::stop_token m_stop;
    std::shared_ptr<const Catalog> m_accessCatalog; // what m_facts.access was made from
    std::shared_ptr<const ServerSecurity> m_accessServer;
    int m_nesting = 0;
    bool m_hasTemporary = false; // the connection may have temporary tables
    std::int32_t m_scopeFloor = 0; // the newest temporary table when the scope began
    std::int64_t m_temporaryVersion = 0; // of m_overlaid
    std::shared_ptr<const Catalog> m_overlaidBase, m_overlaid; // the database's catalog without and with the temporary tables
    bool m_visiting = false; // another database is read by a statement that names it
    std::string m_elsewhere; // the other database that the statement being bound has named
    bool m_wipeAfterCommit = false; // an ALTER inside the open transaction left old values in the log
};

// Every statement of the list and, inside it, of its blocks, branches and handlers.
void forEachStatement(const std::vector<tsql::Statement>& statements, const std::function<void(const tsql::Statement&)>& each);
// Whether this is a call of the system procedure, in whatever spelling of schema and letters.
[[nodiscard]] bool callsSystemProcedure(const tsql::Execute& node, std::string_view name);
// The argument with this name, or else at this position; null pointer: not given.
[[nodiscard]] const tsql::ExecuteArgument* callArgument(const tsql::Execute& node, std::size_t position, std::string_view name);
[[nodiscard]] base::Error severalIdentities(const std::string& table, std::int32_t line); // 2744
// The row of es_meta that keeps what DBCC CHECKIDENT said about a table without numbers.
[[nodiscard]] std::string firstIdentityName(std::int32_t objectId);
// Information for the client, severity 0; PRINT has number 0.
[[nodiscard]] base::ServerError infoMessage(std::string text, std::int32_t line, std::int32_t number = 0);
// Keys that a statement about indexes needs in the enclave: for sp_describe_parameter_encryption.
void keysOfIndexes(const tsql::Statement& statement, const Catalog& catalog, std::vector<std::int32_t>& out);
// The same for keeping the indexes of a table that a statement changes.
void keysOfChange(const Binder::Dml& dml, const Catalog& catalog, std::vector<std::int32_t>& out);
[[nodiscard]] base::Error duplicateKey(const CatalogTable& table, const CatalogIndex& index); // 2627, 2601
// The numbers of errors that tell of encryptions that do not fit together.
[[nodiscard]] bool isSchemeClash(std::int32_t number);
// Refuses by name what this engine does not run, before anything of the batch has run.
[[nodiscard]] base::Result<void> checkSupported(const tsql::Statement& statement);

} // namespace es::sandbox
