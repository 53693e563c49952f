// One call of Session::attest: describes a statement that is for the enclave's keys, takes the evidence, and runs nothing.
// Thread: session thread only.
#pragma once

#include "driver/session/SessionWorld.h"

namespace es::session {

// Errors: see Session::attest. The world's state holds the report.
[[nodiscard]] base::Result<Outcome> attestNow(SessionWorld& world, const std::stop_token& cancel, const std::stop_token& abandon);

}  // namespace es::session
