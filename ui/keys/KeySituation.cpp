#include "ui/keys/KeySituation.h"

#include "ui/services/KeyStores.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/Postbox.h"
#include "ui/services/SessionQuestions.h"

namespace es::ui {

namespace {

base::Result<bool> readEnclave(TaskContext& context, KeySituation& situation)
{
    ES_TRY(const auto rows, ask(context, catalog::queryText(catalog::ServerQuestion::kEnclaveConfiguration)));
    if (!rows) return false;
    ES_TRY(const auto found, catalog::readEnclaveConfiguration(*rows));
    if (found) {
        situation.enclaveConfigured = static_cast<int>(found->configured);
        situation.enclaveInUse = static_cast<int>(found->inUse);
    }
    return true;
}

// A signature is as long as the key: the way to learn both the length and whether the file opens.
KeyFile lookAt(keystore::KeyFileProvider& files, const PasswordVault& vault, const std::string& name)
{
    KeyFile file;
    file.name = QString::fromStdString(name);
    file.passwordKnown = vault.find(name).has_value();
    const auto signature = files.signCmkMetadata(name, true);
    if (signature) {
        file.keyBits = static_cast<int>(signature->size() * 8);
    } else if (signature.error().code.name == "WrongPassword") {
        file.passwordKnown = false;
    } else if (signature.error().code.name != "SecretNeeded") {
        file.problem = QString::fromStdString(signature.error().text);
    }
    return file;
}

void readKeyFiles(TaskContext& context, KeySituation& situation)
{
    const auto files = context.keyStores.keyFiles();
    if (!files) {
        situation.keyFolderProblem = QString::fromStdString(files.error().describe());
        return;
    }
    situation.keyFolder = QString::fromStdString((*files)->folder().string());
    const auto names = (*files)->listKeys();
    if (!names) {
        situation.keyFolderProblem = QString::fromStdString(names.error().describe());
        return;
    }
    for (const std::string& name : *names) {
        if (context.stop.stop_requested()) return;
        situation.keyFiles.append(lookAt(**files, context.keyStores.vault(), name));
    }
}

base::Result<std::optional<KeySituation>> readSituation(TaskContext& context)
{
    KeySituation situation;
    ES_TRY(auto snapshot, readCatalog(context));
    if (!snapshot) return std::optional<KeySituation>{};
    situation.snapshot = std::make_shared<const catalog::CatalogSnapshot>(std::move(*snapshot));
    ES_TRY(const bool completed, readEnclave(context, situation));
    if (!completed) return std::optional<KeySituation>{};
    readKeyFiles(context, situation);
    return std::optional(std::move(situation));
}

} // namespace

KeySituationService::KeySituationService(SessionHost& host, QObject* parent)
    : QObject(parent)
    , m_host(&host)
    , m_postbox(std::make_shared<Postbox>(this))
{
    connect(&host, &SessionHost::taskRefused, this, [this](RequestId task, const base::Error& error) {
        if (task == m_task) Q_EMIT failed(m_current, error);
    });
}

KeySituationService::~KeySituationService()
{
    m_postbox->close();
}

RequestId KeySituationService::refresh()
{
    const RequestId id = nextRequestId();
    m_current = id;
    if (!m_host) return id;
    m_task = m_host->submit([this, id, postbox = m_postbox](TaskContext& context) {
        auto situation = readSituation(context);
        if (!situation)
            postbox->post([this, id, error = situation.error()] { Q_EMIT failed(id, error); });
        else if (*situation)
            postbox->post([this, id, found = std::move(**situation)] {
                if (id == m_current) Q_EMIT ready(id, found);
            });
    });
    return id;
}

} // namespace es::ui
