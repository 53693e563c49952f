// SQL Server's scalar functions and @@variables: names, arguments, types; the work is done in C++ on types::Value.
// One file per family: FunctionsText, FunctionsString, FunctionsMath, FunctionsBits, FunctionsDate, FunctionsDateMake,
// FunctionsFormat, FunctionsLogic, FunctionsSystem, FunctionsVariant.
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Binder.h"

namespace es::sandbox {

struct FunctionArgs {
    Binder& binder;
    std::string_view name; // upper case
    std::vector<BoundExpr> args; // without the date part
    std::string part; // DATEADD(day, ..): "day", lower case
    std::int32_t line;
};
using FunctionBinder = base::Result<BoundExpr> (*)(FunctionArgs&);

struct FunctionSpec {
    std::string_view name; // upper case
    int minArgs;
    int maxArgs; // -1: any number
    FunctionBinder bind;
    bool datePart = false; // the first argument is a word
};

[[nodiscard]] std::span<const FunctionSpec> textFunctions();
[[nodiscard]] std::span<const FunctionSpec> mathFunctions();
[[nodiscard]] std::span<const FunctionSpec> dateFunctions();
[[nodiscard]] std::span<const FunctionSpec> dateMakers();
[[nodiscard]] std::span<const FunctionSpec> stringFunctions();
[[nodiscard]] std::span<const FunctionSpec> bitFunctions();
[[nodiscard]] std::span<const FunctionSpec> formatFunctions();
[[nodiscard]] std::span<const FunctionSpec> logicFunctions();
[[nodiscard]] std::span<const FunctionSpec> systemFunctions();
[[nodiscard]] std::span<const FunctionSpec> objectFunctions(); // OBJECT_ID and its like
[[nodiscard]] std::span<const FunctionSpec> variantFunctions();
[[nodiscard]] std::span<const FunctionSpec> securityFunctions(); // users, roles, permissions

// Null when this engine has none of that name.
[[nodiscard]] const FunctionSpec* findFunction(std::string_view upperName);
[[nodiscard]] bool isAggregateName(std::string_view upperName);
[[nodiscard]] bool isWindowOnlyName(std::string_view upperName);
// value AT TIME ZONE 'UTC'. Errors: 40517 for any other zone, 8116.
[[nodiscard]] base::Result<BoundExpr> bindAtTimeZone(Binder& binder, BoundExpr value, const BoundExpr& zone, std::int32_t line);
// Errors: 40517 for a name we do not know.
[[nodiscard]] base::Result<BoundExpr> bindGlobalVariable(Binder& binder, const std::string& name, std::int32_t line);

// --- types that do not compare, and where sql_variant may not stand (BinderComparable.cpp) ---
[[nodiscard]] bool isIncomparable(types::TypeId id); // text, ntext, image, xml
[[nodiscard]] base::Error incomparable(types::TypeId id, std::int32_t line); // 305, 306
// Errors: 206, 305, 402.
[[nodiscard]] base::Result<void> checkComparable(
    const BoundExpr& left, const BoundExpr& right, std::string_view operation, std::int32_t line);
// Errors: 257, 402, 8117.
[[nodiscard]] base::Result<void> checkArithmetic(
    tsql::BinaryOperator op, const BoundExpr& left, const BoundExpr& right, std::string_view name, std::int32_t line);
[[nodiscard]] base::Result<void> checkArguments(FunctionArgs& a); // Errors: 257, 8116

// "a.b", "[a].[b]", "db.a.b": the last two parts without their brackets, schema first.
[[nodiscard]] std::pair<std::string, std::string> objectNameParts(std::string_view name);

[[nodiscard]] std::string upperAscii(std::string_view text);

} // namespace es::sandbox
