// Literals of declarations -> typed parameters, so that a driver can encrypt them:
//     DECLARE @ssn char(11) = '795-73-9838', @none int = NULL
// is sent with two parameters, and the declarations take their values from these. Works on tokens, not on the tree: a statement that
// our parser has never heard of does not stand in the way. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/Errors.h"
#include "driver/tsql/Source.h"
#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

#include <string>
#include <string_view>
#include <vector>

namespace es::tsql {

// Chars per batch; beyond it the reference tool gives up too.
inline constexpr std::size_t kMaxParameterizedBytes = 4 * 1024 * 1024;

struct LiteralParameter {
    std::string name;        // generated: "@p" and digits, unlike any name in the batch
    types::SqlType type;     // the declared one
    types::Value value;      // Null for NULL
    std::string variable;    // "@ssn": whose initial value it was
    SourceRange declaration; // of "@ssn char(11) = '795-73-9838'": what an editor marks
    SourceRange literal;     // of the literal with its sign and parentheses
};

// A declaration with an initial value that was left as it is.
struct SkippedDeclaration {
    std::string variable;
    SourceRange declaration;
    std::string reason;  // a sentence for a person
};

// A literal that its declared type cannot hold: the batch must not be sent.
struct BadDeclaration {
    std::string variable;
    SourceRange declaration;
    base::Error error;  // kBadLiteral
};

// `text` has the same number of lines as the batch; every token outside the replaced literals keeps its line, and, wherever the
// literal was long enough for the parameter's name, its column too (the rest is padded with blanks).
struct Parameterized {
    std::string text;
    std::vector<LiteralParameter> parameters;
    std::vector<SkippedDeclaration> skipped;
};

// Errors: kBadLiteral (text says which variable, type and why; server.line is the line), kTooLong, kSyntax (a string or comment that
// never ends). `collation`: of character types; the server's default.
[[nodiscard]] base::Result<Parameterized> parameterize(std::string_view batch, types::Collation collation);

// The same for an editor that wants every mark at once: never fails.
struct ParameterMarks {
    std::vector<LiteralParameter> parameters;
    std::vector<SkippedDeclaration> skipped;
    std::vector<BadDeclaration> bad;
};
[[nodiscard]] ParameterMarks markParameters(std::string_view batch, types::Collation collation);

}  // namespace es::tsql
