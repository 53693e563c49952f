// From syntax tree to SQLite text: names are resolved, types and encryption schemes are SQL Server's, whatever cannot be done
// rightly is refused. One object per statement. The files BinderX.cpp hold one family of rules each.
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Bound.h"
#include "app/sandbox/engine/Program.h"
#include "driver/types/Precedence.h"

namespace es::sandbox {

struct FunctionArgs;
struct TypeDeduction; // Deduction.h

// What a batch gives to each of its statements' binders.
struct BindContext {
    std::shared_ptr<const Catalog> catalog;
    Program& program;
    std::vector<Variable>& variables;
    tsql::SchemeInference* inference = nullptr; // set in the first pass over a batch: schemes are being found, not judged
    tsql::Profile profile = tsql::Profile::k2022;
    std::string_view text; // of the batch
    TypeDeduction* deduction = nullptr; // set: nothing is to run, types of undeclared parameters are wanted
    // A statement that names another database is bound, whole, as that database's own: names without it are refused then.
    bool visiting = false;
    std::string* elsewhere = nullptr; // takes the name of the other database that was met
};

// Types whose key is not the value, or that have none: equal values may be stored as different ones.
[[nodiscard]] bool hasOwnKey(const BoundExpr& expr);

class Binder {
public:
    explicit Binder(BindContext& context)
        : m_context(context)
        , m_catalog(*context.catalog)
    {
    }

    // --- queries (BinderSelect.cpp) ---
    enum class Place { kTop, kFrom, kScalar, kExists };
    [[nodiscard]] base::Result<BoundQuery> bindQuery(const tsql::Query& query, Scope* outer, Place place);
    // SELECT @a = x, @b = y FROM ..: positions of the variables in `targets`.
    [[nodiscard]] base::Result<BoundQuery> bindAssigning(const tsql::Query& query, std::vector<std::size_t>& targets);

    // The value as the variable takes it. Errors: 206, 257.
    [[nodiscard]] base::Result<BoundExpr> toVariable(BoundExpr value, std::size_t position, std::int32_t line);

    // --- expressions (BinderExpr.cpp, BinderPredicates.cpp) ---
    [[nodiscard]] base::Result<BoundExpr> bind(const tsql::Expr& expr, Scope& scope);
    [[nodiscard]] base::Result<std::string> bindCondition(const tsql::Expr& expr, Scope& scope);
    // The condition of a WHERE: unknown counts as false, so that an index may name the rows instead.
    [[nodiscard]] base::Result<std::string> bindFilter(const tsql::Expr& expr, Scope& scope);

    // --- data changes (BinderDml.cpp) ---
    struct Dml {
        enum class Kind : std::uint8_t { kInsert, kUpdate, kDelete };
        Kind kind = Kind::kInsert;
        std::string sql;
        const CatalogTable* table = nullptr;
        const CatalogColumn* identityColumn = nullptr; // of an INSERT that draws numbers
        bool explicitIdentity = false;
        std::string severalRowsSql; // of an UPDATE: 1 when it changes more than one row
        std::vector<std::int32_t> changedColumns; // of an UPDATE: their ids
        // OUTPUT, checks and foreign keys want to know the rows: they stand in a work table then (Consequences.h).
        bool tracked = false;
        std::string collectSql; // of an UPDATE or DELETE: fills the work table before the change; an INSERT returns its rowids
        std::optional<BoundQuery> output; // over the work table, after the change
        std::string outputIntoSql; // OUTPUT .. INTO: instead of sending the rows
        const CatalogTable* outputTarget = nullptr; // of OUTPUT .. INTO
    };
    [[nodiscard]] base::Result<Dml> bindInsert(const tsql::Insert& insert, std::int32_t line, bool identityInsert);
    [[nodiscard]] base::Result<Dml> bindUpdate(const tsql::Update& update, std::int32_t line);
    [[nodiscard]] base::Result<Dml> bindDelete(const tsql::Delete& statement, std::int32_t line);

    // The default of a column, converted, as SQLite text.
    [[nodiscard]] base::Result<std::string> defaultText(const CatalogTable& table, const CatalogColumn& column, std::int32_t line);

    // --- rules of tables (BinderConstraints.cpp) ---
    // T-SQL kept in the catalog (a check, a computed column, a filter), over one table that SQLite knows by this alias.
    [[nodiscard]] base::Result<BoundExpr> expressionOn(
        const CatalogTable& table, const std::string& text, const std::string& sqlAlias, std::int32_t line);
    [[nodiscard]] base::Result<std::string> conditionOn(
        const CatalogTable& table, const std::string& text, const std::string& sqlAlias, std::int32_t line);
    // Gives the computed columns of a source their text. addTable leaves them without.
    [[nodiscard]] base::Result<void> bindComputed(Source& source, std::int32_t line);

    // --- types (BinderCast.cpp) ---
    [[nodiscard]] base::Result<types::SqlType> typeOf(
        const tsql::DataType& type, std::optional<types::Collation> collation = {}, bool cast = false) const;
    // CAST by SQL Server's rules; the text is unchanged where both types are stored alike.
    [[nodiscard]] base::Result<BoundExpr> castTo(BoundExpr expr, const types::SqlType& type, std::int32_t line, int style = -1);
    // May CAST try it at all? Errors: 529.
    [[nodiscard]] base::Result<void> checkConvertible(const BoundExpr& expr, const types::SqlType& type, std::int32_t line) const;
    // The same without a look at lengths: for comparisons and set operations.
    [[nodiscard]] base::Result<BoundExpr> alignTo(BoundExpr expr, const types::SqlType& type, std::int32_t line);
    // Implicit conversion into a column or variable; plaintext only. `target` names table and column for message 2628.
    [[nodiscard]] base::Result<BoundExpr> assignTo(
        BoundExpr expr, const types::SqlType& type, std::int32_t line, const std::string& target);
    [[nodiscard]] BoundExpr constant(types::Value value, const types::SqlType& type) const;
    [[nodiscard]] base::Result<types::SqlType> common(const BoundExpr& a, const BoundExpr& b, std::int32_t line) const;
    // Text that compares as SQL Server does: collation attached, keys of datetimeoffset and binary taken.
    [[nodiscard]] base::Result<std::string> comparable(const BoundExpr& expr);
    // Resolves which collation two operands compare by. Errors: 468.
    [[nodiscard]] base::Result<types::Collation> collationOf(
        const BoundExpr& a, const BoundExpr& b, std::int32_t line, std::string_view operation) const;

    // left op right; + joins text. Errors: 402, 33277.
    [[nodiscard]] base::Result<BoundExpr> arithmetic(tsql::BinaryOperator op, BoundExpr left, BoundExpr right, std::int32_t line);
    // A call of one of our functions with these arguments, as text. Arguments must be plaintext.
    [[nodiscard]] BoundExpr call(ScalarFunction function, std::vector<BoundExpr> args, const types::SqlType& result, std::int32_t line,
        std::vector<std::int64_t> constants = {}, bool nullIfAnyNull = true, bool perRow = false, std::string text = {});

    // --- undeclared parameters (BinderDeduction.cpp) ---
    void noteConversion(const BoundExpr& from, const types::SqlType& to);
    void noteTarget(const BoundExpr& value, const types::SqlType& type); // the value goes there as it is
    // Two operands of one operator; `exact`: one that is a parameter itself takes the other's type. Notes 11503.
    void noteMeeting(const BoundExpr& a, const BoundExpr& b, bool exact, std::int32_t line);

    // --- encryption (BinderEncrypted.cpp) ---
    [[nodiscard]] base::Result<void> requirePlain(const BoundExpr& expr, std::int32_t line, std::string_view what);
    [[nodiscard]] bool involvesEncryption(const BoundExpr& a, const BoundExpr& b) const;
    [[nodiscard]] base::Result<std::string> compareEncrypted(
        tsql::ComparisonOperator op, const BoundExpr& a, const BoundExpr& b, std::int32_t line, bool join);
    [[nodiscard]] base::Result<std::string> matchEncrypted(CellOperator op, tsql::Operation operation, const BoundExpr& column,
        const std::vector<BoundExpr>& operands, std::optional<char32_t> escape, std::int32_t line);
    // The text to order, group or make distinct an encrypted expression by.
    [[nodiscard]] base::Result<std::string> orderKey(const BoundExpr& expr, tsql::Operation operation, std::int32_t line);
    // Column or variable takes the expression as it is: both encrypted alike. Errors: 206.
    [[nodiscard]] base::Result<void> checkAssignable(
        const BoundExpr& value, const types::SqlType& type, const tsql::EncryptionScheme& scheme, std::int32_t line);
    void tie(const BoundExpr& a, const BoundExpr& b, std::int32_t line);
    void tieToColumn(const BoundExpr& value, const types::SqlType& type, const tsql::EncryptionScheme& scheme, std::int32_t line);
    [[nodiscard]] std::string typeText(const BoundExpr& expr) const;
    [[nodiscard]] std::string typeText(const types::SqlType& type, const tsql::EncryptionScheme& scheme) const;

    [[nodiscard]] base::Result<std::size_t> variable(const std::string& name, std::int32_t line) const;
    [[nodiscard]] BindContext& context() { return m_context; }
    [[nodiscard]] const Catalog& catalog() const { return m_catalog; }
    [[nodiscard]] BoundStatementFacts takeFacts() { return std::move(m_facts); }
    [[nodiscard]] bool inferring() const { return m_context.inference != nullptr; }
    [[nodiscard]] std::string newAlias() { return "q" + std::to_string(++m_aliases); }
    [[nodiscard]] base::Result<const CatalogTable*> tableVariable(const std::string& name, std::int32_t line) const; // Errors: 1087
    [[nodiscard]] const CatalogModule* viewNamed(const tsql::ObjectName& name) const; // null: no view
    [[nodiscard]] base::Result<const CatalogTable*> tableNamed(const tsql::ObjectName& name) const;

    // --- sources (BinderSources.cpp), used by DML too ---
    [[nodiscard]] base::Result<std::string> bindSource(const tsql::TableSource& source, Scope& scope);
    [[nodiscard]] base::Result<std::string> bindView(
        const CatalogModule& view, const std::string& alias, Scope& scope, std::int32_t line); // BinderViews.cpp
    void addQuery(const BoundQuery& query, const std::string& alias, const std::vector<tsql::Identifier>& names, Scope& scope);
    void addTable(const CatalogTable& table, const std::string& alias, const std::string& sqlAlias, Scope& scope);

private:
    // BinderExpr.cpp
    base::Result<BoundExpr> bindNode(const tsql::Expr& expr, Scope& scope);
    base::Result<BoundExpr> bindLiteral(const tsql::Literal& literal, bool negative, std::int32_t line);
    base::Result<BoundExpr> bindColumn(const tsql::ColumnRef& ref, Scope& scope, std::int32_t line);
    // In another database's statement. Errors: 40517.
    base::Result<void> checkDatabase(const tsql::ObjectName& name, std::int32_t line) const;
    base::Result<BoundExpr> bindVariable(const std::string& name, std::int32_t line);
    base::Result<BoundExpr> bindUnary(const tsql::Unary& unary, Scope& scope, std::int32_t line);
    base::Result<BoundExpr> bindBinary(const tsql::Binary& binary, Scope& scope, std::int32_t line);
    base::Result<BoundExpr> bindCase(const tsql::Case& node, Scope& scope, std::int32_t line);
    base::Result<BoundExpr> bindCast(const tsql::Cast& node, Scope& scope, std::int32_t line);
    base::Result<BoundExpr> bindCollate(const tsql::Collate& node, Scope& scope, std::int32_t line);
    base::Result<BoundExpr> bindScalarSubquery(const tsql::ScalarSubquery& node, Scope& scope, std::int32_t line);
    base::Result<BoundExpr> bindFunction(const tsql::FunctionCall& node, Scope& scope, std::int32_t line);
    // BinderPredicates.cpp
    base::Result<std::string> bindComparison(const tsql::Comparison& node, Scope& scope, std::int32_t line);
    base::Result<std::string> comparison(
        tsql::ComparisonOperator op, BoundExpr left, BoundExpr right, std::int32_t line, bool nullSafe = false);
    base::Result<std::string> bindBetween(const tsql::Between& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindIn(const tsql::InList& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindInSubquery(const tsql::InSubquery& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindLike(const tsql::Like& node, Scope& scope, std::int32_t line);
    // BinderAggregates.cpp
    base::Result<BoundExpr> bindAggregate(const tsql::FunctionCall& node, Scope& scope, std::int32_t line);
    base::Result<BoundExpr> stringAgg(const tsql::FunctionCall& node, Scope& scope, BoundExpr arg, std::int32_t line);
    base::Result<BoundExpr> bindWindow(const tsql::FunctionCall& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindOver(const tsql::Over& over, Scope& scope);
    // BinderVariables.cpp: what is read and set row by row
    [[nodiscard]] BoundExpr readLive(BoundExpr variable, std::int32_t line);
    [[nodiscard]] BoundExpr setLive(BoundExpr value, std::size_t position, std::int32_t line);
    base::Result<BoundExpr> bindAssigned(const tsql::SelectAssign& assign, Scope& scope, std::int32_t line);
    base::Result<void> checkVariableAssignments(const tsql::Update& update);
    base::Result<BoundExpr> bindUpdateVariable(const tsql::Assignment& assignment, BoundExpr value, std::int32_t line);
    // The text's value, after `first` has been evaluated.
    [[nodiscard]] std::string afterwards(const BoundExpr& first, const std::string& text, const types::SqlType& type, std::int32_t line);
    // BinderSelect.cpp
    base::Result<BoundQuery> bindBody(const tsql::QueryBody& body, const tsql::Query* query, Scope* outer, Place place);
    base::Result<BoundQuery> bindSpec(const tsql::SelectSpec& spec, const tsql::Query* query, Scope* outer, Place place);
    base::Result<BoundQuery> bindSetOperation(const tsql::SetOperation& node, Scope* outer);
    base::Result<std::string> combineByKeys(tsql::SetOperator op, const std::string& left, const std::string& right,
        const std::vector<OutputColumn>& columns, std::int32_t line);
    base::Result<std::vector<OutputColumn>> bindItems(const tsql::SelectSpec& spec, Scope& scope);
    base::Result<void> addStar(const tsql::SelectStar& star, Scope& scope, std::vector<OutputColumn>& out, std::int32_t line);
    base::Result<std::string> bindGroupBy(const tsql::SelectSpec& spec, Scope& scope);
    base::Result<std::string> bindOrderBy(
        const tsql::Query& query, Scope& scope, const std::vector<OutputColumn>& columns, bool outputOnly);
    base::Result<std::string> bindLimit(const std::optional<tsql::Top>* top, const tsql::Query* query);
    enum class Limit : std::uint8_t { kTop, kOffset, kFetch };
    base::Result<std::string> rowLimit(const tsql::Expr& count, std::int32_t line, Limit kind = Limit::kTop);
    base::Result<std::string> distinctGroup(const std::vector<OutputColumn>& columns, std::int32_t line);
    // BinderGrouping.cpp
    struct SelectText {
        std::string list; // with the names c<n>
        std::string rest; // FROM .. HAVING
        std::string order; // without aliases
    };
    base::Result<std::string> topByRank(
        const tsql::SelectSpec& spec, const std::vector<OutputColumn>& columns, const SelectText& text, bool withRowIds);
    base::Result<BoundQuery> bindGroupingSets(const tsql::SelectSpec& spec, const tsql::Query* query, Scope* outer);
    base::Result<std::string> bindGroupingSet(const tsql::SelectSpec& spec, const std::vector<std::size_t>& set, Scope& scope);
    base::Result<std::string> bindGroupedOrder(
        const tsql::Query& query, Scope& scope, const std::vector<OutputColumn>& columns, std::string& order);
    BoundExpr absentKey(const BoundExpr& key) const; // BinderExpr.cpp
    base::Result<BoundExpr> bindGrouping(const tsql::FunctionCall& node, Scope& scope, std::int32_t line);
    // BinderSources.cpp
    base::Result<std::string> bindCommon(
        const tsql::CommonTable& table, std::size_t scopeIndex, std::size_t position, const std::string& alias, Scope& scope);
    base::Result<std::string> bindNamed(const tsql::NamedTable& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindDerived(
        const tsql::Query& query, const std::string& alias, const std::vector<tsql::Identifier>& names, Scope& scope);
    base::Result<std::string> bindValues(const tsql::ValuesTable& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindJoin(const tsql::JoinedTable& node, Scope& scope, std::int32_t line);
    // BinderQueries.cpp: what SQLite has not, said in what it has
    base::Result<std::string> bindApply(const tsql::JoinedTable& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindRecursive(const tsql::CommonTable& table, const std::string& alias, Scope& scope);
    base::Result<std::string> useRecursion(std::size_t position, const std::string& alias, Scope& scope);
    base::Result<std::string> bindQuantified(const tsql::QuantifiedComparison& node, Scope& scope, std::int32_t line);
    // BinderTableFunctions.cpp
    base::Result<std::string> bindTableFunction(const tsql::FunctionTable& node, Scope& scope, std::int32_t line);
    base::Result<std::string> bindSplit(FunctionArgs& args, Source& source);
    base::Result<std::string> bindSeries(FunctionArgs& args, Source& source);
    // BinderDml.cpp
    base::Result<std::string> columnValue(const CatalogTable& table, const CatalogColumn& column, BoundExpr value, std::int32_t line);
    base::Result<BoundExpr> defaultOf(const CatalogColumn& column, std::int32_t line);
    // The source of `scope` that UPDATE or DELETE names (an alias, or the table itself); adds it when it is not there.
    base::Result<std::size_t> targetSource(const tsql::DmlTarget& target, Scope& scope, std::int32_t line);
    base::Result<void> bindOutput(const tsql::OutputClause& output, Dml& dml, std::int32_t line);
    base::Result<std::string> insertFromQuery(const CatalogTable& table, const std::vector<const CatalogColumn*>& targets,
        const std::string& restValues, const BoundQuery& query, std::int32_t line);
    base::Result<std::string> insertHead(const CatalogTable& table, const std::vector<const CatalogColumn*>& targets,
        const CatalogColumn* identity, std::string& restValues, std::int32_t line);
    base::Result<void> unifyRows(
        std::vector<std::vector<std::optional<BoundExpr>>>& rows, const std::vector<const CatalogColumn*>& targets, std::int32_t line);
    bool mustTrack(const CatalogTable& table, const Dml& dml) const;
    base::Result<std::vector<std::pair<const CatalogColumn*, std::string>>> bindAssignments(
        const tsql::Update& update, Scope& scope, std::size_t target, std::int32_t line);
    // BinderEncrypted.cpp
    base::Result<void> sameScheme(const BoundExpr& a, const BoundExpr& b, std::string_view operatorName, std::int32_t line) const;
    base::Result<tsql::Place> judgeUse(const BoundExpr& expr, tsql::Operation operation, std::int32_t line);
    void needEnclave(const tsql::EncryptionScheme& scheme);
    const CatalogIndex* searchable(const EncryptedPass& pass) const;
    std::size_t rankPass(const BoundExpr& column, std::size_t group, std::int32_t line); // its number
    std::string rankText(const BoundExpr& column, std::size_t group, std::int32_t line);

    BindContext& m_context;
    const Catalog& m_catalog;
    BoundStatementFacts m_facts;
    struct CommonScope {
        const std::vector<tsql::CommonTable>* tables;
        std::size_t visible; // those before it
    };
    std::vector<CommonScope> m_commonTables;
    // A recursive common table expression whose recursive part is being bound.
    struct Recursion {
        const tsql::CommonTable* table;
        std::string sqlName;
        std::vector<OutputColumn> columns;
        std::string level; // text of the row's level, set where the part names it
    };
    std::vector<Recursion> m_recursions;
    std::int64_t m_maxRecursion = 100; // OPTION (MAXRECURSION n); 0: no limit
    int m_aliases = 0;
    bool m_orderByText = false; // ORDER BY stands in a window, which knows no alias
    bool m_rowByRow = false; // a SELECT sets variables, row by row
    bool m_live = false; // variables are read as the row before has left them
    bool m_filtering = false; // the condition being bound stands in a WHERE, under AND and OR alone
    int m_viewDepth = 0;
    std::size_t m_rankGroups = 0;
};

} // namespace es::sandbox
