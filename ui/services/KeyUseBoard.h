// Which column keys the tables of a database use, as the explorer or a wizard read it last: sessions that run queries judge by it what a
// server may ask for (driver/session/KeyUse.h). Thread: any (locked inside).
#pragma once

#include "driver/catalog/CatalogSnapshot.h"
#include "driver/session/KeyUse.h"

#include <QString>

#include <map>
#include <memory>
#include <mutex>
#include <tuple>

namespace es::ui {

// Triggers are not in a snapshot: where a table has one, the session finds that out itself before it refuses a key.
[[nodiscard]] session::KeyUse keyUseOf(const catalog::CatalogSnapshot& snapshot);

class KeyUseBoard {
public:
    // What a login sees of a catalog may differ from what another one sees.
    void put(const std::string& server, const QString& login, std::shared_ptr<const session::KeyUse> use);
    // Null pointer: not read yet.
    [[nodiscard]] std::shared_ptr<const session::KeyUse> find(const std::string& server, const QString& login, const std::string& database) const;

private:
    using Place = std::tuple<std::string, QString, std::string>; // server, login, database
    mutable std::mutex m_mutex;
    std::map<Place, std::shared_ptr<const session::KeyUse>> m_uses;
};

} // namespace es::ui
