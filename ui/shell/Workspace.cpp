#include "ui/shell/Workspace.h"

#include "ui/services/ProfileJson.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>

namespace es::ui {

using base::Result;

namespace {

constexpr int kVersion = 1;

QJsonObject toJson(const WorkspaceTab& tab)
{
    QJsonObject out{{QStringLiteral("title"), tab.title}, {QStringLiteral("path"), tab.path}, {QStringLiteral("modified"), tab.modified},
        {QStringLiteral("line"), tab.line}, {QStringLiteral("column"), tab.column}};
    if (tab.path.isEmpty() || tab.modified) out[QStringLiteral("text")] = tab.text;
    if (tab.profile) out[QStringLiteral("connection")] = profileToJson(*tab.profile);
    return out;
}

WorkspaceTab tabFromJson(const QJsonObject& in)
{
    WorkspaceTab tab;
    tab.title = in.value(QStringLiteral("title")).toString();
    tab.path = in.value(QStringLiteral("path")).toString();
    tab.text = in.value(QStringLiteral("text")).toString();
    tab.modified = in.value(QStringLiteral("modified")).toBool();
    tab.line = in.value(QStringLiteral("line")).toInt(1);
    tab.column = in.value(QStringLiteral("column")).toInt(1);
    if (in.contains(QStringLiteral("connection"))) tab.profile = profileFromJson(in.value(QStringLiteral("connection")).toObject());
    return tab;
}

} // namespace

QString defaultWorkspaceFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/workspace.json");
}

Result<void> saveWorkspace(const QString& file, const WorkspaceState& state)
{
    QJsonArray tabs;
    for (const WorkspaceTab& tab : state.tabs)
        tabs.append(toJson(tab));
    QJsonArray servers;
    for (const ConnectionProfile& profile : state.servers)
        servers.append(profileToJson(profile));
    const QJsonObject root{{QStringLiteral("version"), kVersion}, {QStringLiteral("current"), state.current}, {QStringLiteral("tabs"), tabs},
        {QStringLiteral("servers"), servers}};
    const QByteArray bytes = QJsonDocument(root).toJson(QJsonDocument::Compact);
    QDir().mkpath(QFileInfo(file).absolutePath());
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || !out.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || out.write(bytes) != bytes.size()
        || !out.commit()) {
        const QString why = QStringLiteral("The open tabs were not saved: %1.").arg(out.errorString());
        return base::makeError(kWorkspaceNotSaved, why.toStdString(), "data folder", "Save the scripts you need as files.");
    }
    return {};
}

Result<WorkspaceState> loadWorkspace(const QString& file)
{
    QFile in(file);
    if (!in.exists()) return WorkspaceState{};
    const bool opened = in.open(QIODevice::ReadOnly);
    const QJsonDocument document = QJsonDocument::fromJson(in.readAll());
    in.close();
    const QJsonObject root = document.object();
    if (!opened || !document.isObject() || root.value(QStringLiteral("version")).toInt() != kVersion) {
        const QString aside = file + QStringLiteral(".unreadable");
        QFile::remove(aside);
        QFile::rename(file, aside);
        const QString what = QStringLiteral("The tabs of the last session could not be read; the file was kept as %1.").arg(aside);
        return base::makeError(kWorkspaceUnreadable, what.toStdString(), "data folder", "Open it in a text editor to find your scripts.");
    }
    WorkspaceState state;
    state.current = root.value(QStringLiteral("current")).toInt();
    for (const QJsonValue& tab : root.value(QStringLiteral("tabs")).toArray())
        state.tabs.append(tabFromJson(tab.toObject()));
    for (const QJsonValue& server : root.value(QStringLiteral("servers")).toArray())
        state.servers.append(profileFromJson(server.toObject()));
    return state;
}

} // namespace es::ui
