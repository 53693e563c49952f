// Runs a fuzz target without an engine: each file of the folders given, whole and cut short at every byte of its first kilobyte.
#include "Fuzz.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace {

constexpr std::size_t kCuts = 1024;

void runFile(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> read{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const es::base::Bytes bytes(read.begin(), read.end());
    for (std::size_t cut = 0; cut < bytes.size() && cut < kCuts; ++cut) {
        const es::base::Bytes part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut)); // its own buffer: no byte behind
        LLVMFuzzerTestOneInput(part.data(), part.size());
    }
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

} // namespace

int main(int count, char** arguments)
{
    std::size_t files = 0;
    for (int i = 1; i < count; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) {
            std::fprintf(stderr, "%s\n", entry.path().c_str());
            runFile(entry.path());
            ++files;
        }
    std::printf("%zu files\n", files);
    return files == 0 ? 1 : 0; // a corpus that got lost proves nothing
}
