// A failed login in words: what happened, which field, what to do, and what a button can do about it. Thread: any (pure).
#pragma once

#include "driver/base/Error.h"
#include "ui/connect/ConnectFields.h"
#include "ui/services/ConnectionProfile.h"

namespace es::ui {

struct ConnectFailure {
    enum class Fix : quint8 {
        kNone,
        kEnterHostName,
        kChooseCaFile,
        kDefaultDatabase, // and try again
        kLongerTimeout, // and try again
        kWithoutEnclaves, // and try again
        kWithoutEncryption, // and try again
    };

    ConnectField field = ConnectField::kNone;
    QString title;
    QString text;
    QString note; // under the field
    Fix fix = Fix::kNone;
    QString fixText; // of the button; empty: none
};

[[nodiscard]] ConnectFailure explainFailure(const base::Error& error, const ConnectionProfile& profile);
// What "Allow more time" sets.
[[nodiscard]] int longerTimeoutMs(int timeoutMs);

} // namespace es::ui
