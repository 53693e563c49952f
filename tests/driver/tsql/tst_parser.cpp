// Syntax trees of statements, SQL Server's errors for what is none, and refusals by name.
#include "driver/tsql/Parser.h"

#include "tests/driver/tsql/Corpus.h"

#include <QTest>

using namespace es::tsql;

namespace {

const es::base::ServerError& serverError(const es::base::Result<Script>& result)
{
    return *result.error().server;
}

// The only statement of the text as a node of type T.
template <class T>
T parseOne(std::string_view text)
{
    auto script = parse(text);
    if (!script || script->statements.size() != 1 || !std::holds_alternative<T>(script->statements[0].node)) {
        qWarning("not the expected statement: %s", std::string(text).c_str());
        return T{};
    }
    return std::move(std::get<T>(script->statements[0].node));
}

ExprPtr expression(std::string_view text)
{
    auto expr = parseExpression(text);
    return expr ? std::move(*expr) : nullptr;
}

ExprPtr searchCondition(std::string_view text)
{
    auto expr = parseCondition(text);
    return expr ? std::move(*expr) : nullptr;
}

}  // namespace

class TestParser : public QObject {
    Q_OBJECT

private slots:
    void corpusParses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const std::string_view text : test::kStatements)
            QTest::newRow(std::string(text.substr(0, 60)).c_str()) << QByteArray(text.data(), static_cast<qsizetype>(text.size()));
    }
    void corpusParses()
    {
        QFETCH(QByteArray, text);
        const auto script = parse(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
        QVERIFY2(script.has_value(), script ? "" : serverError(script).message.c_str());
        QVERIFY(!script->statements.empty());
    }

    void errors_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("line");
        QTest::addColumn<QByteArray>("message");  // how it begins
        const auto row = [](const char* text, int number, int line, const char* message) {
            QTest::newRow(text) << QByteArray(text) << number << line << QByteArray(message);
        };
        row("SELECT * FROM", 102, 1, "Incorrect syntax near 'FROM'.");
        row("SELECT *\nFORM t", 102, 2, "Incorrect syntax near 'FORM'.");
        row("SELECT a FROM t\nWHERE ORDER", 156, 2, "Incorrect syntax near the keyword 'ORDER'.");
        row("SELECT 1 +", 102, 1, "Incorrect syntax near '+'.");
        row("SELECT 'abc\ndef", 105, 1, "Unclosed quotation mark after the character string 'abc\ndef'.");
        row("SELECT [abc", 105, 1, "Unclosed quotation mark after the character string 'abc'.");
        row("SELECT 1 /* x", 113, 1, "Missing end comment mark '*/'.");
        row("SELECT 1 WITH x AS (SELECT 1) SELECT 2", 319, 1, "Incorrect syntax near the keyword 'WITH'. If this statement is a common table");
        row("SELECT * FROM t WITH x AS (SELECT 1) SELECT 2", 319, 1, "Incorrect syntax near the keyword 'WITH'.");
        row("SELECT a FROM t WHERE a", 4145, 1, "An expression of non-boolean type specified in a context where a condition is expected, near 'a'.");
        row("SELECT a FROM t WHERE a ORDER BY b", 4145, 1, "An expression of non-boolean type specified in a context where a condition is expected, near 'ORDER'.");
        row("SELECT (a = 1)", 102, 1, "Incorrect syntax near '='.");
        row("SELECT a FROM t WHERE (a = 1) + 2 > 3", 102, 1, "Incorrect syntax near '+'.");
        row("IF 1 = 1 BEGIN END", 156, 1, "Incorrect syntax near the keyword 'END'.");
        row("END", 156, 1, "Incorrect syntax near the keyword 'END'.");
        row("SELECT 1;\nCREATE VIEW v AS SELECT 1", 111, 2, "'CREATE VIEW' must be the first statement in a query batch.");
        row("SELECT 1; CREATE PROC p AS SELECT 1", 111, 1, "'CREATE/ALTER PROCEDURE' must be the first statement in a query batch.");
        row("SET FOO ON", 195, 1, "'FOO' is not a recognized SET option.");
        row("SELECT \x01", 102, 1, "Incorrect syntax near '\x01'.");
        row("INSERT INTO t VALUES", 102, 1, "Incorrect syntax near 'VALUES'.");
        row("ALTER TABLE t ALTER COLUMN c int ENCRYPTED WITH (ENCRYPTION_TYPE = RANDOMIZED)", 102, 1, "Incorrect syntax near ')'.");
        row("ALTER TABLE t ALTER COLUMN c int ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = k, ENCRYPTION_TYPE = FOO, ALGORITHM = 'x')", 102, 1, "Incorrect syntax near 'FOO'.");
        row("ALTER COLUMN ENCRYPTION KEY k DROP VALUE (COLUMN_MASTER_KEY = c, ALGORITHM = 'RSA_OAEP')", 102, 1, "Incorrect syntax near 'ALGORITHM'.");
        row("SELECT 1\nselec 2 from t", 102, 2, "Incorrect syntax near '2'.");
    }
    void errors()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, number);
        QFETCH(int, line);
        QFETCH(QByteArray, message);
        const auto script = parse(text.toStdString());
        QVERIFY(!script);
        QCOMPARE(script.error().origin, es::base::Origin::kServer);
        QVERIFY2(QByteArray::fromStdString(serverError(script).message).startsWith(message), serverError(script).message.c_str());
        QCOMPARE(serverError(script).number, number);
        QCOMPARE(serverError(script).line, line);
        QVERIFY(!script.error().remedy.empty());
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("name");
        const auto row = [](const char* text, const char* name) { QTest::newRow(name) << QByteArray(text) << QByteArray(name); };
        row("SELECT 1; MERGE t USING s ON 1 = 1 WHEN MATCHED THEN DELETE;", "MERGE");
        row("SELECT 1; DBCC SHRINKDATABASE (0)", "DBCC SHRINKDATABASE");
        row("DECLARE c CURSOR FOR SELECT 1", "CURSOR");
        row("CREATE FUNCTION f() RETURNS int AS BEGIN RETURN 1 END", "CREATE FUNCTION");
        row("CREATE TRIGGER t ON u AFTER INSERT AS SELECT 1", "CREATE TRIGGER");
        row("SELECT * FROM t FOR JSON AUTO", "FOR JSON");
        row("SELECT a FROM t ORDER BY a FOR XML PATH", "FOR XML");
        row("SELECT * FROM t PIVOT (SUM(a) FOR b IN ([1])) AS p", "PIVOT");
        row("SELECT * FROM OPENROWSET('a', 'b', 'c')", "OPENROWSET");
        row("SELECT a FROM t WHERE CONTAINS(a, 'x')", "CONTAINS");
        row("SELECT NEXT VALUE FOR s", "NEXT VALUE FOR");
        row("BACKUP DATABASE x TO DISK = 'y'", "BACKUP");
        row("EXECUTE AS USER = 'x'", "EXECUTE AS");
        row("ALTER TABLE t SWITCH TO u", "ALTER TABLE .. SWITCH");
        row("BULK INSERT t FROM 'x'", "BULK");
        row("CREATE TABLE t (a int MASKED WITH (FUNCTION = 'default()'))", "MASKED");
    }
    void refusals()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, name);
        const auto script = parse(text.toStdString());
        QVERIFY(!script);
        QVERIFY(script.error().code == kNotSupported);
        QCOMPARE(serverError(script).number, 40517);
        QVERIFY2(serverError(script).message.find("'" + name.toStdString() + "'") != std::string::npos, serverError(script).message.c_str());
    }

    void precedence()
    {
        const ExprPtr sum = expression("a + b * c - d");
        const auto& minus = std::get<Binary>(sum->node);
        QCOMPARE(minus.op, BinaryOperator::kSubtract);
        const auto& plus = std::get<Binary>(minus.left->node);
        QCOMPARE(plus.op, BinaryOperator::kAdd);
        QCOMPARE(std::get<Binary>(plus.right->node).op, BinaryOperator::kMultiply);

        const ExprPtr logic = searchCondition("a = 1 OR b = 2 AND NOT c = 3 AND d = 4 OR e = 5");
        const auto& either = std::get<Logical>(logic->node);
        QCOMPARE(either.op, LogicalOperator::kOr);
        QCOMPARE(either.operands.size(), std::size_t{3});
        const auto& both = std::get<Logical>(either.operands[1]->node);
        QCOMPARE(both.op, LogicalOperator::kAnd);
        QCOMPARE(both.operands.size(), std::size_t{3});
        QVERIFY(std::holds_alternative<Not>(both.operands[1]->node));

        const ExprPtr between = searchCondition("a BETWEEN 1 AND 2 AND b = 3");
        QCOMPARE(std::get<Logical>(between->node).operands.size(), std::size_t{2});
    }

    void setOperationsBindAsInSqlServer()
    {
        const auto select = parseOne<SelectStatement>("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4");
        const auto& except = std::get<SetOperation>(select.query->body->node);
        QCOMPARE(except.op, SetOperator::kExcept);
        const auto& onion = std::get<SetOperation>(except.left->node);
        QCOMPARE(onion.op, SetOperator::kUnion);
        QCOMPARE(std::get<SetOperation>(onion.right->node).op, SetOperator::kIntersect);
    }

    void rangesPointIntoTheText()
    {
        const std::string_view text = "SELECT 1;\n  UPDATE t SET a = (b + 1)\nWHERE c LIKE 'x%'; ";
        const auto script = parse(text);
        QVERIFY(script.has_value());
        const Statement& update = script->statements[1];
        QCOMPARE(update.range.line, 2U);
        QCOMPARE(update.range.column, 3U);
        QCOMPARE(std::string(update.range.in(text)), std::string("UPDATE t SET a = (b + 1)\nWHERE c LIKE 'x%'"));
        const auto& node = std::get<Update>(update.node);
        QCOMPARE(std::string(node.assignments[0].value->range.in(text)), std::string("(b + 1)"));
        QCOMPARE(std::string(node.where->range.in(text)), std::string("c LIKE 'x%'"));
        QCOMPARE(node.where->range.line, 3U);
    }

    void alterColumnSaysEverything()
    {
        auto alter = parseOne<AlterTable>("ALTER TABLE [HR].[Employees] ALTER COLUMN [SSN] char(11) COLLATE Latin1_General_BIN2 NOT NULL "
                                          "ENCRYPTED WITH (ALGORITHM = N'A', ENCRYPTION_TYPE = DETERMINISTIC, COLUMN_ENCRYPTION_KEY = [CEK 1]) WITH (ONLINE = OFF)");
        QCOMPARE(std::string(alter.name.schema()), std::string("HR"));
        const auto& action = std::get<AlterColumn>(alter.action);
        QCOMPARE(action.column.name.text, std::string("SSN"));
        QCOMPARE(action.column.type.arguments, std::vector<int>{11});
        QCOMPARE(action.column.collation->text, std::string("Latin1_General_BIN2"));
        QCOMPARE(action.column.nullable, std::optional<bool>(false));
        QCOMPARE(action.column.encrypted->columnEncryptionKey.text, std::string("CEK 1"));
        QVERIFY(action.column.encrypted->deterministic);
        QCOMPARE(action.column.encrypted->algorithm, std::string("A"));
        QCOMPARE(action.online, std::optional<bool>(false));
    }

    void keysSayEverything()
    {
        const auto master = parseOne<CreateColumnMasterKey>("CREATE COLUMN MASTER KEY k WITH (KEY_PATH = 'p', KEY_STORE_PROVIDER_NAME = N'ES_KEY_FILE')");
        QCOMPARE(master.providerName, std::string("ES_KEY_FILE"));
        QCOMPARE(master.keyPath, std::string("p"));
        QVERIFY(!master.enclaveSignatureHex);
        const auto drop = parseOne<DropObjects>("DROP COLUMN MASTER KEY k");
        QCOMPARE(drop.kind, ObjectKind::kColumnMasterKey);
    }

    void joinsNest()
    {
        const auto select = parseOne<SelectStatement>("SELECT * FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x");
        const auto& spec = std::get<SelectSpec>(select.query->body->node);
        const auto& outer = std::get<JoinedTable>(spec.from->node);
        QVERIFY(std::holds_alternative<NamedTable>(outer.left->node));
        QVERIFY(std::holds_alternative<JoinedTable>(outer.right->node));
    }

    void aliasesThatAreNone()
    {
        // A word that begins the next statement is no alias; any other word is.
        const auto script = parse("SELECT a FROM t SELECT b c FROM u v WHERE 1 = 1 UPDATE t SET a = 1");
        QVERIFY(script.has_value());
        QCOMPARE(script->statements.size(), std::size_t{3});
    }

    void nestingIsBounded_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("fits");
        const auto nested = [](const char* open, int count, const char* middle, const char* close) {
            return QByteArray(open).repeated(count) + middle + QByteArray(close).repeated(count);
        };
        QTest::newRow("100 parentheses") << QByteArray("SELECT " + nested("(", 100, "1", ")")) << true;
        QTest::newRow("100,000 parentheses") << QByteArray("SELECT " + nested("(", 100000, "1", ")")) << false;
        QTest::newRow("100,000 open parentheses") << QByteArray("SELECT " + QByteArray("(").repeated(100000)) << false;
        QTest::newRow("100,000 minus signs") << QByteArray("SELECT " + QByteArray("- ").repeated(100000) + "1") << false;
        QTest::newRow("100,000 additions") << QByteArray("SELECT 1" + QByteArray("+1").repeated(100000)) << false;
        QTest::newRow("100 additions") << QByteArray("SELECT 1" + QByteArray("+1").repeated(100)) << true;
        QTest::newRow("20,000 ORs") << QByteArray("SELECT 1 WHERE 1=1" + QByteArray(" OR 1=1").repeated(20000)) << true;
        QTest::newRow("20,000 INs") << QByteArray("SELECT 1 WHERE 1 IN (1" + QByteArray(",1").repeated(20000) + ")") << true;
        QTest::newRow("100,000 NOTs") << QByteArray("SELECT 1 WHERE " + QByteArray("NOT ").repeated(100000) + "1=1") << false;
        QTest::newRow("subqueries") << QByteArray(nested("SELECT (", 50000, "1", ")")) << false;
        QTest::newRow("derived tables") << QByteArray(nested("SELECT * FROM (", 50000, "SELECT 1", ") a")) << false;
        QTest::newRow("parenthesized joins") << QByteArray("SELECT * FROM " + nested("(", 50000, "a", ")")) << false;
        QTest::newRow("unions") << QByteArray("SELECT 1" + QByteArray(" UNION SELECT 1").repeated(50000)) << false;
        QTest::newRow("joins") << QByteArray("SELECT 1 FROM a" + QByteArray(" CROSS JOIN a").repeated(50000)) << false;
        QTest::newRow("blocks") << QByteArray(nested("BEGIN ", 50000, "SELECT 1", " END")) << false;
        QTest::newRow("ifs") << QByteArray(QByteArray("IF 1=1 ").repeated(50000) + "SELECT 1") << false;
        QTest::newRow("else ifs") << QByteArray("IF 1=1 SELECT 1" + QByteArray(" ELSE IF 1=1 SELECT 1").repeated(50000)) << false;
        QTest::newRow("cases") << QByteArray("SELECT " + nested("CASE WHEN 1=1 THEN ", 50000, "1", " END")) << false;
        QTest::newRow("comments") << QByteArray("SELECT 1 " + nested("/*", 50000, "", "*/")) << true;
        QTest::newRow("collations") << QByteArray("SELECT a" + QByteArray(" COLLATE x").repeated(50000)) << false;
        // A chain inside the first operand of a chain inside ..: deep only in sum.
        QTest::newRow("chains in chains") << QByteArray("SELECT " + QByteArray("(").repeated(100) + "1" + QByteArray(QByteArray("+1").repeated(90) + ")").repeated(100)) << false;
        QTest::newRow("10,000 statements") << QByteArray(QByteArray("SELECT 1;\n").repeated(10000)) << true;
    }
    void nestingIsBounded()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, fits);
        const auto script = parse(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
        QCOMPARE(script.has_value(), fits);
        if (!fits)
            QCOMPARE(serverError(script).number, 191);
    }

    void parameterLists()
    {
        const auto list = parseParameterList("@p1 char(11), @p2 AS nvarchar(max) OUTPUT");
        QVERIFY(list.has_value());
        QCOMPARE(list->size(), std::size_t{2});
        QCOMPARE((*list)[0].name, std::string("@p1"));
        QCOMPARE((*list)[1].type.arguments, std::vector<int>{kMaxArgument});
        QVERIFY((*list)[1].output);
        QVERIFY(parseParameterList("")->empty());
        QVERIFY(!parseParameterList("@p1 int,"));
    }

    void firstWordMayBeAProcedure()
    {
        const auto execute = parseOne<Execute>("sp_help N'x'");
        QCOMPARE(std::string(execute.procedure.object()), std::string("sp_help"));
        QCOMPARE(execute.arguments.size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestParser)
#include "tst_parser.moc"
