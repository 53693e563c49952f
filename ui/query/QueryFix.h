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

[[nodiscard]] FixOffer fixForQuery(const base::Error& error, WindowSwitches switches);
[[nodiscard]] FixOffer fixForConnection(const base::Error& error);

} // namespace es::ui
