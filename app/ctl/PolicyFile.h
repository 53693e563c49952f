// Small text files that a command line names. Thread: any.
#pragma once

#include "app/ctl/ExitStatus.h"
#include "driver/base/Result.h"

#include <QByteArray>

namespace es::ctl {

// An attestation policy, checked. Errors: kBadUsage (no such file, too large), attestation::kBadPolicy; setting "policy".
[[nodiscard]] base::Result<QString> readPolicyFile(const QString& path);
// At most `largest` bytes. Errors: kBadUsage with `setting`.
[[nodiscard]] base::Result<QByteArray> readWholeFile(const QString& path, qint64 largest, const char* setting);

} // namespace es::ctl
