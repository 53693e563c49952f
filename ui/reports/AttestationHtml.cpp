#include "ui/reports/AttestationHtml.h"

#include "ui/reports/AttestationWords.h"

#include <QCoreApplication>
#include <QDateTime>

namespace es::ui {

using attestation::RuleVerdict;

namespace {

// Ink on paper: no grounds but a pale one behind heads, no table broken inside a row.
constexpr char kStyle[] = "body{font:14px/1.5 Inter,'Noto Sans',sans-serif;color:#1a1d21;max-width:60em;margin:2em auto;padding:0 1em}"
                          "h1{font-size:22px;margin:0 0 .2em}h2{font-size:16px;margin:1.6em 0 .4em}"
                          "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:4px 8px;border:1px solid #c7cdd6}"
                          "th{background:#f4f5f7;font-weight:600}code,.m{font-family:'JetBrains Mono','Noto Sans Mono','DejaVu Sans Mono',monospace;"
                          "font-size:12px;overflow-wrap:anywhere}.failed{color:#b3261e;font-weight:600}.ok{color:#18713f}.warn{color:#855200}"
                          "@media print{body{margin:0;max-width:none;font-size:11px}th{background:none}tr{break-inside:avoid}h2{break-after:avoid}}";

QString tr(const char* text)
{
    return QCoreApplication::translate("AttestationHtml", text);
}

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).toHtmlEscaped();
}

QString utc(TimePoint time)
{
    if (time == TimePoint()) return {};
    return QDateTime::fromMSecsSinceEpoch(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count())
        .toUTC()
        .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'"));
}

QString head(const QStringList& names)
{
    QString row = QStringLiteral("<tr>");
    for (const QString& name : names)
        row += QStringLiteral("<th scope=\"col\">") + name.toHtmlEscaped() + QStringLiteral("</th>");
    return row + QStringLiteral("</tr>\n");
}

// A fact that is not known leaves no line.
QString factRow(const QString& name, const QString& escaped)
{
    if (escaped.isEmpty()) return {};
    return QStringLiteral("<tr><th scope=\"row\">%1</th><td class=\"m\">%2</td></tr>\n").arg(name.toHtmlEscaped(), escaped);
}

QString factTable(const attestation::AttestationRecord& record)
{
    const attestation::AttestationReport& report = record.report;
    const attestation::Evidence& evidence = report.evidence;
    QString out = QStringLiteral("<table>\n");
    out += factRow(tr("Server"), text(evidence.serverName));
    out += factRow(tr("Database"), text(evidence.database));
    out += factRow(tr("Enclave type"), text(evidence.enclaveType));
    out += factRow(tr("Protocol"), protocolTitle(evidence.protocol).toHtmlEscaped());
    out += factRow(tr("Attestation service"), text(evidence.url));
    out += factRow(tr("Policy"), text(report.policy.name));
    out += factRow(tr("Policy, SHA-256"), text(attestation::policyDigest(report.policy)));
    out += factRow(tr("Root"), text(report.judgement.root.subject));
    out += factRow(tr("Root, SHA-256"), text(report.judgement.root.fingerprint));
    if (report.judgement.root.sandbox) out += factRow(tr("Kind of root"), tr("sandbox root: it proves no genuine enclave").toHtmlEscaped());
    out += factRow(tr("Judged at"), utc(evidence.seenAt));
    out += factRow(tr("Session ends"), utc(report.sessionEnds));
    if (report.failure) out += factRow(tr("Error"), text(report.failure->text));
    return out + QStringLiteral("</table>\n");
}

QString ruleTable(const attestation::AttestationReport& report)
{
    QString out = QStringLiteral("<table>\n") + head({tr("Rule"), tr("Verdict"), tr("Expected"), tr("Seen")});
    for (const attestation::RuleResult& rule : report.judgement.rules) {
        const char* look = rule.verdict == RuleVerdict::kFailed ? "failed" : rule.verdict == RuleVerdict::kPassed ? "ok" : "warn";
        out += QStringLiteral("<tr><td>%1</td><td class=\"%2\">%3</td><td class=\"m\">%4</td><td class=\"m\">%5</td></tr>\n")
                   .arg(ruleTitle(report.evidence.protocol, rule.id).toHtmlEscaped(), QString::fromLatin1(look),
                       ruleVerdictWord(rule.verdict).toHtmlEscaped(), text(rule.expected), text(rule.seen));
    }
    return out + QStringLiteral("</table>\n");
}

QString claimTable(const attestation::AttestationReport& report)
{
    QString out = QStringLiteral("<table>\n") + head({tr("Claim"), tr("Value")});
    for (const attestation::Claim& claim : report.judgement.claims)
        out += factRow(QString::fromStdString(claim.name), text(claim.value));
    return out + QStringLiteral("</table>\n");
}

QString keyTable(const std::vector<attestation::ReleasedKey>& keys)
{
    if (keys.empty()) return QStringLiteral("<p>") + tr("No key was released to this enclave.").toHtmlEscaped() + QStringLiteral("</p>\n");
    QString out = QStringLiteral("<table>\n") + head({tr("Key"), tr("Master key"), tr("Released"), tr("For the statement")});
    for (const attestation::ReleasedKey& key : keys) {
        const QString name = key.name.empty() ? tr("Key %1 of database %2").arg(key.keyId).arg(key.databaseId) : QString::fromStdString(key.name);
        out += QStringLiteral("<tr><td>%1</td><td class=\"m\">%2</td><td class=\"m\">%3</td><td class=\"m\">%4</td></tr>\n")
                   .arg(name.toHtmlEscaped(), text(key.keyPath), utc(key.releasedAt), text(key.statement));
    }
    return out + QStringLiteral("</table>\n");
}

QString heading(const QString& words)
{
    return QStringLiteral("<h2>") + words.toHtmlEscaped() + QStringLiteral("</h2>\n");
}

} // namespace

QByteArray attestationHtml(const attestation::AttestationRecord& record)
{
    const attestation::AttestationReport& report = record.report;
    const VerdictWords words = verdictWords(report);
    QString out = QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>%1</title>\n<style>%2</style>\n</head>\n<body>\n")
                      .arg(QString(words.title + QStringLiteral(" - ") + QString::fromStdString(report.evidence.serverName)).toHtmlEscaped(),
                          QString::fromLatin1(kStyle));
    out += QStringLiteral("<h1>%1</h1>\n").arg(words.title.toHtmlEscaped());
    for (const QString& sentence : {words.sentence, words.why, words.remedy})
        if (!sentence.isEmpty()) out += QStringLiteral("<p>%1</p>\n").arg(sentence.toHtmlEscaped());
    out += factTable(record);
    out += heading(tr("Rules")) + ruleTable(report);
    if (!report.judgement.claims.empty()) out += heading(tr("What the evidence says")) + claimTable(report);
    out += heading(tr("Keys released")) + keyTable(record.released);
    out += QStringLiteral("<p>%1</p>\n</body>\n</html>\n")
               .arg(tr("Saved by %1 at %2. This page is for reading; the record saved beside it can be checked again offline.")
                        .arg(QString::fromStdString(record.program), utc(record.savedAt))
                        .toHtmlEscaped());
    return out.toUtf8();
}

} // namespace es::ui
