// What comes back at the next start: tabs with their text, saved or not, and where each was connected. Never a password.
// Thread: GUI thread only.
#pragma once

#include "driver/base/Result.h"
#include "ui/services/ConnectionProfile.h"

#include <QList>

#include <optional>

namespace es::ui {

inline constexpr base::ErrorCode kWorkspaceUnreadable{"shell", "WorkspaceUnreadable"};
inline constexpr base::ErrorCode kWorkspaceNotSaved{"shell", "WorkspaceNotSaved"};

struct WorkspaceTab {
    QString title; // of a tab without a file
    QString path; // of its file; empty: never saved
    QString text; // as it stood in the editor; of an unmodified file it is read from the file again
    bool modified = false;
    int line = 1;
    int column = 1;
    std::optional<ConnectionProfile> profile;
};

struct WorkspaceState {
    QList<WorkspaceTab> tabs;
    int current = 0;
    QList<ConnectionProfile> servers; // of the object explorer
};

// In the data folder of the user (XDG_DATA_HOME).
[[nodiscard]] QString defaultWorkspaceFile();
// Whole or not at all, readable by the user alone. Errors: kWorkspaceNotSaved.
[[nodiscard]] base::Result<void> saveWorkspace(const QString& file, const WorkspaceState& state);
// No file: an empty state. A file that cannot be understood is set aside under another name, never overwritten.
// Errors: kWorkspaceUnreadable, naming the place where it was put.
[[nodiscard]] base::Result<WorkspaceState> loadWorkspace(const QString& file);

} // namespace es::ui
