#include "driver/session/KeyUseReader.h"

#include "driver/session/Errors.h"
#include "driver/types/RowForm.h"

#include <optional>

namespace es::session {

namespace {

constexpr std::string_view kQuery
    = "SELECT DB_NAME() AS name, DB_ID() AS id; "
      "SELECT s.name AS schema_name, t.name AS table_name FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id "
      "WHERE t.object_id NOT IN (SELECT o.parent_object_id FROM sys.objects AS o WHERE o.type = 'TR'); "
      "SELECT s.name AS schema_name, t.name AS table_name, c.name AS column_name, c.column_encryption_key_id FROM sys.columns AS c "
      "JOIN sys.tables AS t ON t.object_id = c.object_id JOIN sys.schemas AS s ON s.schema_id = t.schema_id "
      "WHERE c.column_encryption_key_id IS NOT NULL; "
      "SELECT k.name, k.column_encryption_key_id FROM sys.column_encryption_keys AS k;";
constexpr std::size_t kResultSets = 4;

// Reads one result set by position and remembers whether a cell was not what it should be.
class Cells {
public:
    explicit Cells(const CollectedResultSet& set) : m_set(set) {}

    [[nodiscard]] std::size_t rows() const { return m_set.rowCount(); }
    [[nodiscard]] bool ok() const { return m_ok; }
    std::string text(std::size_t row, std::size_t column)
    {
        auto value = at(row, column);
        auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
        m_ok = m_ok && text != nullptr;
        return m_ok ? std::move(*text) : std::string();
    }
    std::uint32_t number(std::size_t row, std::size_t column)
    {
        const auto value = at(row, column);
        const auto* number = value ? std::get_if<std::int64_t>(&*value) : nullptr;
        m_ok = m_ok && number != nullptr && *number >= 0;
        return m_ok ? static_cast<std::uint32_t>(*number) : 0;
    }

private:
    std::optional<types::Value> at(std::size_t row, std::size_t column)
    {
        if (column >= m_set.columns->size() || m_set.isNull(row, column)) return std::nullopt;
        auto value = types::decodeRowForm(m_set.cell(row, column), (*m_set.columns)[column].type);
        return value ? std::optional(std::move(value).value()) : std::nullopt;
    }

    const CollectedResultSet& m_set;
    bool m_ok = true;
};

} // namespace

Statement keyUseStatement()
{
    return {std::string(kQuery), {}, StatementEncryption::kOff};
}

base::Result<KeyUse> keyUseOf(const CollectingSink& answer)
{
    const auto unreadable = [] {
        return base::makeError(kCatalogUnreadable, "What the catalog says about encrypted columns could not be read.", "database",
            "No key was sent. Check that this login may see the database's definitions (VIEW ANY COLUMN ENCRYPTION KEY DEFINITION).");
    };
    if (answer.resultSets.size() != kResultSets) return unreadable();
    Cells database(answer.resultSets[0]), tables(answer.resultSets[1]), columns(answer.resultSets[2]), keys(answer.resultSets[3]);
    if (database.rows() != 1) return unreadable();
    KeyUse use;
    use.database = database.text(0, 0);
    use.databaseId = database.number(0, 1);
    for (std::size_t row = 0; row < tables.rows(); ++row)
        use.tables.push_back({tables.text(row, 0), tables.text(row, 1)});
    for (std::size_t row = 0; row < columns.rows(); ++row)
        use.columns.push_back({columns.text(row, 0), columns.text(row, 1), columns.text(row, 2), columns.number(row, 3)});
    for (std::size_t row = 0; row < keys.rows(); ++row)
        use.keys.push_back({keys.text(row, 0), keys.number(row, 1)});
    if (!database.ok() || !tables.ok() || !columns.ok() || !keys.ok()) return unreadable();
    return use;
}

} // namespace es::session
