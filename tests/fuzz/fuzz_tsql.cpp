// What a person writes: batches, tokens, trees, literals that become parameters.
#include "Fuzz.h"
#include "driver/tsql/BatchSplitter.h"
#include "driver/tsql/Lexer.h"
#include "driver/tsql/Parameterizer.h"
#include "driver/tsql/Parser.h"

#include <algorithm>

using namespace es;

namespace {

void lex(std::string_view text, bool quotedIdentifiers)
{
    tsql::Lexer::Options options;
    options.quotedIdentifiers = quotedIdentifiers;
    options.keepBlanks = true;
    tsql::Lexer lexer(text, options);
    std::size_t end = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; // a byte order mark is no token
    while (true) {
        const tsql::Token token = lexer.next();
        ES_HOLDS(token.range.offset == end); // without a gap, to the end
        if (token.kind == tsql::TokenKind::kEnd) break;
        ES_HOLDS(token.range.length > 0);
        end += token.range.length;
        (void)tsql::tokenText(token, text);
    }
    ES_HOLDS(end == text.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    lex(text, true);
    lex(text, false);
    (void)tsql::parse(text);
    (void)tsql::parse(text, {false});
    (void)tsql::parseExpression(text);
    (void)tsql::parseCondition(text);
    (void)tsql::parseParameterList(text);
    if (const auto batches = tsql::splitBatches(text))
        for (const tsql::Batch& batch : *batches)
            ES_HOLDS(batch.offset + batch.text.size() <= text.size());
    if (const auto parameterized = tsql::parameterize(text, {})) {
        ES_HOLDS(std::count(text.begin(), text.end(), '\n') == std::count(parameterized->text.begin(), parameterized->text.end(), '\n'));
        ES_HOLDS(tsql::markParameters(text, {}).parameters.size() == parameterized->parameters.size());
    }
    return 0;
}
