// The xml type: what SQL Server gives back for a text, and its parse errors with their places (as public captures of SQL Server 2025 show them).
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <QTest>

using namespace es::types;

namespace {

es::base::Result<Value> toXml(const QByteArray& text, bool unicode = true, int style = kNoStyle)
{
    const SqlType from = makeSized(unicode ? TypeId::kNVarChar : TypeId::kVarChar, kMaxLength);
    return convertValue(Value(text.toStdString()), from, makeType(TypeId::kXml), style);
}

} // namespace

class TypesXml : public QObject {
    Q_OBJECT

private slots:
    void canonical_data();
    void canonical();
    void refused_data();
    void refused();
    void preservesWhereAsked();
    void encodings();
    void conversions();
    void alteredTexts();
};

void TypesXml::canonical_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const char* text, const char* expected) { QTest::newRow(name) << QByteArray(text) << QByteArray(expected); };
    row("nothing", "", "");
    row("text alone", "abc", "abc");
    row("two elements", "<a/><b/>", "<a/><b/>");
    row("empty element", "<a></a>", "<a/>");
    row("spaces in tags", "<a  b='1'\n c = \"2\" ></a >", "<a b=\"1\" c=\"2\"/>");
    row("declaration goes", "<?xml version=\"1.0\"?><a/>", "<a/>");
    row("blanks between go", "<a> <b/> </a>", "<a><b/></a>");
    row("blanks in text stay", "<a> x </a>", "<a> x </a>");
    row("declarations first", "<p:a x='1' xmlns:p='u'/>", "<p:a xmlns:p=\"u\" x=\"1\"/>");
    row("references", "<a>&lt;&#65;&#x42;&quot;&apos;&gt;</a>", "<a>&lt;AB\"'&gt;</a>");
    row("CDATA", "<a><![CDATA[<&]]></a>", "<a>&lt;&amp;</a>");
    row("quote in an attribute", "<a b='\"'/>", "<a b=\"&quot;\"/>");
    row("line end in an attribute", "<a b='x\r\ny'/>", "<a b=\"x y\"/>");
    row("line ends", "<a>x\r\ny\rz</a>", "<a>x\ny\nz</a>");
    row("comment and instruction", "<!-- c --><?p   q ?>", "<!-- c --><?p q ?>");
    row("xml:space", "<a xml:space='preserve'> <b/></a>", "<a xml:space=\"preserve\">&#x20;<b/></a>");
    row("letters beyond ASCII", "<\xC3\xA4>\xE6\xBC\xA2</\xC3\xA4>", "<\xC3\xA4>\xE6\xBC\xA2</\xC3\xA4>");
}

void TypesXml::canonical()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    const auto xml = toXml(text);
    QVERIFY2(xml, xml ? "" : xml.error().server->message.c_str());
    QCOMPARE(QByteArray::fromStdString(std::get<std::string>(*xml)), expected);
    QCOMPARE(*toXml(expected), *xml); // stable
}

void TypesXml::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("place");
    const auto row = [](const char* text, int number, const char* place) { QTest::newRow(text) << QByteArray(text) << number << QByteArray(place); };
    row("<a>", 9400, "line 1, character 3");
    row("<", 9400, "line 1, character 1");
    row("<a x", 9414, "line 1, character 4");
    row("<a></a", 9412, "line 1, character 6");
    row("&am", 9411, "line 1, character 3");
    row("<a>x & y</a>", 9421, "line 1, character 7");
    row("<X>a&b,c</X>", 9411, "line 1, character 7");
    row("<a></b>", 9436, "line 1, character 7");
    row("<a/>\n<b></c>", 9436, "line 2, character 7");
    row("</a>", 9455, "line 1, character 2");
    row("<a b=1/>", 9413, "line 1, character 6");
    row("<a b='1'c='2'/>", 9410, "line 1, character 9");
    row("<a b='1' b='2'/>", 9437, "line 1, character 16");
    row("<a b='<'/>", 9415, "line 1, character 7");
    row("<p:a/>", 9459, "line 1, character 6");
    row("<a:b:c/>", 9456, "line 1, character 5");
    row("<a xmlns:p=''/>", 9460, "line 1, character 15");
    row("<1/>", 9455, "line 1, character 2");
    row("&nbsp;", 9448, "line 1, character 6");
    row("&#xZ;", 9416, "line 1, character 4");
    row("&#Z;", 9417, "line 1, character 3");
    row("&#1;", 9420, "line 1, character 4");
    row("a]]>", 9454, "line 1, character 2");
    row("<!x", 9422, "line 1, character 3");
    row(" <?xml version='1.0'?>", 9438, "line 1, character 7");
    row("<?xml version='2.0'?>", 9441, "line 1, character 19");
    row("<a><!DOCTYPE b></a>", 9422, "line 1, character 6");
    row("<!DOCTYPE a>", 6359, "");
}

void TypesXml::refused()
{
    QFETCH(QByteArray, text);
    QFETCH(int, number);
    QFETCH(QByteArray, place);
    const auto xml = toXml(text);
    QVERIFY(!xml);
    QCOMPARE(xml.error().server->number, number);
    if (!place.isEmpty()) QVERIFY2(QByteArray::fromStdString(xml.error().server->message).contains(place + ","), xml.error().server->message.c_str());
}

void TypesXml::preservesWhereAsked()
{
    QCOMPARE(std::get<std::string>(*toXml("<a> <b/> </a>", true, 1)), std::string("<a>&#x20;<b/>&#x20;</a>"));
    QCOMPARE(toXml("<a/>", true, 7).error().server->number, 281);
}

void TypesXml::encodings()
{
    QVERIFY(toXml("<?xml version='1.0' encoding='utf-16'?><a/>", true));
    QVERIFY(toXml("<?xml version='1.0' encoding='utf-8'?><a/>", false));
    const auto narrow = toXml("<?xml version=\"1.0\" encoding=\"utf-8\"?><r>a</r>", true);
    QCOMPARE(narrow.error().server->number, 9402);
    QCOMPARE(narrow.error().server->message, std::string("XML parsing: line 1, character 38, unable to switch the encoding"));
    QCOMPARE(toXml("<?xml version='1.0' encoding='klingon'?><a/>", false).error().server->number, 9401);
}

void TypesXml::conversions()
{
    const SqlType xml = makeType(TypeId::kXml);
    const Value value = *toXml("<a/>");
    QCOMPARE(std::get<std::string>(*convertValue(value, xml, makeSized(TypeId::kNVarChar, 10))), std::string("<a/>"));
    QCOMPARE(assignValue(value, xml, makeSized(TypeId::kNVarChar, 10)).error().server->number, 257);
    const auto binary = convertValue(value, xml, makeSized(TypeId::kVarBinary, kMaxLength));
    QCOMPARE(es::base::toHex(std::get<es::base::Bytes>(*binary)), std::string("fffe3c0061002f003e00"));
    QCOMPARE(*convertValue(*binary, makeSized(TypeId::kVarBinary, kMaxLength), xml), value);
    QCOMPARE(*decodeRowForm(*encodeRowForm(value, xml), xml), value);
    QVERIFY(!convertValue(Value(std::int64_t{1}), makeType(TypeId::kInt), xml)); // 529
}

// Every text either comes back the same when it is read twice, or is refused by one of the server's numbers.
void TypesXml::alteredTexts()
{
    const QByteArray samples[] = {"<?xml version='1.0'?><a xmlns:p='u' p:b='&lt;'>x<![CDATA[y]]><!--z--></a>", "<a><b/> <c d='e'>&#x41;</c></a>"};
    const QByteArray marks = QByteArrayLiteral("<>&;'\"/!?-[]=: x\n") + char(1) + char(0xC3);
    for (const QByteArray& sample : samples)
        for (int i = 0; i < sample.size(); ++i)
            for (const char mark : marks) {
                QByteArray altered = sample;
                altered[i] = mark;
                for (const QByteArray& text : {altered, sample.left(i) + mark}) {
                    const auto xml = toXml(text);
                    if (!xml)
                        QVERIFY(xml.error().server && (xml.error().server->number == 6359 || xml.error().server->number / 100 == 94));
                    else
                        QCOMPARE(*toXml(QByteArray::fromStdString(std::get<std::string>(*xml))), *xml);
                }
            }
    QCOMPARE(toXml(QByteArray("<a>").repeated(100000)).error().server->number, 6335);
    QVERIFY(toXml(QByteArray("<a>").repeated(128) + QByteArray("</a>").repeated(128)));
}

QTEST_APPLESS_MAIN(TypesXml)
#include "tst_types_xml.moc"
