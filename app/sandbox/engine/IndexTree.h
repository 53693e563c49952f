// The pages of one index on an enclave-enabled randomized column, as rows of a SQLite table: page, level (0: leaf), next leaf, refs
// (row ids, in inner pages children too), cells (enclaveabi/IndexSearch.h). The root is page 1 for ever. Entries order by plaintext,
// NULL first, equal ones by row id; in an inner page an entry is the least that its child may hold, the first of a page excepted.
// Thread: session thread only; whoever writes has a write transaction around it.
#pragma once

#include "app/sandbox/enclaveabi/IndexSearch.h"
#include "app/sandbox/engine/Sqlite.h"

#include <map>

namespace es::sandbox {

struct IndexEntry {
    std::int64_t rowId = 0;
    std::optional<base::Bytes> cell; // none: NULL
};

struct IndexNode {
    std::int64_t page = 0;
    std::int64_t level = 0;
    std::int64_t next = 0; // leaves: the one to the right; 0: none
    std::vector<std::int64_t> rowIds;
    std::vector<std::int64_t> children; // of inner pages, as many as rowIds
    base::Bytes cells; // as stored

    [[nodiscard]] bool leaf() const { return level == 0; }
    [[nodiscard]] std::size_t size() const { return rowIds.size(); }
};

class IndexTree {
public:
    static constexpr std::int64_t kRoot = 1;
    static constexpr std::size_t kMaxEntries = 128; // per page: searched in seven steps, some 9 KB to carry
    static constexpr std::size_t kSplitEntries = 96; // what a page that overflowed is cut into, at most

    IndexTree(Connection& connection, std::string name)
        : m_connection(connection)
        , m_name(std::move(name))
    {
    }

    [[nodiscard]] base::Result<void> create(); // empty, with its root
    [[nodiscard]] base::Result<void> drop();
    [[nodiscard]] base::Result<void> clear();
    // Errors: 8646 when the page is not there or does not hold together.
    [[nodiscard]] base::Result<IndexNode> load(std::int64_t page);
    [[nodiscard]] base::Result<void> store(const IndexNode& node); // adds or replaces
    [[nodiscard]] base::Result<std::int64_t> lastPage();

    [[nodiscard]] static std::vector<std::optional<base::Bytes>> cellsOf(const IndexNode& node);
    [[nodiscard]] const std::string& name() const { return m_name; }

private:
    Connection& m_connection;
    std::string m_name;
    SqliteStatement m_load;
    SqliteStatement m_store;
};

[[nodiscard]] base::Error brokenIndex(const std::string& name); // 8646

} // namespace es::sandbox
