#include "app/studio/LogFile.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <cstdio>

namespace es::studio {

namespace {

constexpr qint64 kMaxBytes = 1 << 20;
LogFile* g_qtLog = nullptr;

const char* nameOf(base::LogLevel level)
{
    switch (level) {
    case base::LogLevel::kDebug: return "debug";
    case base::LogLevel::kInfo: return "info";
    case base::LogLevel::kWarning: return "warning";
    case base::LogLevel::kError: return "error";
    }
    return "";
}

void qtMessage(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    const QByteArray line = qFormatLogMessage(type, context, text).toUtf8();
    std::fprintf(stderr, "%s\n", line.constData());
    if (g_qtLog) g_qtLog->write(type == QtDebugMsg || type == QtInfoMsg ? base::LogLevel::kInfo : base::LogLevel::kWarning, "qt", line.toStdString());
}

} // namespace

LogFile::LogFile(const QString& path)
    : m_file(path)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    if (m_file.size() > kMaxBytes) {
        QFile::remove(path + QStringLiteral(".old"));
        QFile::rename(path, path + QStringLiteral(".old"));
    }
    if (m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Text)) m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
}

QString LogFile::path() const
{
    return m_file.isOpen() ? m_file.fileName() : QString();
}

void LogFile::write(base::LogLevel level, std::string_view room, std::string_view line)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_file.isOpen()) return;
    QByteArray out = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toUtf8();
    out += ' ';
    out += nameOf(level);
    out += ' ';
    out.append(room.data(), static_cast<qsizetype>(room.size()));
    out += ": ";
    out.append(line.data(), static_cast<qsizetype>(line.size()));
    out += '\n';
    m_file.write(out);
    m_file.flush();
}

void LogFile::takeQtMessages()
{
    g_qtLog = this;
    qInstallMessageHandler(qtMessage);
}

} // namespace es::studio
