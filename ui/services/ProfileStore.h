// The connections a person saved and the ones used lately, in one JSON file. Never a secret: passwords are SecretStore's.
// Thread: the thread that made it; reads and writes its small file at once.
#pragma once

#include "driver/base/Error.h"
#include "ui/services/ConnectionProfile.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QObject>

#include <optional>

namespace es::ui {

// The file was there and could not be understood: it was set aside under another name, as the text says.
inline constexpr base::ErrorCode kProfilesUnreadable{"services", "ProfilesUnreadable"};
// What was changed is known to this program only until it ends.
inline constexpr base::ErrorCode kProfilesNotWritten{"services", "ProfilesNotWritten"};

struct SavedConnection {
    QString id; // stays the same for good; also the name of the secret
    ConnectionProfile profile;
    QDateTime lastUsed; // invalid: never
    bool saved = false; // by the person, under a name; otherwise only used lately
    bool passwordSaved = false; // the secret service was given its password

    friend bool operator==(const SavedConnection&, const SavedConnection&) = default;
};

class ProfileStore : public QObject {
    Q_OBJECT
public:
    static constexpr int kRecentLimit = 20; // of those that were not saved, nor their passwords

    // Empty: connections.json in the program's configuration folder.
    explicit ProfileStore(QString file = {}, QObject* parent = nullptr);

    [[nodiscard]] QString file() const { return m_file; }
    [[nodiscard]] QList<SavedConnection> recent() const; // all of them, latest first
    [[nodiscard]] QList<SavedConnection> saved() const; // by name
    [[nodiscard]] std::optional<SavedConnection> find(const QString& id) const;
    // The entry for the same server, login and database; a saved one before one that was only used.
    [[nodiscard]] std::optional<SavedConnection> match(const ConnectionProfile& profile) const;

    // Replaces the entry with that id; an empty id makes a new one. Returns the id.
    QString save(SavedConnection connection);
    void remove(const QString& id); // a saved password is the caller's to remove
    // After a login. What a person saved keeps its settings; otherwise the latest settings are kept.
    void used(const ConnectionProfile& profile);

    // What is wrong with the file, until a write succeeds.
    [[nodiscard]] const std::optional<base::Error>& problem() const { return m_problem; }

Q_SIGNALS:
    void changed();

private:
    struct Entry {
        SavedConnection connection;
        QJsonObject unknown; // the entry as it was read: what a newer program wrote into it stays
    };

    void readIfChanged();
    void read();
    void setAside(const QString& why);
    void write();
    void touch(const QString& id);
    void dropOldest();
    [[nodiscard]] qsizetype indexOf(const QString& id) const;

    QString m_file;
    QJsonObject m_document; // as read, for the same reason
    QList<Entry> m_entries;
    QJsonArray m_strange; // entries that this program makes nothing of; written back as they are
    QByteArray m_seen; // the file's content at the last look
    std::optional<base::Error> m_problem;
    bool m_mayWrite = true;
};

} // namespace es::ui
