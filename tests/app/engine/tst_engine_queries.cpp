// Queries that the engine says in other words than they were written: APPLY, recursion, ANY and ALL; and what may not be asked.
#include "EngineFixture.h"

#include <QTest>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;

class TestEngineQueries : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<EngineFixture> m_lab;

private slots:
    void initTestCase()
    {
        m_lab = std::make_unique<EngineFixture>();
        m_lab->run("CREATE TABLE P (id int NOT NULL, n varchar(9) NULL); CREATE TABLE C (p int NULL, v int NULL)");
        m_lab->run("INSERT P VALUES (1, 'one'), (2, 'two'), (3, 'three'); INSERT C VALUES (1, 10), (1, 11), (2, 20), (NULL, 99)");
    }

    void answers_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* sql, const char* expected) { QTest::newRow(name) << sql << expected; };
        row("cross apply", "SELECT P.id, x.v FROM P CROSS APPLY (SELECT C.v FROM C WHERE C.p = P.id) AS x ORDER BY 1, 2",
            "1|10\n1|11\n2|20");
        row("outer apply", "SELECT P.id, x.v FROM P OUTER APPLY (SELECT C.v FROM C WHERE C.p = P.id) AS x ORDER BY 1, 2",
            "1|10\n1|11\n2|20\n3|NULL");
        row("outer apply of an expression",
            "SELECT P.id, x.w FROM P OUTER APPLY (SELECT ISNULL(C.v, 0) + 1 AS w FROM C WHERE C.p = P.id) AS x ORDER BY 1, 2",
            "1|11\n1|12\n2|21\n3|NULL");
        row("apply of the first row",
            "SELECT P.id, x.v FROM P CROSS APPLY (SELECT TOP (1) v FROM C WHERE C.p = P.id ORDER BY v DESC) AS x ORDER BY 1", "1|11\n2|20");
        row("outer apply of the first row",
            "SELECT P.id, x.v FROM P OUTER APPLY (SELECT TOP 1 v FROM C WHERE C.p = P.id ORDER BY v) AS x ORDER BY 1",
            "1|10\n2|20\n3|NULL");
        row("apply of an aggregate", "SELECT P.id, x.s FROM P CROSS APPLY (SELECT SUM(v) AS s FROM C WHERE C.p = P.id) AS x ORDER BY 1",
            "1|21\n2|20\n3|NULL");
        row("apply without a table", "SELECT P.id, x.d FROM P CROSS APPLY (SELECT P.id * 2 AS d) AS x WHERE x.d > 2 ORDER BY 1",
            "2|4\n3|6");
        row("apply of values", "SELECT P.id, x.w FROM P CROSS APPLY (VALUES (P.id), (P.id * 10)) AS x(w) WHERE P.id < 3 ORDER BY 1, 2",
            "1|1\n1|10\n2|2\n2|20");
        row("apply of a split", "SELECT t.i, s.value FROM (VALUES (1, 'a,b'), (2, NULL), (3, '')) AS t(i, x) CROSS APPLY STRING_SPLIT(t.x, ',') AS s ORDER BY 1, 2",
            "1|a\n1|b\n3|");
        row("outer apply of a split", "SELECT t.i, s.value FROM (VALUES (1, 'a,b'), (2, NULL)) AS t(i, x) OUTER APPLY STRING_SPLIT(t.x, ',') AS s ORDER BY 1, 2",
            "1|a\n1|b\n2|NULL");
        row("apply of a series", "SELECT s.value FROM (VALUES (1), (2)) AS t(i) CROSS APPLY GENERATE_SERIES(1, t.i) AS s",
            "!40517 CROSS APPLY of this kind of query is not supported in the sandbox.");
        row("apply of several first rows", "SELECT P.id FROM P CROSS APPLY (SELECT TOP 2 v FROM C WHERE C.p = P.id) AS x",
            "!40517 CROSS APPLY of this kind of query is not supported in the sandbox.");
        row("recursion", "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT SUM(i), COUNT(*) FROM n", "15|5");
        row("recursion over a table",
            "WITH t (id, depth) AS (SELECT id, 0 FROM P WHERE id = 1 UNION ALL SELECT P.id, t.depth + 1 FROM P JOIN t ON P.id = t.id + 1) "
            "SELECT id, depth FROM t ORDER BY id",
            "1|0\n2|1\n3|2");
        row("a hundred levels", "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 101) SELECT MAX(i) FROM n", "101");
        row("one level too many", "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 102) SELECT MAX(i) FROM n",
            "!530 The statement terminated. The maximum recursion 100 has been exhausted before statement completion.");
        row("more levels allowed",
            "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT MAX(i) FROM n OPTION (MAXRECURSION 0)", "500");
        row("types of a recursion", "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 0.5 FROM n WHERE i < 5) SELECT * FROM n",
            "!240 Types don't match between the anchor and the recursive part in column \"i\" of recursive query \"n\".");
        row("greater than all", "SELECT id FROM P WHERE id > ALL (SELECT p FROM C WHERE p IS NOT NULL)", "3");
        row("all of nothing", "SELECT id FROM P WHERE id > ALL (SELECT p FROM C WHERE p > 5) ORDER BY id", "1\n2\n3");
        row("all with a NULL", "SELECT id FROM P WHERE id > ALL (SELECT p FROM C)", "");
        row("equal to any", "SELECT id FROM P WHERE id = ANY (SELECT p FROM C) ORDER BY id", "1\n2");
        row("not any with a NULL", "SELECT id FROM P WHERE NOT id = SOME (SELECT p FROM C)", "");
        row("distinct by another column", "SELECT DISTINCT n FROM P ORDER BY id",
            "!145 ORDER BY items must appear in the select list if SELECT DISTINCT is specified.");
        row("distinct by its own expression", "SELECT DISTINCT id % 2 FROM P ORDER BY id % 2", "0\n1");
        row("order by a constant", "SELECT id FROM P ORDER BY 'x'",
            "!408 A constant expression was encountered in the ORDER BY list, position 1.");
        row("a window in WHERE", "SELECT id FROM P WHERE ROW_NUMBER() OVER (ORDER BY id) = 1",
            "!4108 Windowed functions can only appear in the SELECT or ORDER BY clauses.");
        row("a window without order", "SELECT ROW_NUMBER() OVER (PARTITION BY id) FROM P",
            "!4112 The function 'ROW_NUMBER' must have an OVER clause with ORDER BY.");
        row("a window of no order", "SELECT COUNT(*) FROM (SELECT ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) AS r FROM P) AS x WHERE r > 1",
            "2");
    }
    void answers()
    {
        QFETCH(QString, sql);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(m_lab->run(sql.toStdString()).text()), expected);
    }
};

QTEST_GUILESS_MAIN(TestEngineQueries)
#include "tst_engine_queries.moc"
