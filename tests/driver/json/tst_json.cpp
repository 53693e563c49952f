// Documents in and out; what is refused.                                                    RFC 8259
#include "driver/json/Json.h"

#include <QTest>

using namespace es;
using json::Json;

class TestJson : public QObject {
    Q_OBJECT

private slots:
    void roundTrip_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
            {"null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "\"\"", "\"a\\\"b\\\\c\\n\"", "[]",
                "{}", "[1,[2,[3]],{\"a\":null}]", R"({"z":1,"a":{"m":[true,false]},"b":"text"})", "\"Zürich 東京\""})
            QTest::newRow(text) << QByteArray(text);
    }
    void roundTrip()
    {
        QFETCH(QByteArray, text);
        const auto value = json::parse(text.toStdString());
        QVERIFY(value);
        QCOMPARE(QByteArray::fromStdString(json::write(*value)), text);
    }

    void indented() { QCOMPARE(json::write(Json(Json::Object{{"a", 1}}), 2), "{\n  \"a\": 1\n}"); }

    void building()
    {
        Json document;
        document.set("name", "decrypt").set("count", 3).set("ok", true).set("ratio", 1.5);
        document.set("count", 4);
        Json list;
        list.push(1).push("two").push(true);
        document.set("list", list);
        QCOMPARE(json::write(document), R"({"name":"decrypt","count":4,"ok":true,"ratio":1.5,"list":[1,"two",true]})");
        QVERIFY(json::parse(json::write(document)).value() == document);
    }

    void members()
    {
        const Json document = json::parse(R"({"server":"127.0.0.1,1433","pid":42,"ok":true,"pid":43,"ratio":2})").value();
        QCOMPARE(*document.stringAt("server"), "127.0.0.1,1433");
        QCOMPARE(*document.integerAt("pid"), std::int64_t{43});  // of equal names the last counts
        QVERIFY(*document.boolAt("ok"));
        QCOMPARE(document.find("ratio")->asNumber().value(), 2.0);
        QVERIFY(document.find("absent") == nullptr);
        const auto missing = document.stringAt("ca_file");
        QVERIFY(missing.error().code == json::kMissingMember);
        QVERIFY(missing.error().text.find("ca_file") != std::string::npos);
        QVERIFY(document.integerAt("server").error().code == json::kMissingMember);
        QVERIFY(Json(1).find("a") == nullptr);
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
            {"", " ", "{", "[1,]", "{\"a\":}", "{a:1}", "'a'", "1 2", "nul", "// c\n1", "NaN", "\"\\x\"", "\"\xff\"", "01", "+1"})
            QTest::newRow(text) << QByteArray(text);
    }
    void refused()
    {
        QFETCH(QByteArray, text);
        const auto value = json::parse(std::string_view(text.data(), static_cast<std::size_t>(text.size())));
        QVERIFY(!value);
        QVERIFY(value.error().code == json::kBadJson);
    }

    void depth()
    {
        const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
        QVERIFY(json::parse(nested(json::kMaxDepth)));
        QVERIFY(json::parse(nested(json::kMaxDepth + 1)).error().code == json::kTooDeep);
        QVERIFY(json::parse(nested(1'000'000)).error().code == json::kTooDeep);
    }

    void numbersAtTheEdge()
    {
        QVERIFY(json::parse("18446744073709551615")->asInteger() == nullptr);
        QCOMPARE(json::parse("18446744073709551615")->asNumber().value(), 18446744073709551615.0);
        QCOMPARE(json::write(Json(std::numeric_limits<double>::infinity())), "null");
        QVERIFY(json::write(Json("\xff")).find("\xEF\xBF\xBD") != std::string::npos);  // U+FFFD for ill-formed UTF-8
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
