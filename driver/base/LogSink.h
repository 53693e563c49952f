// Where a room reports what it did. Lines carry names and sizes, never key bytes, plaintext of encrypted columns or passwords.
// Thread: implementations must allow calls from any thread.
#pragma once

#include <string_view>

namespace es::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

class LogSink {
public:
    virtual ~LogSink() = default;
    virtual void write(LogLevel level, std::string_view room, std::string_view line) = 0;

    // Drops everything: the default where nobody asked for a log.
    [[nodiscard]] static LogSink& discard();
};

}  // namespace es::base
