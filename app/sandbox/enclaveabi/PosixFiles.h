// Files of the data folder that only this user may read, and the lock that keeps two sandboxes off one folder.
// Thread: any; the lock belongs to the process.
#pragma once

#include "driver/base/SecureBytes.h"

namespace es::sandbox {

inline constexpr base::ErrorCode kFileFailed{"enclaveabi", "FileFailed"};
inline constexpr base::ErrorCode kFolderInUse{"enclaveabi", "FolderInUse"};

// Makes the folder (mode 0700) if it is missing. The absolute path comes back. Errors: kFileFailed.
base::Result<std::string> makePrivateFolder(const std::string& path);
// Whole or not at all: written beside it, then renamed. Errors: kFileFailed.
base::Result<void> writePrivateFile(const std::string& path, base::ByteView contents, unsigned mode = 0600);
// Held until the process ends, however it ends. Errors: kFolderInUse, kFileFailed.
base::Result<void> lockFolder(const std::string& folder);
// Letters and digits from the system's random source.
[[nodiscard]] base::SecureBytes randomPassword(std::size_t length);

}  // namespace es::sandbox
