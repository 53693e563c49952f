// T-SQL text of one batch (no GO) -> syntax tree, or the first thing that is wrong with it.
// Thread: any (pure). Recursive descent; the files ParserX.cpp hold one statement family each.
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/Ast.h"
#include "driver/tsql/Errors.h"

namespace es::tsql {

inline constexpr int kMaxNesting = 200;                           // levels of a tree, operands and statements counted alike
inline constexpr std::size_t kMaxBatchBytes = 256 * 1024 * 1024;  // SQL Server: 65,536 packets

struct ParseOptions {
    bool quotedIdentifiers = true;  // SET QUOTED_IDENTIFIER; off: "text" is a string
};

// The whole batch. `text`: UTF-8 (ill-formed bytes are taken as U+FFFD and are a syntax error outside strings and comments).
// Errors: kSyntax, kNotSupported, kTooDeep, kTooLong; each with Error::server {number, severity, state, line, message}, Origin::kServer.
[[nodiscard]] base::Result<Script> parse(std::string_view text, ParseOptions options = {});

// One expression that fills the whole text: column defaults, checks, computed columns out of a catalog.
[[nodiscard]] base::Result<ExprPtr> parseExpression(std::string_view text, ParseOptions options = {});
// One search condition (a predicate) that fills the whole text.
[[nodiscard]] base::Result<ExprPtr> parseCondition(std::string_view text, ParseOptions options = {});
// "@p1 char(11), @p2 int OUTPUT": the second argument of sp_executesql and sp_describe_parameter_encryption. Empty text: none.
[[nodiscard]] base::Result<std::vector<ProcedureParameter>> parseParameterList(std::string_view text);

}  // namespace es::tsql
