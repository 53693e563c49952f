// Answers of sp_describe_parameter_encryption, so that a repeated statement costs one round trip less. Holds no key bytes in plaintext.
// Thread: session thread only.                                                     always-encrypted-wire.md 4.2
#pragma once

#include "driver/base/Clock.h"
#include "driver/session/DescribeAnswer.h"

#include <list>
#include <memory>
#include <unordered_map>

namespace es::session {

class DescribeCache {
public:
    static constexpr std::size_t kMaxEntries = 2000;
    static constexpr std::chrono::hours kLifetime{10};

    explicit DescribeCache(const base::Clock& clock) : m_clock(clock) {}

    // What tells two statements apart: a session has one server, but USE changes the database, and other declarations another plan.
    [[nodiscard]] static std::string keyOf(std::string_view database, std::string_view declarations, std::string_view text);

    // Null when absent or too old.
    [[nodiscard]] std::shared_ptr<const DescribeAnswer> find(const std::string& key);
    // The least recently used entry makes room.
    void store(const std::string& key, std::shared_ptr<const DescribeAnswer> answer);
    void drop(const std::string& key);
    void clear();
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    struct Entry {
        std::shared_ptr<const DescribeAnswer> answer;
        std::chrono::steady_clock::time_point storedAt;
        std::list<std::string>::iterator use;
    };
    const base::Clock& m_clock;
    std::list<std::string> m_uses;  // most recently used first
    std::unordered_map<std::string, Entry> m_entries;
};

}  // namespace es::session
