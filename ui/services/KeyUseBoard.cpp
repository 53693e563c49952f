#include "ui/services/KeyUseBoard.h"

namespace es::ui {

session::KeyUse keyUseOf(const catalog::CatalogSnapshot& snapshot)
{
    session::KeyUse use;
    use.database = snapshot.database;
    for (const catalog::Table& table : snapshot.tables) {
        use.tables.push_back({table.schema, table.name});
        for (const catalog::Column& column : table.columns)
            if (column.encryptionKeyId != 0)
                use.columns.push_back({table.schema, table.name, column.name, static_cast<std::uint32_t>(column.encryptionKeyId)});
    }
    for (const catalog::ColumnEncryptionKey& key : snapshot.encryptionKeys)
        use.keys.push_back({key.name, static_cast<std::uint32_t>(key.id)});
    return use;
}

void KeyUseBoard::put(const std::string& server, const QString& login, std::shared_ptr<const session::KeyUse> use)
{
    const std::lock_guard lock(m_mutex);
    const Place place{server, login, use->database};
    m_uses.insert_or_assign(place, std::move(use));
}

std::shared_ptr<const session::KeyUse> KeyUseBoard::find(const std::string& server, const QString& login, const std::string& database) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_uses.find({server, login, database});
    return found == m_uses.end() ? nullptr : found->second;
}

} // namespace es::ui
