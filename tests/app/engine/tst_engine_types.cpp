// Columns of sql_variant, text, ntext, image and xml: kept, compared as far as they compare, refused where SQL Server refuses them.
#include "EngineFixture.h"

#include "driver/types/Variant.h"

#include <QTest>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;
using es::sandbox::EngineParameter;

class TestEngineTypes : public QObject {
    Q_OBJECT

private slots:
    // One fresh database per row: batches separated by "~~", the answer of the last is compared.
    void scripts_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const QString& script, const char* expected) {
            QTest::newRow(name) << script << QString::fromUtf8(expected);
        };
        const QString variants = "CREATE TABLE T (n int, v sql_variant)~~INSERT T VALUES (1, CAST(2 AS tinyint)), (2, CAST(2.0 AS money)), (3, NULL)~~"
                                 "INSERT T VALUES (4, N'b')~~INSERT T VALUES (5, '20240229')~~INSERT T VALUES (6, CAST('20240229' AS date))~~"
                                 "INSERT T VALUES (7, 1e0)~~";
        row("a variant keeps its type", variants + "SELECT n, SQL_VARIANT_PROPERTY(v, 'BaseType') FROM T ORDER BY n",
            "1|money\n2|money\n3|NULL\n4|nvarchar\n5|varchar\n6|date\n7|float");
        row("variants order by family", variants + "SELECT n FROM T WHERE n <> 1 ORDER BY v, n", "3\n5\n4\n2\n7\n6");
        row("variants group by value", variants + "SELECT COUNT(*) FROM T GROUP BY v ORDER BY COUNT(*) DESC, v", "2\n1\n1\n1\n1\n1");
        row("variants are made distinct", variants + "SELECT COUNT(*) FROM (SELECT DISTINCT v FROM T) AS d", "6");
        row("a variant beside a number", variants + "SELECT n FROM T WHERE v = 2 ORDER BY n", "1\n2");
        row("a variant in a list", variants + "SELECT n FROM T WHERE v IN ('B', 1e0)", "4\n7");
        row("variants join", variants + "SELECT COUNT(*) FROM T AS a JOIN T AS b ON a.v = b.v", "8");
        row("a variant is converted", variants + "SELECT CAST(v AS int) + 1, CONVERT(varchar(20), v) FROM T WHERE n = 1", "3|2.00");
        row("a variant default", "CREATE TABLE T (n int, v sql_variant DEFAULT 'x')~~INSERT T (n) VALUES (1)~~SELECT v FROM T", "x");
        row("a variant key", "CREATE TABLE T (v sql_variant NOT NULL PRIMARY KEY)~~INSERT T VALUES (CAST(1 AS int))~~INSERT T VALUES (CAST(1 AS money))", "!2627");
        row("variants of other families are other keys",
            "CREATE TABLE T (v sql_variant NOT NULL PRIMARY KEY)~~INSERT T VALUES (CAST(1 AS int))~~INSERT T VALUES (CAST(1 AS float))~~SELECT COUNT(*) FROM T",
            "2");
        row("a unique variant takes one NULL", "CREATE TABLE T (v sql_variant NULL UNIQUE)~~INSERT T VALUES (NULL)~~INSERT T VALUES (NULL)", "!2627");
        row("no (max) in a variant", "CREATE TABLE T (v sql_variant)~~INSERT T VALUES (CAST('a' AS varchar(max)))", "!206");
        row("no variant without CAST", variants + "CREATE TABLE U (n int)~~INSERT U SELECT v FROM T", "!257");
        row("an updated variant", variants + "UPDATE T SET v = 0xFF WHERE n = 1; SELECT v, DATALENGTH(v) FROM T WHERE n = 1", "0xFF|1");
        row("a variant in a temporary table", "CREATE TABLE #t (v sql_variant); INSERT #t VALUES (1); SELECT v FROM #t", "1");
        row("a variant in a procedure", "CREATE PROCEDURE P @v sql_variant AS SELECT @v, SQL_VARIANT_PROPERTY(@v, 'BaseType')~~EXEC P N'x'", "x|nvarchar");
        row("CASE becomes a variant", "SELECT SQL_VARIANT_PROPERTY(CASE WHEN 1 = 1 THEN 1 ELSE CAST('x' AS sql_variant) END, 'BaseType')", "int");
        row("no variant is encrypted",
            "CREATE TABLE T (v sql_variant ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = "
            "'AEAD_AES_256_CBC_HMAC_SHA_256'))",
            "!33280");
        row("variants in the catalog", variants
                + "SELECT t.name, c.system_type_id, c.max_length FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.user_type_id WHERE "
                  "c.object_id = OBJECT_ID('T') AND c.name = 'v'",
            "sql_variant|98|8016");
        row("settings are variants", "SELECT SQL_VARIANT_PROPERTY(value_in_use, 'BaseType') FROM sys.configurations WHERE configuration_id = 1588 OR name LIKE 'column%'", "int");
        row("server properties are variants",
            "SELECT SQL_VARIANT_PROPERTY(SERVERPROPERTY('ProductVersion'), 'BaseType'), SQL_VARIANT_PROPERTY(SERVERPROPERTY('EngineEdition'), 'BaseType'), "
            "SERVERPROPERTY('NoSuch')",
            "nvarchar|int|NULL");

        const QString large = "CREATE TABLE T (n int, t text, w ntext COLLATE Latin1_General_CI_AS, i image, x xml)~~"
                              "INSERT T VALUES (1, 'abc', N'\u00e4\u6f22', 0x0102, '<a  b=''1''></a>'), (2, NULL, NULL, NULL, NULL)~~";
        row("large values there and back", large + "SELECT t, w, i, x FROM T ORDER BY n", "abc|\u00e4\u6f22|0x0102|<a b=\"1\"/>\nNULL|NULL|NULL|NULL");
        row("text longer than 8000", large + "UPDATE T SET t = REPLICATE(CAST('0123456789' AS varchar(max)), 2000) WHERE n = 1; SELECT DATALENGTH(t) FROM T WHERE n = 1", "20000");
        row("text matches a pattern", large + "SELECT n FROM T WHERE t LIKE '%B%' AND w LIKE N'\u00c4%'", "1");
        row("text has no order", large + "SELECT n FROM T ORDER BY t", "!306");
        row("image has no groups", large + "SELECT i FROM T GROUP BY i", "!306");
        row("xml has no order", large + "SELECT n FROM T ORDER BY x", "!305");
        row("text is no key", "CREATE TABLE T (t text NOT NULL PRIMARY KEY)", "!1919");
        row("xml is no key", "CREATE TABLE T (n int, x xml)~~CREATE INDEX I ON T (x)", "!1919");
        row("(max) is no key", "CREATE TABLE T (n int, x varchar(max))~~CREATE INDEX I ON T (x)", "!1919");
        row("broken xml stays outside", large + "INSERT T (n, x) VALUES (3, '<a>')", "!9400");
        row("xml becomes text by CAST alone", large + "SELECT CAST(x AS nvarchar(40)) FROM T WHERE n = 1", "<a b=\"1\"/>");
        row("xml does not become text by itself", large + "DECLARE @s nvarchar(40); SELECT @s = x FROM T", "!257");
        row("text becomes varchar by itself", large + "DECLARE @s varchar(40); SELECT @s = t FROM T WHERE n = 1; SELECT @s", "abc");
        row("no image is encrypted",
            "CREATE TABLE T (v image ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = "
            "'AEAD_AES_256_CBC_HMAC_SHA_256'))",
            "!33280");
        row("large types in the catalog",
            large + "SELECT DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'T' AND COLUMN_NAME <> 'n' ORDER BY "
                    "ORDINAL_POSITION",
            "text|2147483647|2147483647\nntext|1073741823|2147483646\nimage|2147483647|2147483647\nxml|-1|-1");
        row("varchar and nvarchar compare by their own rules",
            "CREATE TABLE T (n int, v varchar(9), w nvarchar(9))~~INSERT T VALUES (1, 'stra\u00dfe', N'stra\u00dfe'), (2, 'strasse', N'strasse')~~"
            "SELECT COUNT(DISTINCT v), COUNT(DISTINCT w) FROM T",
            "2|1");
        row("a unique index by the column's own rules",
            "CREATE TABLE T (v varchar(9) UNIQUE, w nvarchar(9))~~INSERT T VALUES ('\u00df', N'a'), ('ss', N'b')~~CREATE UNIQUE INDEX I ON T (w)~~INSERT T VALUES ('x', N'A')",
            "!2601");
    }

    void scripts()
    {
        QFETCH(QString, script);
        QFETCH(QString, expected);
        EngineFixture lab;
        lab.makeKeys();
        Answer answer;
        for (const QString& batch : script.split("~~"))
            answer = lab.run(batch.toStdString());
        if (expected.startsWith('!') && !answer.errors.empty())
            QCOMPARE("!" + QString::number(answer.errors[0].number), expected);
        else
            QCOMPARE(QString::fromStdString(answer.text()), expected);
    }

    // A client's parameter of type sql_variant comes with the type that the client gave it, and goes back so.
    void variantParameters()
    {
        EngineFixture lab;
        const auto integer = es::types::makeVariant(es::types::Value(std::int64_t{42}), es::types::makeType(es::types::TypeId::kSmallInt));
        EngineParameter parameter;
        parameter.name = "@v";
        parameter.type = es::types::makeType(es::types::TypeId::kSqlVariant);
        parameter.value = *integer;
        const Answer answer = lab.run("SELECT @v, SQL_VARIANT_PROPERTY(@v, 'BaseType')", {parameter});
        QCOMPARE(answer.text(), std::string("42|smallint"));
        QCOMPARE(answer.sets[0].shape.columns[0].type.id, es::types::TypeId::kSqlVariant);
    }
};

QTEST_GUILESS_MAIN(TestEngineTypes)
#include "tst_engine_types.moc"
