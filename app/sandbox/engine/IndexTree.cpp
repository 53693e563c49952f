#include "app/sandbox/engine/IndexTree.h"

#include <cstring>

namespace es::sandbox {

using base::Bytes;
using base::ByteView;
using base::Result;

base::Error brokenIndex(const std::string& name)
{
    base::Error error = sqlError(8646,
        "Unable to find index entry in the encrypted index stored as '" + name
            + "'. The index is corrupt. Run DBCC CHECKTABLE, then ALTER INDEX REBUILD.",
        0, 1, 21);
    error.remedy = "Run ALTER INDEX .. REBUILD.";
    return error;
}

Result<void> IndexTree::create()
{
    ES_CHECK(m_connection.run("CREATE TABLE " + m_name + "(page INTEGER PRIMARY KEY, level INTEGER, next INTEGER, refs BLOB, cells BLOB)"));
    IndexNode root;
    root.page = kRoot;
    root.cells = IndexCells::encode({});
    return store(root);
}

Result<void> IndexTree::drop()
{
    m_load = {};
    m_store = {};
    return m_connection.run("DROP TABLE IF EXISTS " + m_name);
}

Result<void> IndexTree::clear()
{
    ES_CHECK(m_connection.run("DELETE FROM " + m_name));
    IndexNode root;
    root.page = kRoot;
    root.cells = IndexCells::encode({});
    return store(root);
}

Result<IndexNode> IndexTree::load(std::int64_t page)
{
    if (!m_load) {
        ES_TRY(m_load, m_connection.prepare("SELECT level, next, refs, cells FROM " + m_name + " WHERE page = ?1"));
    }
    m_load.reset();
    m_load.bindInt(1, page);
    ES_TRY(const bool found, m_load.step());
    if (!found) return brokenIndex(m_name);
    IndexNode node;
    node.page = page;
    node.level = m_load.intAt(0);
    node.next = m_load.intAt(1);
    const ByteView refs = m_load.blobAt(2);
    const ByteView cells = m_load.blobAt(3);
    node.cells.assign(cells.begin(), cells.end());
    const auto parsed = IndexCells::parse(node.cells);
    const std::size_t perEntry = node.leaf() ? 8 : 16;
    if (!parsed || refs.size() != parsed->size() * perEntry) return brokenIndex(m_name);
    node.rowIds.resize(parsed->size());
    if (!refs.empty()) std::memcpy(node.rowIds.data(), refs.data(), 8 * node.size());
    if (!node.leaf()) {
        node.children.resize(parsed->size());
        if (!refs.empty()) std::memcpy(node.children.data(), refs.data() + 8 * node.size(), 8 * node.size());
        if (node.children.empty()) return brokenIndex(m_name);
    }
    m_load.reset();
    return node;
}

Result<void> IndexTree::store(const IndexNode& node)
{
    if (!m_store) {
        ES_TRY(m_store, m_connection.prepare("INSERT OR REPLACE INTO " + m_name + " VALUES(?1, ?2, ?3, ?4, ?5)"));
    }
    Bytes refs(8 * (node.rowIds.size() + node.children.size()));
    if (!node.rowIds.empty()) std::memcpy(refs.data(), node.rowIds.data(), 8 * node.rowIds.size());
    if (!node.children.empty()) std::memcpy(refs.data() + 8 * node.rowIds.size(), node.children.data(), 8 * node.children.size());
    m_store.reset();
    m_store.bindInt(1, node.page);
    m_store.bindInt(2, node.level);
    m_store.bindInt(3, node.next);
    m_store.bindBlobView(4, refs);
    m_store.bindBlobView(5, node.cells);
    ES_TRY([[maybe_unused]] const bool row, m_store.step());
    m_store.reset();
    return {};
}

Result<std::int64_t> IndexTree::lastPage()
{
    return m_connection.queryInt("SELECT max(page) FROM " + m_name);
}

std::vector<std::optional<Bytes>> IndexTree::cellsOf(const IndexNode& node)
{
    std::vector<std::optional<Bytes>> out;
    const auto cells = IndexCells::parse(node.cells);
    for (std::size_t i = 0; cells && i < cells->size(); ++i) {
        const ByteView cell = cells->at(i);
        out.push_back(cells->isNull(i) ? std::nullopt : std::optional(Bytes(cell.begin(), cell.end())));
    }
    return out;
}

} // namespace es::sandbox
