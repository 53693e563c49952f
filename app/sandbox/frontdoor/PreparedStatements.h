// The handles of one connection: sp_prepare and sp_prepexec make them, sp_execute uses them. Thread: the session thread.
#pragma once

#include "app/sandbox/engine/EngineSession.h"

#include <map>

namespace es::sandbox {

struct PreparedStatement {
    std::string text;
    base::Bytes rawUtf16;      // what the enclave package's hash covers
    std::string declarations;
    bool isProcedure = false;  // `text` is a procedure's name, called with whatever parameters come
};

class PreparedStatements {
public:
    static constexpr std::size_t kMaxHandles = 50'000;

    // Nothing when there are too many.
    std::optional<std::int32_t> add(PreparedStatement statement)
    {
        if (m_statements.size() >= kMaxHandles)
            return std::nullopt;
        m_statements.emplace(++m_last, std::move(statement));
        return m_last;
    }
    [[nodiscard]] const PreparedStatement* find(std::int32_t handle) const
    {
        const auto found = m_statements.find(handle);
        return found == m_statements.end() ? nullptr : &found->second;
    }
    bool remove(std::int32_t handle) { return m_statements.erase(handle) > 0; }
    void clear() { m_statements.clear(); }

private:
    std::map<std::int32_t, PreparedStatement> m_statements;
    std::int32_t m_last = 0;
};

}  // namespace es::sandbox
