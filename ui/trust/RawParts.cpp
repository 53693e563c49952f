#include "ui/trust/RawParts.h"

#include "driver/enclave/AttestationResult.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QLocale>

#include <algorithm>

namespace es::ui {

using attestation::AttestationReport;
using attestation::Protocol;

namespace {

constexpr std::size_t kPerLine = 16;

QString tr(const char* text)
{
    return QCoreApplication::translate("RawParts", text);
}

QString sized(const QString& title, std::size_t size)
{
    return tr("%1, %2 bytes").arg(title, QLocale().toString(static_cast<qulonglong>(size)));
}

void addHex(QList<RawPart>& parts, const QString& title, base::ByteView bytes)
{
    if (!bytes.empty()) parts.append({sized(title, bytes.size()), hexDump(bytes)});
}

bool isText(base::ByteView bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [](base::Byte b) { return b >= 0x20 || b == '\n' || b == '\r' || b == '\t'; });
}

QByteArray toQt(base::ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

// JSON is set out in lines; other text stays as it came.
QString readable(const QByteArray& bytes)
{
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    return QString::fromUtf8(document.isObject() ? document.toJson() : bytes);
}

void addToken(QList<RawPart>& parts, const std::string& token)
{
    const QByteArray text = QByteArray::fromStdString(token);
    parts.append({sized(tr("Token as sent"), token.size()), QString::fromUtf8(text)});
    const QList<QByteArray> pieces = text.split('.');
    const QString titles[] = {tr("Token header"), tr("Token claims")};
    for (qsizetype i = 0; i < 2 && i < pieces.size(); ++i) {
        const QByteArray piece = QByteArray::fromBase64(pieces.at(i), QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        parts.append({sized(titles[i], static_cast<std::size_t>(piece.size())), readable(piece)});
    }
}

void addPem(QList<RawPart>& parts, const QString& title, const base::Bytes& der)
{
    QByteArray text = "-----BEGIN CERTIFICATE-----\n";
    const QByteArray base64 = toQt(der).toBase64();
    for (qsizetype at = 0; at < base64.size(); at += 64)
        text += base64.mid(at, 64) + '\n';
    text += "-----END CERTIFICATE-----\n\n";
    parts.append({sized(title, der.size()), QString::fromLatin1(text) + hexDump(der)});
}

void addSession(QList<RawPart>& parts, const enclave::SessionPart& session)
{
    addHex(parts, tr("Session id"), session.sessionId);
    addHex(parts, tr("Enclave's key for this session"), session.enclavePublicKey);
    addHex(parts, tr("Signature over that key"), session.signature);
}

void addResult(QList<RawPart>& parts, const attestation::Evidence& evidence)
{
    if (evidence.protocol == Protocol::kHgs) {
        const auto result = enclave::decodeHgsResult(evidence.result);
        if (!result) return;
        addHex(parts, tr("Enclave's identity key"), result->identity);
        addPem(parts, tr("Health certificate"), result->healthReport);
        addHex(parts, tr("Enclave report"), result->reportPackage);
        addSession(parts, result->session);
    } else if (evidence.protocol == Protocol::kAas) {
        const auto result = enclave::decodeAasResult(evidence.result);
        if (!result) return;
        addToken(parts, result->token);
        addHex(parts, tr("Enclave's identity key, as sent"), result->identity);
        addSession(parts, result->session);
    } else if (const auto result = enclave::decodeNoneResult(evidence.result)) {
        addSession(parts, result->session);
    }
}

} // namespace

QString hexDump(base::ByteView bytes)
{
    QString out;
    for (std::size_t at = 0; at < bytes.size(); at += kPerLine) {
        const base::ByteView line = bytes.subspan(at, std::min(kPerLine, bytes.size() - at));
        QString hex;
        QString letters;
        for (const base::Byte b : line) {
            hex += QStringLiteral("%1 ").arg(b, 2, 16, QLatin1Char('0'));
            letters += b >= 0x20 && b < 0x7f ? QChar::fromLatin1(static_cast<char>(b)) : QLatin1Char('.');
        }
        out += QStringLiteral("%1  %2 %3\n").arg(at, 6, 16, QLatin1Char('0')).arg(hex, -static_cast<int>(kPerLine * 3)).arg(letters);
    }
    return out;
}

QList<RawPart> rawParts(const AttestationReport& report)
{
    const attestation::Evidence& evidence = report.evidence;
    QList<RawPart> parts;
    QString facts;
    for (const attestation::Claim& claim : report.judgement.claims)
        facts += QStringLiteral("%1: %2\n").arg(QString::fromStdString(claim.name), QString::fromStdString(claim.value));
    if (!facts.isEmpty()) parts.append({tr("Report fields and claims"), facts});
    addResult(parts, evidence);
    addHex(parts, tr("Whole answer of the server"), evidence.result);
    addHex(parts, tr("What was sent to the server"), evidence.parameters);
    for (const attestation::ServiceDocument& document : evidence.documents) {
        const QString title = tr("%1, status %2, from %3").arg(QString::fromStdString(document.role)).arg(document.status).arg(QString::fromStdString(document.url));
        parts.append({sized(title, document.body.size()), isText(document.body) ? readable(toQt(document.body)) : hexDump(document.body)});
        for (const std::string& pem : document.tlsCertificatesPem)
            parts.append({tr("TLS certificate of %1").arg(QString::fromStdString(document.url)), QString::fromStdString(pem)});
    }
    return parts;
}

} // namespace es::ui
