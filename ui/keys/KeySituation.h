// What a key dialog has to know before a person can choose: the keys of the database, whether the server has an enclave,
// which key files there are. One task on the session. Thread: the thread that made it.
#pragma once

#include "driver/catalog/CatalogSnapshot.h"
#include "ui/services/SessionHost.h"

#include <QPointer>

#include <optional>

namespace es::ui {

class Postbox;

struct KeyFile {
    QString name;
    int keyBits = 0; // 0: not known before it is opened
    bool passwordKnown = false;
    QString problem; // why it cannot be used; empty: it can
};

struct KeySituation {
    std::shared_ptr<const catalog::CatalogSnapshot> snapshot;
    std::optional<int> enclaveInUse; // sys.configurations: 0 none, 1 VBS; nothing: the server does not know the setting
    int enclaveConfigured = 0; // takes effect after a restart
    QString keyFolder;
    QString keyFolderProblem; // empty: the folder can be read
    QList<KeyFile> keyFiles;

    [[nodiscard]] bool hasEnclave() const { return enclaveInUse.value_or(0) > 0; }
};

class KeySituationService : public QObject {
    Q_OBJECT
public:
    explicit KeySituationService(SessionHost& host, QObject* parent = nullptr);
    ~KeySituationService() override;

    // Answer: ready() or failed().
    RequestId refresh();

Q_SIGNALS:
    void ready(es::ui::RequestId id, const es::ui::KeySituation& situation);
    void failed(es::ui::RequestId id, const es::base::Error& error);

private:
    QPointer<SessionHost> m_host;
    std::shared_ptr<Postbox> m_postbox;
    RequestId m_task = RequestId::kNone;
    RequestId m_current = RequestId::kNone;
};

} // namespace es::ui
