// The part of key making that runs in the session's thread. Thread: session thread only.
#pragma once

#include "ui/services/KeyService.h"

namespace es::ui {

// Nothing: cancelled. Nothing is left in the database unless the statement ran; a key file that was made stays, since keys are
// never deleted without being asked.
[[nodiscard]] base::Result<std::optional<KeyCreated>> makeMasterKey(TaskContext& context, const NewMasterKey& request);
[[nodiscard]] base::Result<std::optional<KeyCreated>> makeEncryptionKey(TaskContext& context, const NewEncryptionKey& request);

} // namespace es::ui
