// Tokens of T-SQL text: kinds, meanings, places, and what never ends.
#include "driver/tsql/Lexer.h"

#include <QTest>

#include <vector>

using namespace es::tsql;

namespace {

std::vector<Token> lex(std::string_view text, Lexer::Options options = {})
{
    Lexer lexer(text, options);
    std::vector<Token> tokens;
    for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next())
        tokens.push_back(token);
    return tokens;
}

}  // namespace

Q_DECLARE_METATYPE(TokenKind)
Q_DECLARE_METATYPE(LexProblem)

class TestLexer : public QObject {
    Q_OBJECT

private slots:
    void oneToken_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<TokenKind>("kind");
        QTest::addColumn<QByteArray>("meaning");
        QTest::newRow("word") << QByteArray("Employees") << TokenKind::kWord << QByteArray("Employees");
        QTest::newRow("temporary") << QByteArray("##t1") << TokenKind::kWord << QByteArray("##t1");
        QTest::newRow("unicode word") << QByteArray("\xC3\x9C" "ber\xE6\x97\xA5") << TokenKind::kWord << QByteArray("\xC3\x9C" "ber\xE6\x97\xA5");
        QTest::newRow("brackets") << QByteArray("[a]]b c]") << TokenKind::kQuotedName << QByteArray("a]b c");
        QTest::newRow("quoted") << QByteArray("\"a\"\"b\"") << TokenKind::kQuotedName << QByteArray("a\"b");
        QTest::newRow("variable") << QByteArray("@p_1") << TokenKind::kVariable << QByteArray("@p_1");
        QTest::newRow("global") << QByteArray("@@ROWCOUNT") << TokenKind::kVariable << QByteArray("@@ROWCOUNT");
        QTest::newRow("string") << QByteArray("'it''s'") << TokenKind::kString << QByteArray("it's");
        QTest::newRow("empty string") << QByteArray("''") << TokenKind::kString << QByteArray("");
        QTest::newRow("continued string") << QByteArray("'ab\\\ncd'") << TokenKind::kString << QByteArray("abcd");
        QTest::newRow("string over lines") << QByteArray("'a\nb'") << TokenKind::kString << QByteArray("a\nb");
        QTest::newRow("national") << QByteArray("n'x'") << TokenKind::kNationalString << QByteArray("x");
        QTest::newRow("integer") << QByteArray("0042") << TokenKind::kInteger << QByteArray("0042");
        QTest::newRow("decimal") << QByteArray("4.20") << TokenKind::kDecimal << QByteArray("4.20");
        QTest::newRow("decimal, no digit before") << QByteArray(".5") << TokenKind::kDecimal << QByteArray(".5");
        QTest::newRow("decimal, no digit behind") << QByteArray("5.") << TokenKind::kDecimal << QByteArray("5.");
        QTest::newRow("float") << QByteArray("1.5E-3") << TokenKind::kFloat << QByteArray("1.5E-3");
        QTest::newRow("float without exponent") << QByteArray("1e") << TokenKind::kFloat << QByteArray("1e");
        QTest::newRow("money") << QByteArray("$1.5") << TokenKind::kMoney << QByteArray("1.5");
        QTest::newRow("negative money") << QByteArray("$-2") << TokenKind::kMoney << QByteArray("-2");
        QTest::newRow("euro") << QByteArray("\xE2\x82\xAC" "7") << TokenKind::kMoney << QByteArray("7");
        QTest::newRow("binary") << QByteArray("0x00Ff") << TokenKind::kBinary << QByteArray("00Ff");
        QTest::newRow("empty binary") << QByteArray("0x") << TokenKind::kBinary << QByteArray("");
        QTest::newRow("continued binary") << QByteArray("0xAB\\\r\nCD") << TokenKind::kBinary << QByteArray("ABCD");
        QTest::newRow("symbol of two") << QByteArray("<>") << TokenKind::kSymbol << QByteArray("<>");
        QTest::newRow("compound") << QByteArray("+=") << TokenKind::kSymbol << QByteArray("+=");
    }
    void oneToken()
    {
        QFETCH(QByteArray, text);
        QFETCH(TokenKind, kind);
        QFETCH(QByteArray, meaning);
        const std::string source = " /* /* */ */ " + text.toStdString() + " -- end";
        const auto tokens = lex(source);
        QCOMPARE(tokens.size(), std::size_t{1});
        QCOMPARE(tokens[0].kind, kind);
        QCOMPARE(QByteArray::fromStdString(tokenText(tokens[0], source)), meaning);
        QCOMPARE(QByteArray::fromStdString(std::string(tokens[0].range.in(source))), text);
    }

    void problems_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<LexProblem>("problem");
        QTest::newRow("string") << QByteArray("'abc") << LexProblem::kUnclosedString;
        QTest::newRow("string, doubled at the end") << QByteArray("'abc''") << LexProblem::kUnclosedString;
        QTest::newRow("national") << QByteArray("N'") << LexProblem::kUnclosedString;
        QTest::newRow("brackets") << QByteArray("[abc") << LexProblem::kUnclosedName;
        QTest::newRow("quotes") << QByteArray("\"abc") << LexProblem::kUnclosedName;
        QTest::newRow("comment") << QByteArray("/* a /* b */") << LexProblem::kUnclosedComment;
        QTest::newRow("bad byte") << QByteArray("\xFF") << LexProblem::kBadCharacter;
        QTest::newRow("control") << QByteArray("\x01") << LexProblem::kBadCharacter;
        QTest::newRow("typographic quote") << QByteArray("\xE2\x80\x98") << LexProblem::kBadCharacter;
        QTest::newRow("long word") << QByteArray(129, 'a') << LexProblem::kNameTooLong;
        QTest::newRow("long quoted name") << QByteArray("[" + QByteArray(129, 'a') + "]") << LexProblem::kNameTooLong;
    }
    void problems()
    {
        QFETCH(QByteArray, text);
        QFETCH(LexProblem, problem);
        const std::string source = text.toStdString();
        const auto tokens = lex(source);
        QCOMPARE(tokens.size(), std::size_t{1});
        QCOMPARE(tokens[0].kind, TokenKind::kBad);
        QCOMPARE(tokens[0].problem, problem);
    }

    void longestNameIsFine()
    {
        const std::string word(128, 'a');
        QCOMPARE(lex(word)[0].kind, TokenKind::kWord);
    }

    void places()
    {
        const auto tokens = lex("a\r\n  \xC3\xA9" "b 'x\ny' c");
        QCOMPARE(tokens.size(), std::size_t{4});
        QCOMPARE(tokens[1].range.line, 2U);
        QCOMPARE(tokens[1].range.column, 3U);
        QCOMPARE(tokens[2].range.column, 6U);  // columns count code points
        QCOMPARE(tokens[3].range.line, 3U);
        QCOMPARE(tokens[3].range.column, 4U);
    }

    void quotedIdentifiersOff()
    {
        const auto tokens = lex("\"a\"", {.quotedIdentifiers = false, .keepBlanks = false});
        QCOMPARE(tokens[0].kind, TokenKind::kString);
    }

    void blanksAreKeptOnDemand()
    {
        const std::string source = "a -- b\n /* c */ d";
        std::size_t total = 0;
        for (const Token& token : lex(source, {.quotedIdentifiers = true, .keepBlanks = true}))
            total += token.range.length;
        QCOMPARE(total, source.size());
    }
};

QTEST_APPLESS_MAIN(TestLexer)
#include "tst_lexer.moc"
