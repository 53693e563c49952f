#include "app/ctl/Terminal.h"

#include "driver/json/Json.h"

namespace es::ctl {

namespace {

QByteArray toBytes(const std::string& text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

json::Json serverPart(const base::ServerError& server)
{
    json::Json object;
    object.set("number", server.number);
    object.set("severity", int{server.severity});
    object.set("state", int{server.state});
    object.set("line", server.line);
    object.set("message", server.message);
    if (!server.procedure.empty()) object.set("procedure", server.procedure);
    return object;
}

} // namespace

Terminal::Terminal(bool json)
    : m_json(json)
{
    // By number, not as FILE*: nothing stays in a buffer of the C library when the program ends in a hurry.
    constexpr int kStandardOutput = 1;
    constexpr int kStandardError = 2;
    static_cast<void>(m_out.open(kStandardOutput, QIODevice::WriteOnly | QIODevice::Unbuffered));
    static_cast<void>(m_err.open(kStandardError, QIODevice::WriteOnly | QIODevice::Unbuffered));
}

bool Terminal::write(const QByteArray& text)
{
    return m_out.write(text) == text.size();
}

void Terminal::error(const base::Error& error, int exitStatus)
{
    if (!m_json) {
        QByteArray text = toBytes(error.describe());
        if (!error.setting.empty()) text += "\nSetting: " + toBytes(error.setting);
        toStderr("enclavectl: " + text);
        return;
    }
    json::Json object;
    object.set("code", std::string(error.code.room) + "." + std::string(error.code.name));
    object.set("origin", base::originName(error.origin));
    object.set("text", error.text);
    object.set("setting", error.setting);
    object.set("remedy", error.remedy);
    if (error.server) object.set("server", serverPart(*error.server));
    object.set("exitStatus", exitStatus);
    toStderr(toBytes(json::write(json::Json{}.set("error", std::move(object)))));
}

void Terminal::message(const ui::QueryMessage& message)
{
    if (m_json) {
        json::Json object;
        object.set("kind",
            message.kind == ui::QueryMessage::Kind::kError        ? "error"
                : message.kind == ui::QueryMessage::Kind::kNotice ? "notice"
                                                                  : "information");
        object.set("text", message.text.toStdString());
        object.set("number", message.number);
        object.set("severity", message.severity);
        object.set("state", message.state);
        object.set("line", message.line);
        toStderr(toBytes(json::write(json::Json{}.set("message", std::move(object)))));
        return;
    }
    QString text;
    if (message.number != 0 && message.kind == ui::QueryMessage::Kind::kError) {
        text = QStringLiteral("Msg %1, Level %2, State %3").arg(message.number).arg(message.severity).arg(message.state);
        if (!message.procedure.isEmpty()) text += QStringLiteral(", Procedure ") + message.procedure;
        text += QStringLiteral(", Line %1\n").arg(message.line > 0 ? message.line : message.serverLine);
    }
    text += message.text;
    if (!message.remedy.isEmpty()) text += QLatin1Char('\n') + message.remedy;
    toStderr(text.toUtf8());
}

void Terminal::note(const QString& text)
{
    if (!m_json) toStderr(text.toUtf8());
}

QByteArray Terminal::quoted(const QString& text)
{
    return toBytes(json::write(json::Json(text.toStdString())));
}

void Terminal::toStderr(const QByteArray& line)
{
    m_err.write(line + '\n');
}

QByteArray factsMembers(const ui::SessionFacts& facts)
{
    const char* encryption = facts.encryption == ui::EncryptionIndicator::kOff ? "off"
        : facts.encryption == ui::EncryptionIndicator::kOn                     ? "on"
                                                                               : "enclave";
    return "\"encryption\":\"" + QByteArray(encryption) + "\",\"wire\":{\"sentBytes\":" + QByteArray::number(facts.bytesSent)
        + ",\"receivedBytes\":" + QByteArray::number(facts.bytesReceived) + ",\"roundTrips\":" + QByteArray::number(facts.roundTrips) + '}';
}

} // namespace es::ctl
