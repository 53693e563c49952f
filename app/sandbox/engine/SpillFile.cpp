#include "app/sandbox/engine/SpillFile.h"

#include "app/sandbox/engine/Errors.h"

#include <atomic>

namespace es::sandbox {

using base::Result;

namespace {

base::Error failed()
{
    base::Error error = sqlError(1105, "Could not use temporary space beside the database: the disk is full or does not work.", 0, 1, 17);
    error.remedy = "Free space on the disk that holds the data folder, then run the statement again.";
    return error;
}

} // namespace

Result<void> SpillFile::open()
{
    if (m_file) return {};
    if (m_folder.empty()) {
        m_file.reset(std::tmpfile());
    } else {
        static std::atomic<std::uint64_t> number{0};
        const std::string path = m_folder + "/es-spill-" + std::to_string(number++) + ".tmp";
        (void)std::remove(path.c_str()); // of a server that was killed between the next two lines
        m_file.reset(std::fopen(path.c_str(), "w+bx"));
        (void)std::remove(path.c_str());
    }
    if (!m_file) return failed();
    (void)std::setvbuf(m_file.get(), nullptr, _IONBF, 0); // blocks are large, and nothing else should keep them
    return {};
}

Result<SpillFile::Place> SpillFile::append(base::ByteView bytes)
{
    ES_CHECK(open());
    const Place place{m_end, bytes.size()};
    if (std::fseek(m_file.get(), static_cast<long>(m_end), SEEK_SET) != 0 || std::fwrite(bytes.data(), 1, bytes.size(), m_file.get()) != bytes.size())
        return failed();
    m_end += bytes.size();
    return place;
}

Result<void> SpillFile::read(const Place& place, base::Bytes& out)
{
    out.resize(place.sizeBytes);
    if (!m_file || std::fseek(m_file.get(), static_cast<long>(place.offset), SEEK_SET) != 0
        || std::fread(out.data(), 1, out.size(), m_file.get()) != out.size())
        return failed();
    return {};
}

} // namespace es::sandbox
