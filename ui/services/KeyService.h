// Makes column master keys and column encryption keys: the key itself here, its metadata in the database.
// Thread: the thread that made it.
#pragma once

#include "driver/catalog/CatalogSnapshot.h"
#include "ui/services/SessionHost.h"

#include <QHash>
#include <QPointer>

namespace es::ui {

class Postbox;

struct NewMasterKey {
    QString name; // in the database
    QString keyFile; // name of the key file, without folder and extension; empty: as `name`
    bool createFile = true; // false: the file is there already
    int keyBits = 3072; // 2048, 3072, 4096
    bool allowEnclaveComputations = true;
    bool scriptOnly = false; // makes the key file and the text, changes nothing in the database
};

struct NewEncryptionKey {
    QString name;
    QString masterKey; // name of a column master key of the database
    bool scriptOnly = false;
};

struct KeyCreated {
    QString name;
    QString keyPath; // of a column master key: what the database stores
    QString statement; // the exact T-SQL
    bool executed = false;
    bool enclaveEnabled = false;
};

class KeyService : public QObject {
    Q_OBJECT
public:
    explicit KeyService(SessionHost& host, QObject* parent = nullptr);
    ~KeyService() override;

    // Answer: created() or failed(). A password that is missing ends with keystore's kSecretNeeded, naming the key: put it
    // into the PasswordVault and ask again.
    RequestId createMasterKey(const NewMasterKey& request);
    RequestId createEncryptionKey(const NewEncryptionKey& request);

Q_SIGNALS:
    void created(es::ui::RequestId id, const es::ui::KeyCreated& key);
    void failed(es::ui::RequestId id, const es::base::Error& error);
    void cancelled(es::ui::RequestId id);

private:
    template <class Make> RequestId submit(Make make);

    QPointer<SessionHost> m_host;
    std::shared_ptr<Postbox> m_postbox;
    QHash<RequestId, RequestId> m_byTask; // the host's number to ours, until its end
};

} // namespace es::ui
