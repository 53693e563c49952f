#include "app/ctl/AttestReport.h"

#include "driver/attestation/Rules.h"
#include "driver/json/Json.h"

#include <QDateTime>

namespace es::ctl {

namespace {

using attestation::AttestationReport;
using attestation::Judgement;
using attestation::Protocol;
using attestation::RuleVerdict;
using attestation::Verdict;

QString timeText(std::chrono::system_clock::time_point time)
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(milliseconds, Qt::UTC).toString(Qt::ISODate);
}

const char* ruleWord(RuleVerdict verdict)
{
    switch (verdict) {
    case RuleVerdict::kPassed: return "passed";
    case RuleVerdict::kFailed: return "FAILED";
    case RuleVerdict::kNotChecked: break;
    }
    return "not checked";
}

QString protocolTitle(Protocol protocol)
{
    switch (protocol) {
    case Protocol::kHgs: return QStringLiteral("Host Guardian Service");
    case Protocol::kAas: return QStringLiteral("Microsoft Azure Attestation");
    case Protocol::kNone: break;
    }
    return QStringLiteral("none: nobody proves who the enclave is");
}

QString titleOf(Protocol protocol, const std::string& id)
{
    const attestation::Rule* rule = attestation::findRule(protocol, id);
    return rule == nullptr ? QString::fromStdString(id) : QString::fromUtf8(rule->title.data(), static_cast<qsizetype>(rule->title.size()));
}

QString line(const char* name, const QString& value)
{
    return QStringLiteral("%1%2\n").arg(QLatin1String(name), -11).arg(value);
}

bool hasSession(const AttestationReport& report)
{
    return report.sessionEnds != std::chrono::system_clock::time_point{};
}

} // namespace

AttestStatus statusOfVerdict(Verdict verdict)
{
    switch (verdict) {
    case Verdict::kVerified: return AttestStatus::kVerified;
    case Verdict::kNotAttested: return AttestStatus::kNotAttested;
    case Verdict::kUnreachable: return AttestStatus::kUnreachable;
    case Verdict::kRefused: break;
    }
    return AttestStatus::kRefused;
}

QString verdictTitle(const Judgement& judgement)
{
    const std::string_view name = attestation::verdictName(judgement.verdict);
    QString title = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    title[0] = title[0].toUpper();
    if (judgement.root.sandbox) title += QStringLiteral(" (sandbox root)");
    return title;
}

QString attestText(const AttestationReport& report)
{
    const Judgement& judgement = report.judgement;
    const attestation::Evidence& evidence = report.evidence;
    QString text = verdictTitle(judgement) + QLatin1Char('\n');
    text += line("Server", QString::fromStdString(evidence.serverName + ", database " + evidence.database));
    text += line("Enclave", QString::fromStdString(evidence.enclaveType));
    text += line("Protocol", protocolTitle(evidence.protocol));
    if (!evidence.url.empty()) text += line("Service", QString::fromStdString(evidence.url));
    text += line("Policy", QString::fromStdString(report.policy.name));
    if (!judgement.root.subject.empty())
        text += line("Root", QString::fromStdString(judgement.root.subject) + (judgement.root.sandbox ? QStringLiteral("  [sandbox root]") : QString()));
    if (!judgement.root.fingerprint.empty()) text += line("", QStringLiteral("SHA-256 ") + QString::fromStdString(judgement.root.fingerprint));
    if (hasSession(report)) text += line("Session", QStringLiteral("until ") + timeText(report.sessionEnds));
    text += QLatin1Char('\n');
    for (const attestation::RuleResult& rule : judgement.rules) {
        text += QStringLiteral("%1 %2  expected %3; seen %4\n")
                    .arg(QLatin1String(ruleWord(rule.verdict)), -11)
                    .arg(titleOf(evidence.protocol, rule.id), -28)
                    .arg(QString::fromStdString(rule.expected), rule.seen.empty() ? QStringLiteral("nothing") : QString::fromStdString(rule.seen));
    }
    if (!report.suggestedUrl.empty())
        text += QStringLiteral("\nThe service answers at %1 instead.\n").arg(QString::fromStdString(report.suggestedUrl));
    return text;
}

std::string attestJson(const AttestationReport& report, AttestStatus status)
{
    const Judgement& judgement = report.judgement;
    std::vector<json::Json> rules;
    for (const attestation::RuleResult& rule : judgement.rules)
        rules.push_back(json::Json{}
                            .set("id", rule.id)
                            .set("title", titleOf(report.evidence.protocol, rule.id).toStdString())
                            .set("verdict", rule.verdict == RuleVerdict::kFailed ? "failed" : ruleWord(rule.verdict))
                            .set("expected", rule.expected)
                            .set("seen", rule.seen));
    json::Json object;
    object.set("verdict", std::string(attestation::verdictName(judgement.verdict)));
    object.set("sandboxRoot", judgement.root.sandbox);
    object.set("server", report.evidence.serverName);
    object.set("database", report.evidence.database);
    object.set("enclaveType", report.evidence.enclaveType);
    object.set("protocol", std::string(attestation::protocolName(report.evidence.protocol)));
    object.set("url", report.evidence.url);
    object.set("policy", report.policy.name);
    object.set("root",
        json::Json{}
            .set("subject", judgement.root.subject)
            .set("fingerprint", judgement.root.fingerprint)
            .set("sandbox", judgement.root.sandbox));
    if (hasSession(report)) object.set("sessionEnds", timeText(report.sessionEnds).toStdString());
    if (const attestation::RuleResult* failed = judgement.firstFailure()) object.set("failedRule", failed->id);
    object.set("rules", std::move(rules));
    if (report.failure) object.set("failure", report.failure->text);
    if (!report.suggestedUrl.empty()) object.set("suggestedUrl", report.suggestedUrl);
    object.set("exitStatus", static_cast<int>(status));
    return json::write(object);
}

} // namespace es::ctl
