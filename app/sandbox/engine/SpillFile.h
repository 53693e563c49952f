// A file without a name for what does not fit into memory for a while: encrypted cells on their way into order. It lies beside the
// database and is gone with the object, or with the process. Errors: 1105 (the disk is full or does not work).
// Thread: one at a time.
#pragma once

#include "driver/base/Bytes.h"
#include "driver/base/Result.h"

#include <cstdio>
#include <memory>
#include <string>

namespace es::sandbox {

class SpillFile {
public:
    struct Place {
        std::uint64_t offset = 0;
        std::size_t sizeBytes = 0;
    };
    // `folder` empty: the system's place for temporary files. Nothing is made before the first append().
    explicit SpillFile(std::string folder) : m_folder(std::move(folder)) { }

    [[nodiscard]] base::Result<Place> append(base::ByteView bytes);
    [[nodiscard]] base::Result<void> read(const Place& place, base::Bytes& out);

private:
    struct Close {
        void operator()(std::FILE* file) const { (void)std::fclose(file); }
    };
    base::Result<void> open();

    std::string m_folder;
    std::unique_ptr<std::FILE, Close> m_file;
    std::uint64_t m_end = 0;
};

} // namespace es::sandbox
