// The state of a server's secure enclave in words. Thread: any (pure).
#pragma once

#include "driver/catalog/ServerSnapshot.h"

#include <QCoreApplication>
#include <QString>

namespace es::ui {

class EnclaveWords {
    Q_DECLARE_TR_FUNCTIONS(es::ui::EnclaveWords)
public:
    // "VBS, running, 1 session, 2 keys"; "not configured"; "VBS, not running"; "VBS, running state not visible to your login".
    [[nodiscard]] static QString detail(const catalog::EnclaveStatus& status);
    // "VBS enclave" behind a server's name; empty: none, or not known.
    [[nodiscard]] static QString brief(const catalog::EnclaveStatus& status);
    // Why, and what to do next.
    [[nodiscard]] static QString toolTip(const catalog::EnclaveStatus& status);
};

} // namespace es::ui
