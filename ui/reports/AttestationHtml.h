// An attestation as a page to read and print: one HTML file without anything from elsewhere. Thread: any (pure).
#pragma once

#include "driver/attestation/AttestationRecord.h"

#include <QByteArray>

namespace es::ui {

// UTF-8. Names, verdict, every rule with expected and seen, claims, the root, the keys released and the statements they went out with.
[[nodiscard]] QByteArray attestationHtml(const attestation::AttestationRecord& record);

} // namespace es::ui
