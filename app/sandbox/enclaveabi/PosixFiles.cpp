#include "app/sandbox/enclaveabi/PosixFiles.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace es::sandbox {

using base::Byte;
using base::ByteView;

namespace {

base::Error failed(std::string_view what, const std::string& path)
{
    return base::makeError(kFileFailed, std::string(what) + " " + path + " failed: " + std::strerror(errno) + ".", "data",
                           "Choose a folder that this account may write to.");
}

bool writeAll(int fd, ByteView bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

base::Result<std::string> makePrivateFolder(const std::string& path)
{
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(path, error);
    std::filesystem::create_directories(whole.parent_path(), error);
    if (::mkdir(whole.c_str(), 0700) != 0 && errno != EEXIST)
        return failed("Making the folder", whole.string());
    if (!std::filesystem::is_directory(whole, error)) {
        errno = ENOTDIR;
        return failed("Using the folder", whole.string());
    }
    return whole.string();
}

base::Result<void> writePrivateFile(const std::string& path, ByteView contents, unsigned mode)
{
    const std::string beside = path + ".new";
    ::unlink(beside.c_str());
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return failed("Writing the file", path);
    const bool written = writeAll(fd, contents) && ::fsync(fd) == 0;
    ::close(fd);
    if (!written || ::rename(beside.c_str(), path.c_str()) != 0)
        return failed("Writing the file", path);
    return {};
}

base::Result<void> lockFolder(const std::string& folder)
{
    const std::string path = folder + "/lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);  // stays open: the lock ends with the process
    if (fd < 0)
        return failed("Opening the file", path);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
        return {};
    ::close(fd);
    return base::makeError(kFolderInUse, "Another sandbox is running on the folder " + folder + ".", "data",
                           "End it first, or choose another folder.");
}

base::SecureBytes randomPassword(std::size_t length)
{
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    static_assert(kLetters.size() == 64);  // no bias
    base::SecureBytes password(length);
    const std::span<Byte> bytes = password.revealMutable(base::SecretAccess::forStorage());
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t got = ::getrandom(bytes.data() + done, bytes.size() - done, 0);
        if (got < 0 && errno != EINTR)
            std::abort();  // without a random source there is no password worth having
        done += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    for (Byte& byte : bytes)
        byte = static_cast<Byte>(kLetters[byte % 64]);
    return password;
}

}  // namespace es::sandbox
