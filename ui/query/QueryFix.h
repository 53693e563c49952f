// What one button can do about an error: the choice of the fix, apart from doing it. Thread: any (pure).
#pragma once

#include "driver/base/Error.h"

#include <QString>

namespace es::ui {

enum class Fix : quint8 {
    kNone,
    kTurnOnEnclaves, // connect again with secure enclaves and run again
    kParameterize, // switch parameterization on and run again
    kReconnect, // the same settings once more
    kChangeConnection, // the connection dialog, with the failure shown at its field
    kOpenWizard, // the column has to be encrypted anew, with another collation
    kShowEvidence, // the inspector, with the rule that failed
    kUseSuggestedUrl, // the attestation service answers at another URL: take it and run again
    kRunAgain, // the same once more
    kChangeAttestation, // the connection dialog, where protocol and policy are
};

struct FixOffer {
    Fix fix = Fix::kNone;
    QString label; // of the button
};

// What the window's switches stand at when a statement fails.
struct WindowSwitches {
    bool enclaves = false;
    bool parameterize = false;
};

// `suggestedUrl`: where the attestation service was found instead; empty: not known.
[[nodiscard]] FixOffer fixForQuery(const base::Error& error, WindowSwitches switches, const QString& suggestedUrl = {});
[[nodiscard]] FixOffer fixForConnection(const base::Error& error);

} // namespace es::ui
