// Whatever the text: an answer, no crash, no hang. Every prefix of the corpus, and its statements with bytes flipped, cut and doubled.
#include "driver/tsql/BatchSplitter.h"
#include "driver/tsql/Parameterizer.h"
#include "driver/tsql/Parser.h"
#include "driver/types/Collation.h"

#include "tests/driver/tsql/Corpus.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace es;

namespace {

constexpr unsigned kSeed = 20240607;
constexpr int kMutationsPerStatement = 300;

// Everything that reads text, once. What it answers is checked only for being whole.
bool survives(std::string_view text)
{
    const auto script = tsql::parse(text);
    if (!script && (!script.error().server || script.error().server->number == 0 || script.error().server->line < 1))
        return false;
    if (script) {
        for (const tsql::Statement& statement : script->statements) {
            if (statement.range.end() > text.size() || statement.range.length == 0)
                return false;
        }
    }
    (void)tsql::splitBatches(text);
    const auto parameterized = tsql::parameterize(text, types::kDefaultCollation);
    if (parameterized && std::ranges::count(parameterized->text, '\n') != std::ranges::count(text, '\n'))
        return false;
    return true;
}

std::string mutated(std::string text, std::mt19937& random)
{
    static constexpr std::string_view kPieces[] = {"(", ")", "'", "[", "]", "\"", "/*", "*/", "--", "N'", "0x", "$", "@", ";", ",", ".",
                                                   " SELECT ", " FROM ", " END ", " WITH ", "\n", "\r\n", "\\\n", "\xFF", "\xE2\x82", "GO\n"};
    const auto place = [&] { return std::uniform_int_distribution<std::size_t>(0, text.empty() ? 0 : text.size() - 1)(random); };
    const int changes = std::uniform_int_distribution<int>(1, 4)(random);
    for (int i = 0; i < changes && !text.empty(); ++i) {
        switch (random() % 4) {
        case 0: text[place()] = static_cast<char>(random() % 256); break;
        case 1: text.erase(place(), random() % 8 + 1); break;
        case 2: text.insert(place(), kPieces[random() % std::size(kPieces)]); break;
        default: text.insert(place(), text.substr(place(), random() % 40)); break;
        }
    }
    return text;
}

}  // namespace

class TestParserRobustness : public QObject {
    Q_OBJECT

private slots:
    void everyPrefix()
    {
        for (const std::string_view text : tsql::test::kStatements) {
            for (std::size_t length = 0; length <= text.size(); ++length)
                QVERIFY2(survives(text.substr(0, length)), std::string(text.substr(0, length)).c_str());
        }
    }

    void everySuffix()
    {
        for (const std::string_view text : tsql::test::kStatements) {
            for (std::size_t start = 0; start < text.size(); ++start)
                QVERIFY2(survives(text.substr(start)), std::string(text.substr(start)).c_str());
        }
    }

    void randomChanges()
    {
        std::mt19937 random(kSeed);
        for (const std::string_view text : tsql::test::kStatements) {
            for (int i = 0; i < kMutationsPerStatement; ++i) {
                const std::string changed = mutated(std::string(text), random);
                QVERIFY2(survives(changed), changed.c_str());
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestParserRobustness)
#include "tst_parser_robustness.moc"
