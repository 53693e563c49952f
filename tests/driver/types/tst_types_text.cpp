// Collations, order of values and of plaintexts, LIKE.
#include "driver/types/Collation.h"
#include "driver/types/Compare.h"
#include "driver/types/Convert.h"
#include "driver/types/Like.h"
#include "driver/types/Normalize.h"
#include "driver/types/TypeNames.h"

#include <QTest>

using namespace es::types;

namespace {

Collation named(const char* name) { return *collationByName(name); }
int sign(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

}  // namespace

class TypesText : public QObject {
    Q_OBJECT

private slots:
    void collationNames_data();
    void collationNames();
    void compare_data();
    void compare();
    void longRuns_data();
    void longRuns();
    void codePages();
    void values_data();
    void values();
    void malformedCellsAreHarmless();
    void like_data();
    void like();
    void likeOnCells();
    void likeIsNotExponential();
};

void TypesText::collationNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("wire");  // empty: no such collation
    for (const auto& [name, wire] : std::initializer_list<std::pair<const char*, const char*>>{
             {"SQL_Latin1_General_CP1_CI_AS", "0904d00034"}, {"Latin1_General_BIN2", "0904000200"}, {"Latin1_General_100_CI_AS", "0904d02000"},
             {"Latin1_General_100_BIN2_UTF8", "0904002600"}, {"Latin1_General_100_CI_AS_SC_UTF8", "0904d02400"}, {"Latin1_General_CS_AI", "0904e00000"},
             {"SQL_Latin1_General_CP1_CS_AS", "0904c00033"}, {"Japanese_XJIS_140_CI_AS_UTF8", "1104d03400"},
             {"Latin1_General_140_CI_AS", ""}, {"Latin1_General_BIN2_UTF8", ""}, {"Latin1_General_100_CI_AS_UTF8", ""}, {"Nonsense_CI_AS", ""}, {"", ""}})
        QTest::newRow(name) << QByteArray(name) << QByteArray(wire);
}

void TypesText::collationNames()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, wire);
    const auto collation = collationByName(name.toLower().toStdString());
    QCOMPARE(collation.has_value(), !wire.isEmpty());
    if (!collation)
        return;
    es::base::Bytes bytes;
    for (int shift = 0; shift < 32; shift += 8)
        bytes.push_back(static_cast<es::base::Byte>(collation->info >> shift));
    bytes.push_back(collation->sortId);
    QCOMPARE(QByteArray::fromStdString(es::base::toHex(bytes)), wire);
    QCOMPARE(QByteArray::fromStdString(canonicalCollationName(name.toStdString())), name);
    QCOMPARE(QByteArray::fromStdString(collationName(*collation)), name);
}

void TypesText::compare_data()
{
    QTest::addColumn<QByteArray>("collation");
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<bool>("unicode");
    QTest::addColumn<int>("order");
    int number = 0;
    const auto row = [&](const char* collation, const char* a, const char* b, int order, bool unicode = true) {
        QTest::newRow(qPrintable(QString("%1 %2").arg(++number).arg(collation))) << QByteArray(collation) << QByteArray(a) << QByteArray(b) << unicode << order;
    };
    const char* ci = "SQL_Latin1_General_CP1_CI_AS";
    const char* cs = "Latin1_General_CS_AS";
    const char* bin2 = "Latin1_General_BIN2";
    for (const bool unicode : {true, false}) {
        row(ci, "abc", "ABC", 0, unicode);
        row(ci, "abc", "abc   ", 0, unicode);
        row(ci, "abc", "abd", -1, unicode);
        row(ci, "e", "\xC3\xA9", -1, unicode);   // accents count
        row(ci, "\xC3\xA9", "\xC3\x89", 0, unicode);
        row(ci, "\xC3\xA9", "f", -1, unicode);
        row(ci, "a1", "aa", -1, unicode);        // digits before letters
        row(ci, "_", "0", -1, unicode);
        row(ci, "", "   ", 0, unicode);
    }
    row("Latin1_General_CI_AI", "resume", "R\xC3\xA9SUM\xC3\xA9", 0);
    row("Latin1_General_CI_AI", "e\xCC\x81", "e", 0);
    row("Latin1_General_CI_AS", "e\xCC\x81", "\xC3\xA9", 0);
    row(cs, "a", "A", -1);
    row("SQL_Latin1_General_CP1_CS_AS", "a", "A", 1, false);
    row(cs, "A", "b", -1);
    row(cs, "aB", "Ab", -1);
    row("Latin1_General_CI_AS", "stra\xC3\x9F" "e", "strasse", 0);
    row(ci, "stra\xC3\x9F" "e", "strasse", 1, false);
    row("Latin1_General_CI_AS", "co-op", "coop", 1);
    row("Latin1_General_CI_AS", "co-op", "coot", -1);
    row("Latin1_General_CI_AS", "\xD0\x96", "\xD0\xB6", 0);
    row("Latin1_General_CI_AS", "\xEF\xBC\xA1", "a", 0);  // full width
    row(bin2, "B", "a", -1);
    row(bin2, "a", "a ", 0);
    row(bin2, "a\t", "a", -1);                            // a tab is less than the padding
    row(bin2, "\xE2\x82\xAC", "\xC3\xA9", 1);            // U+20AC, U+00E9
    row(bin2, "\xE2\x82\xAC", "\xC3\xA9", -1, false);    // 80, E9 in code page 1252
    row(bin2, "\xEF\xBF\xBD", "\xF0\x9F\x98\x80", -1);   // code points, not UTF-16 units
}

void TypesText::compare()
{
    QFETCH(const QByteArray, collation);
    QFETCH(const QByteArray, a);
    QFETCH(const QByteArray, b);
    QFETCH(const bool, unicode);
    QFETCH(const int, order);
    const Collation c = named(collation);
    const TextKind kind = unicode ? TextKind::kUnicode : TextKind::kCodePage;
    QCOMPARE(sign(compareText(a.toStdString(), b.toStdString(), c, kind)), order);
    QCOMPARE(sign(compareText(b.toStdString(), a.toStdString(), c, kind)), -order);
    QCOMPARE(equalityKey(a.toStdString(), c, kind) == equalityKey(b.toStdString(), c, kind), order == 0);
    const SqlType type = makeSized(unicode ? TypeId::kNVarChar : TypeId::kVarChar, 40, c);
    const auto left = normalize(Value(a.toStdString()), type), right = normalize(Value(b.toStdString()), type);
    if (left && right)  // not every character here is in code page 1252
        QCOMPARE(sign(compareNormalized(*left, *right, type)), order);
}

// More combining marks on one letter, more hyphens in a row than a weight has places for.
void TypesText::longRuns_data()
{
    QTest::addColumn<QString>("run");
    QTest::addColumn<QString>("other"); // one that differs
    QTest::newRow("marks") << QString(40, QChar(0x301)) << QString(40, QChar(0x301)).replace(3, 1, QChar(0x302));
    QTest::newRow("hyphens") << QString(60, '-') << QString(60, '-').replace(50, 1, '\'');
}

void TypesText::longRuns()
{
    QFETCH(const QString, run);
    QFETCH(const QString, other);
    const Collation windows = named("Latin1_General_100_CI_AS");
    const auto order = [&](const QString& a, const QString& b) {
        return sign(compareText(("e" + a + "x").toStdString(), ("e" + b + "x").toStdString(), windows, TextKind::kUnicode));
    };
    const auto key = [&](const QString& a) { return equalityKey(("e" + a + "x").toStdString(), windows, TextKind::kUnicode); };
    QCOMPARE(order(run, run), 0);
    QVERIFY(key(run) == key(run) && key(run) != key(other));
    for (int length = 0; length < run.size(); ++length) {
        QVERIFY(key(run) != key(run.left(length)));
        QVERIFY2(order(run, run.left(length)) != 0, qPrintable(QString::number(length)));
        QCOMPARE(order(run, run.left(length)), -order(run.left(length), run));
    }
    QVERIFY(order(run, other) != 0);
}

void TypesText::codePages()
{
    QCOMPARE(es::base::toHex(*textToCodePage("caf\xC3\xA9 \xE2\x82\xAC", kDefaultCollation)), std::string("636166e92080"));
    QVERIFY(!textToCodePage("\xE6\x97\xA5", kDefaultCollation));
    QCOMPARE(*textToCodePageLossy("\xE6\x97\xA5", kDefaultCollation), es::base::Bytes{'?'});
    const es::base::Bytes undefined{0x81, 0x8D};
    QCOMPARE(*textToCodePage(*textFromCodePage(undefined, kDefaultCollation), kDefaultCollation), undefined);
    const Collation japanese = named("Japanese_CI_AS");
    QCOMPARE(*textFromCodePage(es::base::Bytes{0x93, 0xFA, 'a', 0x93}, japanese), std::string("\xE6\x97\xA5" "a\xEF\xBF\xBD"));
    QVERIFY(!textFromCodePage(es::base::Bytes{'a'}, named("Maltese_100_CI_AS")));
}

void TypesText::values_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("smaller");
    QTest::addColumn<QByteArray>("larger");
    for (const auto& [type, smaller, larger] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
             {"int", "-1", "1"}, {"bigint", "-9223372036854775808", "9223372036854775807"}, {"tinyint", "1", "255"}, {"money", "-1.0", "-0.5"}, {"money", "-1.0", "922337203685477.5807"},
             {"smallmoney", "-2", "3"}, {"decimal(10,2)", "-5", "4.99"}, {"decimal(10,2)", "-5", "-4.99"}, {"decimal(38,0)", "1", "99999999999999999999999999999999999999"},
             {"float", "-0.5", "1e300"}, {"real", "-2", "-1"}, {"date", "1999-12-31", "2000-01-01"}, {"time(3)", "01:00:00.001", "01:00:00.002"},
             {"datetime2(7)", "1999-12-31 23:59:59.9999999", "2000-01-01 00:00:00"}, {"datetimeoffset(0)", "2024-01-01 01:00:00 +02:00", "2024-01-01 00:00:00 +00:00"},
             {"datetime", "1899-12-31 00:00:00", "1900-01-01 00:00:00"}, {"datetime", "1900-01-01 00:00:00", "1900-01-01 00:00:00.003"}, {"smalldatetime", "1900-01-01 00:01:00", "2079-06-06 00:00:00"},
             {"uniqueidentifier", "ffffffff-ffff-ffff-ffff-000000000001", "00000000-0000-0000-0000-000000000002"},
             {"uniqueidentifier", "00000000-0000-0000-0100-000000000000", "00000000-0000-0000-0200-000000000000"},
             {"varbinary(9)", "0x01", "0x0100000001"}, {"varbinary(9)", "0x01FF", "0x02"}})
        QTest::newRow(qPrintable(QString("%1 %2").arg(type, larger))) << QByteArray(type) << QByteArray(smaller) << QByteArray(larger);
}

void TypesText::values()
{
    QFETCH(const QByteArray, type);
    QFETCH(const QByteArray, smaller);
    QFETCH(const QByteArray, larger);
    const SqlType t = *typeFromText(type.toStdString());
    const auto a = valueFromText(smaller.toStdString(), t), b = valueFromText(larger.toStdString(), t);
    QVERIFY(a && b);
    QCOMPARE(sign(compareValues(*a, *b, t)), -1);
    QCOMPARE(sign(compareValues(*b, *a, t)), 1);
    QCOMPARE(compareValues(*a, *a, t), 0);
    const auto x = normalize(*a, t), y = normalize(*b, t);
    QCOMPARE(sign(compareNormalized(*x, *y, t)), -1);
    QCOMPARE(sign(compareNormalized(*y, *x, t)), 1);
    QCOMPARE(compareNormalized(*x, *x, t), 0);
    if (const auto* guid = std::get_if<Guid>(&*a))
        QVERIFY(guidSortKey(*guid) < guidSortKey(std::get<Guid>(*b)));
}

void TypesText::malformedCellsAreHarmless()
{
    for (const char* name : {"int", "money", "decimal(9,2)", "float", "real", "date", "time(7)", "datetime2(3)", "datetimeoffset(7)", "datetime", "smalldatetime",
                             "uniqueidentifier", "nvarchar(10)", "char(4)", "varbinary(4)", "bit"}) {
        const SqlType type = *typeFromText(name);
        for (std::size_t size = 0; size < 20; ++size) {
            const es::base::Bytes bytes(size, 0xFF), other(size / 2, 0xFE);
            es::base::Bytes out{1};
            (void)compareNormalized(bytes, other, type);
            if (!rowFormFromNormalized(bytes, type, out))
                QCOMPARE(out, es::base::Bytes{1});
            out = {1};
            if (!normalizedFromRowForm(bytes, type, out))
                QCOMPARE(out, es::base::Bytes{1});
        }
    }
    es::base::Bytes out;
    QVERIFY(!rowFormFromNormalized(es::base::Bytes{0, 0, 1, 0, 0, 0, 0, 0}, *typeFromText("smallint"), out));
    QVERIFY(!rowFormFromNormalized(es::base::Bytes{1, 0x10, 0x27, 0}, *typeFromText("decimal(4,0)"), out));
}

void TypesText::like_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<bool>("ansi");
    QTest::addColumn<bool>("unicode");
    int number = 0;
    const auto row = [&](const char* text, const char* pattern, bool ansi, bool unicode) {
        QTest::newRow(qPrintable(QString("%1 %2").arg(++number).arg(pattern))) << QByteArray(text) << QByteArray(pattern) << ansi << unicode;
    };
    const auto both = [&](const char* text, const char* pattern, bool expected) { row(text, pattern, expected, expected); };
    both("795-73-6818", "%6818", true);
    both("795-73-6818", "%68_8", true);
    both("795-73-6819", "%6818", false);
    both("abc", "ABC", true);
    both("abc", "a%c", true);
    both("abc", "a%d", false);
    both("abcabd", "%ab_", true);
    // A letter that counts as two, where the collation has such letters (varchar under SQL_ has none): whole, never by halves.
    row("stra\u00dfe", "%ss%", false, true);
    row("strasse", "%\u00dfe", false, true);
    row("\u00df", "s%", false, false);
    row("\u00df", "_", true, true);
    row("\u00dfs", "s\u00df", false, true);
    row("s\u00df", "%ss", false, true);
    row("\u00df", "[s]", false, false);
    row("x\u00c6", "%ae", false, true);
    both("", "", true);
    both("", "%", true);
    both("", "_", false);
    both("a", "%%a%%", true);
    both("b", "[a-c]", true);
    both("B", "[a-c]", true);
    both("d", "[a-c]", false);
    both("d", "[^a-c]", true);
    both("5%", "5[%]", true);
    both("5x", "5[%]", false);
    both("a_b", "a[_]b", true);
    both("-", "[a-]", true);
    both("[", "[[]", true);
    both("]", "]", true);
    both("50%", "50!%", true);
    both("50x", "50!%", false);
    both("50!", "50!!", true);
    both("x", "x!", false);      // escape character at the end
    both("[a", "[a", false);     // a set that never ends
    both("a]", "[ab!]c]]", true);
    both("]", "[ab!]c]", true);
    both("\xC3\xA9", "_", true);
    both("\xC3\x89t\xC3\xA9", "\xC3\xA9t_", true);
    // Trailing spaces
    row("Hello  ", "Hello", true, false);
    both("Hello", "Hello ", false);
    both("Hello ", "Hello ", true);
    row("Robert King   ", "% King", true, false);
    row("abc ", "ab_", true, false);
}

void TypesText::like()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, pattern);
    QFETCH(const bool, ansi);
    QFETCH(const bool, unicode);
    const auto like = LikePattern::compile(pattern.toStdString(), U'!', kDefaultCollation);
    QVERIFY(like);
    QCOMPARE(like->matches(text.toStdString(), false), ansi);
    QCOMPARE(like->matches(text.toStdString(), true), unicode);
    for (const bool wide : {false, true}) {
        const SqlType type = makeSized(wide ? TypeId::kNVarChar : TypeId::kVarChar, 40);
        QCOMPARE(like->matchesNormalized(*normalize(Value(text.toStdString()), type), type), wide ? unicode : ansi);
    }
}

void TypesText::likeOnCells()
{
    const SqlType bin2 = makeSized(TypeId::kChar, 11, kLatin1GeneralBin2);
    const auto like = LikePattern::compile("%A%", std::nullopt, kLatin1GeneralBin2);
    QVERIFY(like->matchesNormalized(*normalize(Value(std::string("xAy")), bin2), bin2));
    QVERIFY(!like->matchesNormalized(*normalize(Value(std::string("xay")), bin2), bin2));
    const SqlType utf8 = makeSized(TypeId::kVarChar, 40, kLatin1General100Bin2Utf8);
    const auto emoji = LikePattern::compile("_\xF0\x9F\x98\x80", std::nullopt, kLatin1General100Bin2Utf8);
    QVERIFY(emoji->matchesNormalized(*normalize(Value(std::string("\xE6\x97\xA5\xF0\x9F\x98\x80")), utf8), utf8));
    const SqlType wide = makeSized(TypeId::kNVarChar, 40, kLatin1GeneralBin2);
    QVERIFY(emoji->matchesNormalized(*normalize(Value(std::string("\xE6\x97\xA5\xF0\x9F\x98\x80")), wide), wide));
    QVERIFY(!emoji->matchesNormalized(es::base::Bytes{0x3D}, wide));  // half a character
}

void TypesText::likeIsNotExponential()
{
    const auto like = LikePattern::compile("%a%a%a%a%a%a%a%a%a%a%a%b", std::nullopt, kDefaultCollation);
    QVERIFY(!like->matches(std::string(4000, 'a')));
}

QTEST_APPLESS_MAIN(TypesText)
#include "tst_types_text.moc"
