// What is true about a window's encryption and enclave, as the trust bar says it. Thread: any (pure).
#pragma once

#include "ui/services/SessionFacts.h"

#include <QStringList>

#include <chrono>

namespace es::ui {

struct TrustWords {
    const char* look;  // of the style sheet: "verified", "warning", "refused", "on", "off", "busy", "broken"
    const char* icon;
    const char* token; // colour of icon and words
    QString words;     // "Enclave verified"
    QStringList facts; // "HGS", "3 min ago", "2 keys released": the last may be dropped first
    // The whole of it, for those who hear it: "Enclave verified, sandbox root. HGS, 3 min ago, 2 keys released."
    [[nodiscard]] QString sentence() const;
};

[[nodiscard]] TrustWords trustWords(HostState state, const SessionFacts& facts, std::chrono::system_clock::time_point now);

} // namespace es::ui
