#include "app/sandbox/engine/Engine.h"

#include "app/sandbox/engine/Session.h"

namespace es::sandbox {

using base::Result;

Engine::Engine(std::shared_ptr<EngineShared> shared)
    : m_shared(std::move(shared))
{
}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options)
{
    auto shared = std::make_shared<EngineShared>(std::move(options));
    ES_CHECK(shared->open());
    return std::unique_ptr<Engine>(new Engine(std::move(shared)));
}

Result<std::unique_ptr<EngineSession>> Engine::newSession(SessionOptions options)
{
    const std::string database = options.database;
    auto session = std::make_unique<Session>(m_shared, std::move(options));
    if (auto opened = session->openFirst(database); !opened) {
        const base::Error cause = std::move(opened).error();
        if (cause.server && (cause.server->number == 911 || cause.server->number == 916))
            return sqlError(4060, "Cannot open database \"" + database + "\" requested by the login. The login failed.", 0, 1, 11);
        return cause;
    }
    return std::unique_ptr<EngineSession>(std::move(session));
}

int Engine::enclaveTypeInUse() const
{
    return m_shared->settings()[kEnclaveTypeSetting].running;
}

std::optional<LoginRecord> Engine::login(std::string_view name) const
{
    const auto security = m_shared->serverSecurity();
    const ServerLogin* found = security->login(name);
    if (!found) return std::nullopt;
    return LoginRecord{found->id, found->name, found->secret, found->defaultDatabase};
}

std::string Engine::versionText() const
{
    return m_shared->versionText();
}
std::array<std::uint16_t, 3> Engine::productVersion() const
{
    return m_shared->productVersion();
}

std::vector<std::string> Engine::databaseNames() const
{
    std::vector<std::string> out;
    for (const DatabaseEntry& entry : m_shared->databases())
        out.push_back(entry.name);
    return out;
}

} // namespace es::sandbox
