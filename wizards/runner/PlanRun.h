// The part of a run that happens in the session's thread. Thread: session thread only.
#pragma once

#include "wizards/runner/Runner.h"

#include <functional>

namespace es::wizards {

[[nodiscard]] RunEnd runPlan(ui::TaskContext& context, const Plan& plan, const std::function<void(const StepEvent&)>& tell);

// Where a step stands, from the catalog's truth. Errors: kOtherDatabase, kPlanOutOfDate (with the difference). Pure.
enum class StepState : std::uint8_t { kToDo, kDone };
[[nodiscard]] base::Result<std::vector<StepState>> stepStates(const catalog::CatalogSnapshot& snapshot, const Plan& plan);

} // namespace es::wizards
