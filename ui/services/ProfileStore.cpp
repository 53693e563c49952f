#include "ui/services/ProfileStore.h"

#include "ui/services/ProfileJson.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStandardPaths>
#include <QUuid>

#include <algorithm>

namespace es::ui {

namespace {

constexpr int kVersion = 1;
constexpr qint64 kLargestFile = 4 << 20;

bool sameAddress(const ConnectionProfile& a, const ConnectionProfile& b)
{
    if (a.ownSandbox && b.ownSandbox) return true; // wherever it listens this time
    if (a.user != b.user || a.database != b.database || a.host.compare(b.host, Qt::CaseInsensitive) != 0) return false;
    // A sandbox listens at another port each time; its own certificate tells that it is the same one.
    const bool sandboxes = a.environment == Environment::kSandbox && b.environment == Environment::kSandbox;
    return (a.port == b.port && a.instance.compare(b.instance, Qt::CaseInsensitive) == 0) || (sandboxes && !a.caFile.isEmpty() && a.caFile == b.caFile);
}

QString defaultFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + QStringLiteral("/connections.json");
}

} // namespace

ProfileStore::ProfileStore(QString file, QObject* parent)
    : QObject(parent)
    , m_file(file.isEmpty() ? defaultFile() : std::move(file))
{
    read();
}

QList<SavedConnection> ProfileStore::recent() const
{
    QList<SavedConnection> list;
    for (const Entry& entry : m_entries)
        list.append(entry.connection);
    std::stable_sort(list.begin(), list.end(), [](const SavedConnection& a, const SavedConnection& b) {
        return a.lastUsed.isValid() != b.lastUsed.isValid() ? a.lastUsed.isValid() : a.lastUsed > b.lastUsed;
    });
    return list;
}

QList<SavedConnection> ProfileStore::saved() const
{
    QList<SavedConnection> list = recent();
    list.removeIf([](const SavedConnection& connection) { return !connection.saved; });
    std::stable_sort(list.begin(), list.end(),
        [](const SavedConnection& a, const SavedConnection& b) { return a.profile.name.localeAwareCompare(b.profile.name) < 0; });
    return list;
}

std::optional<SavedConnection> ProfileStore::find(const QString& id) const
{
    const qsizetype index = indexOf(id);
    return index < 0 ? std::nullopt : std::optional(m_entries[index].connection);
}

std::optional<SavedConnection> ProfileStore::match(const ConnectionProfile& profile) const
{
    std::optional<SavedConnection> found;
    for (const SavedConnection& connection : recent()) {
        if (!sameAddress(connection.profile, profile)) continue;
        // Several saved ones may lead to the same place: the one of that name counts.
        if (connection.saved && connection.profile.name == profile.name) return connection;
        if (!found || (connection.saved && !found->saved)) found = connection;
    }
    return found;
}

QString ProfileStore::save(SavedConnection connection)
{
    readIfChanged();
    if (connection.id.isEmpty()) connection.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const QString id = connection.id;
    if (const qsizetype index = indexOf(id); index >= 0)
        m_entries[index].connection = std::move(connection);
    else
        m_entries.append(Entry{std::move(connection), {}});
    write();
    Q_EMIT changed();
    return id;
}

void ProfileStore::remove(const QString& id)
{
    readIfChanged();
    const qsizetype index = indexOf(id);
    if (index < 0) return;
    m_entries.removeAt(index);
    write();
    Q_EMIT changed();
}

void ProfileStore::used(const ConnectionProfile& profile)
{
    readIfChanged();
    std::optional<SavedConnection> known = match(profile);
    if (!known) {
        SavedConnection fresh;
        fresh.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        m_entries.append(Entry{fresh, {}});
        known = fresh;
    }
    SavedConnection& connection = m_entries[indexOf(known->id)].connection;
    if (!connection.saved) connection.profile = profile;
    // Later than every other one, also within the same millisecond and when the clock was set back: it is the order that counts.
    QDateTime now = QDateTime::currentDateTimeUtc();
    for (const Entry& entry : m_entries)
        if (entry.connection.lastUsed.isValid() && entry.connection.lastUsed >= now) now = entry.connection.lastUsed.addMSecs(1);
    connection.lastUsed = now;
    dropOldest();
    write();
    Q_EMIT changed();
}

void ProfileStore::dropOldest()
{
    int kept = 0;
    for (const SavedConnection& connection : recent())
        if (!connection.saved && !connection.passwordSaved && ++kept > kRecentLimit) m_entries.removeAt(indexOf(connection.id));
}

qsizetype ProfileStore::indexOf(const QString& id) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.connection.id == id; });
    return found == m_entries.end() ? -1 : found - m_entries.begin();
}

// Another studio may have written meanwhile; what it wrote is not to be lost.
void ProfileStore::readIfChanged()
{
    QFile file(m_file);
    if (file.open(QIODevice::ReadOnly) && file.read(kLargestFile) != m_seen) {
        file.close();
        read();
    }
}

void ProfileStore::read()
{
    m_problem.reset();
    m_mayWrite = true;
    QFile file(m_file);
    if (!file.exists()) return;
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestFile) {
        m_mayWrite = false;
        m_problem = base::makeError(kProfilesUnreadable,
            "The saved connections in " + m_file.toStdString() + " cannot be read"
                + (file.isOpen() ? std::string(": the file is too large.") : ": " + file.errorString().toStdString() + "."),
            "profiles", "Check who may read the file. Nothing is written to it meanwhile.");
        return;
    }
    m_seen = file.readAll();
    file.close();
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(m_seen, &parseError);
    if (!document.isObject() || !document.object().value(QLatin1String("connections")).isArray()) {
        setAside(
            parseError.error == QJsonParseError::NoError ? QStringLiteral("it is not a list of connections") : parseError.errorString());
        return;
    }
    m_document = document.object();
    m_entries.clear();
    m_strange = QJsonArray();
    for (const QJsonValue& value : m_document.value(QLatin1String("connections")).toArray()) {
        if (auto connection = savedConnectionFromJson(value.toObject()))
            m_entries.append(Entry{std::move(*connection), value.toObject()});
        else
            m_strange.append(value);
    }
}

void ProfileStore::setAside(const QString& why)
{
    QString other = m_file + QStringLiteral(".unreadable");
    for (int number = 2; QFileInfo::exists(other); ++number)
        other = m_file + QStringLiteral(".unreadable-%1").arg(number);
    m_mayWrite = QFile::rename(m_file, other);
    m_problem = base::makeError(kProfilesUnreadable, "The saved connections cannot be read: " + why.toStdString() + ".", "profiles",
        m_mayWrite ? "The file was kept as " + other.toStdString() + "; a new one is begun."
                   : "The file " + m_file.toStdString() + " could not be moved; nothing is written to it.");
}

void ProfileStore::write()
{
    if (!m_mayWrite) return;
    QJsonArray list;
    for (Entry& entry : m_entries) {
        entry.unknown = toJson(entry.connection, entry.unknown);
        list.append(entry.unknown);
    }
    for (const QJsonValue& value : std::as_const(m_strange))
        list.append(value);
    // A newer program's number stays: its members were kept too.
    m_document.insert(QLatin1String("version"), std::max(kVersion, m_document.value(QLatin1String("version")).toInt()));
    m_document.insert(QLatin1String("connections"), list);
    const QByteArray content = QJsonDocument(m_document).toJson();
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QSaveFile file(m_file);
    const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(content) == content.size() && file.commit();
    if (written) {
        m_seen = content;
        m_problem.reset();
        return;
    }
    m_problem = base::makeError(kProfilesNotWritten,
        "The saved connections were not written to " + m_file.toStdString() + ": " + file.errorString().toStdString() + ".", "profiles",
        "Check the folder and the space left; what you changed is known only until the program ends.");
}

} // namespace es::ui
