#include "driver/session/DescribeCache.h"

namespace es::session {

namespace {

void appendSized(std::string& key, std::string_view part)
{
    key += std::to_string(part.size());
    key += ':';
    key += part;
}

} // namespace

// Each part carries its size, so that no two different triples give the same key.
std::string DescribeCache::keyOf(std::string_view database, std::string_view declarations, std::string_view text)
{
    std::string key;
    key.reserve(database.size() + declarations.size() + text.size() + 24);
    appendSized(key, database);
    appendSized(key, declarations);
    key += text;
    return key;
}

std::shared_ptr<const DescribeAnswer> DescribeCache::find(const std::string& key)
{
    const auto found = m_entries.find(key);
    if (found == m_entries.end()) return nullptr;
    if (m_clock.now() - found->second.storedAt >= kLifetime) {
        drop(key);
        return nullptr;
    }
    m_uses.splice(m_uses.begin(), m_uses, found->second.use);
    return found->second.answer;
}

void DescribeCache::store(const std::string& key, std::shared_ptr<const DescribeAnswer> answer)
{
    drop(key);
    if (m_entries.size() >= kMaxEntries) drop(std::string(m_uses.back()));
    m_uses.push_front(key);
    m_entries.emplace(key, Entry{std::move(answer), m_clock.now(), m_uses.begin()});
}

void DescribeCache::drop(const std::string& key)
{
    const auto found = m_entries.find(key);
    if (found == m_entries.end()) return;
    m_uses.erase(found->second.use);
    m_entries.erase(found);
}

void DescribeCache::clear()
{
    m_entries.clear();
    m_uses.clear();
}

} // namespace es::session
