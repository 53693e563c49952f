#include "app/sandbox/enclaveabi/LinuxSharedMemory.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace es::sandbox {

using base::Byte;

namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

base::Error systemError(std::string_view what)
{
    return base::makeError(kSharedMemory, std::string(what) + " failed: " + std::strerror(errno) + ".", {},
                           "Check the limits for memory and open files of this account.");
}

base::Result<Byte*> mapWhole(int fd, std::size_t sizeBytes)
{
    void* data = ::mmap(nullptr, sizeBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (data == MAP_FAILED)
        return systemError("mapping shared memory");
    return static_cast<Byte*>(data);
}

void pauseShortly()
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

bool severalProcessors()
{
    static const bool several = std::thread::hardware_concurrency() > 1;
    return several;
}

long futex(const SharedWord& word, int operation, std::uint32_t value, const timespec* timeout)
{
    return ::syscall(SYS_futex, &word, operation, value, timeout, nullptr, 0);
}

}  // namespace

base::Result<SharedMemory> SharedMemory::create(std::size_t sizeBytes)
{
    const int fd = ::memfd_create("enclave-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return systemError("making shared memory");
    if (::ftruncate(fd, static_cast<off_t>(sizeBytes)) != 0 || ::fcntl(fd, F_ADD_SEALS, kSeals) != 0) {
        auto error = systemError("sizing shared memory");
        ::close(fd);
        return error;
    }
    return adopt(fd, sizeBytes);
}

base::Result<SharedMemory> SharedMemory::adopt(int fd, std::size_t sizeBytes)
{
    struct stat facts {};
    const int seals = ::fcntl(fd, F_GET_SEALS);
    if (::fstat(fd, &facts) != 0 || facts.st_size != static_cast<off_t>(sizeBytes) || seals < 0 || (seals & F_SEAL_SHRINK) == 0) {
        ::close(fd);
        return base::makeError(kSharedMemory, "The shared memory offered is not of the agreed kind.");
    }
    auto data = mapWhole(fd, sizeBytes);
    if (!data) {
        ::close(fd);
        return std::move(data).error();
    }
    return SharedMemory(fd, *data, sizeBytes);
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : m_fd(std::exchange(other.m_fd, -1)), m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept
{
    if (this != &other) {
        release();
        m_fd = std::exchange(other.m_fd, -1);
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

SharedMemory::~SharedMemory()
{
    release();
}

void SharedMemory::release()
{
    if (m_data != nullptr)
        ::munmap(m_data, m_size);
    if (m_fd >= 0)
        ::close(m_fd);
    m_data = nullptr;
    m_fd = -1;
}

bool spinWhile(const SharedWord& word, std::uint32_t old, std::chrono::microseconds limit)
{
    if (!severalProcessors())
        return word.load(std::memory_order_acquire) != old;
    const auto end = std::chrono::steady_clock::now() + limit;
    do {
        for (int i = 0; i < 16; ++i) {
            if (word.load(std::memory_order_acquire) != old)
                return true;
            pauseShortly();
        }
    } while (std::chrono::steady_clock::now() < end);
    return false;
}

void waitWord(const SharedWord& word, std::uint32_t old, int timeoutMs)
{
    const int spins = severalProcessors() ? 4000 : 0;
    for (int i = 0; i < spins; ++i) {
        if (word.load(std::memory_order_acquire) != old)
            return;
        pauseShortly();
    }
    const timespec timeout{timeoutMs / 1000, static_cast<long>(timeoutMs % 1000) * 1000000L};
    futex(word, FUTEX_WAIT, old, &timeout);
}

void wakeWord(SharedWord& word)
{
    futex(word, FUTEX_WAKE, 1, nullptr);
}

}  // namespace es::sandbox
