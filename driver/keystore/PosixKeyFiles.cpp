#include "driver/keystore/PosixKeyFiles.h"

#include "driver/keystore/Errors.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace es::keystore {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;
constexpr mode_t kOwnerOnlyFile = 0600;
constexpr mode_t kOwnerOnlyFolder = 0700;

class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return m_number; }
    bool close() { return m_number < 0 || ::close(std::exchange(m_number, -1)) == 0; }

private:
    int m_number;
};

base::Error keyStoreError(base::ErrorCode code, std::string text, std::string setting, std::string remedy)
{
    base::Error error = base::makeError(code, std::move(text), std::move(setting), std::move(remedy));
    error.origin = base::Origin::kKeyStore;
    return error;
}

std::string reason(int number) { return std::strerror(number); }

bool writeAll(int descriptor, base::ByteView content)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

base::Error notWritten(const std::filesystem::path& file, int number)
{
    return keyStoreError(kKeyFolder, "The key file " + file.string() + " could not be written: " + reason(number) + ".", "key-folder",
        "Check the permissions and the free space of the key folder.");
}

}  // namespace

base::Result<base::Bytes> readKeyFile(const std::filesystem::path& file)
{
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (descriptor.number() < 0 && errno == ENOENT)
        return keyStoreError(kKeyNotFound,
            "There is no key \"" + file.stem().string() + "\" in the key folder " + file.parent_path().string() + ".", "key-folder",
            "Copy the key file of that name into the folder, or choose the folder that has it (ES_KEY_FOLDER).");
    const auto unreadable = [&](const std::string& why) {
        return keyStoreError(kKeyFileUnreadable, "The key file " + file.string() + " cannot be read: " + why + ".", "key-folder",
            "Check that the file is a key file and that its permissions let you read it.");
    };
    struct stat facts { };
    if (descriptor.number() < 0 || ::fstat(descriptor.number(), &facts) != 0) return unreadable(reason(errno));
    if (!S_ISREG(facts.st_mode) || facts.st_size > static_cast<off_t>(kMaxFileBytes)) return unreadable("it is not a key file");

    base::Bytes content(kMaxFileBytes);
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t count = ::read(descriptor.number(), content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unreadable(reason(errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    content.resize(size);
    return content;
}

base::Result<void> writeNewKeyFile(const std::filesystem::path& file, base::ByteView content)
{
    // Under another name first; link() then gives it its own in one step and fails if that is taken.
    std::string temporary = file.string() + ".XXXXXX";
    Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
    if (descriptor.number() < 0) return notWritten(file, errno);
    const bool written = ::fchmod(descriptor.number(), kOwnerOnlyFile) == 0 && writeAll(descriptor.number(), content)
        && ::fsync(descriptor.number()) == 0 && descriptor.close();
    const bool linked = written && ::link(temporary.c_str(), file.c_str()) == 0;
    const int number = errno;
    ::unlink(temporary.c_str());
    if (linked) return {};
    if (written && number == EEXIST)
        return keyStoreError(kKeyExists, "There is already a key \"" + file.stem().string() + "\" in the key folder.", "key-name",
            "Choose another name; key files are never overwritten.");
    return notWritten(file, number);
}

base::Result<void> makeKeyFolder(const std::filesystem::path& folder)
{
    std::error_code failure;
    if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), failure);
    if (!failure && ::mkdir(folder.c_str(), kOwnerOnlyFolder) != 0 && errno != EEXIST) failure.assign(errno, std::generic_category());
    if (failure || !std::filesystem::is_directory(folder, failure))
        return keyStoreError(kKeyFolder,
            "The key folder " + folder.string() + " could not be made: " + (failure ? failure.message() : "a file of that name is there")
                + ".",
            "key-folder", "Make the folder yourself, or choose another one (ES_KEY_FOLDER).");
    return {};
}

}  // namespace es::keystore
