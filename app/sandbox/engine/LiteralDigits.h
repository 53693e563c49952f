// Whole numbers that are written down: beside a decimal they have the digits they show, not the ten of an int. Rows of VALUES alone
// keep the ten.
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Binder.h"

namespace es::sandbox {

// The type with which an operand meets one of type `other`: 3 beside a decimal is a numeric(1,0).
[[nodiscard]] types::SqlType typeBeside(const BoundExpr& expr, const types::SqlType& other);
// The same for the branches of CASE and its like: one decimal among them sizes all written whole numbers.
void sizeLiterals(const Binder& binder, std::vector<BoundExpr>& values);

} // namespace es::sandbox
