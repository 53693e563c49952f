// An Error in the words of a banner: what happened, which setting, what to do next. Thread: any (pure).
#pragma once

#include "driver/base/Error.h"

#include <QString>

namespace es::ui {

struct ErrorWords {
    int number = 0;  // of the server; 0: ours
    QString title;
    QString text;
};
[[nodiscard]] ErrorWords wordsFor(const base::Error& error);

// An enclave was refused, or the attestation service did not vouch for it: nothing was sent, and the evidence says more.
[[nodiscard]] bool isEnclaveRefused(const base::Error& error);
[[nodiscard]] bool isServiceUnreachable(const base::Error& error);

// The request ended because a key file's password is not known, or was wrong.
[[nodiscard]] bool needsKeyPassword(const base::Error& error);
[[nodiscard]] bool isWrongKeyPassword(const base::Error& error);

}  // namespace es::ui
