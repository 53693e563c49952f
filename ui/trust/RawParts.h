// The bytes behind an attestation, part by part, as text to be read: tokens and documents as they are, the rest in hex. Thread: any (pure).
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <QList>
#include <QString>

namespace es::ui {

struct RawPart {
    QString title; // "Enclave report, 1368 bytes"
    QString text;
};
// What cannot be taken apart is shown whole: a refused result may be malformed.
[[nodiscard]] QList<RawPart> rawParts(const attestation::AttestationReport& report);

// Offset, sixteen bytes, characters: one line each.
[[nodiscard]] QString hexDump(base::ByteView bytes);

} // namespace es::ui
