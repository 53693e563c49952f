#include "ui/reports/AttestationWords.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>
#include <QUrl>

#include <algorithm>

namespace es::ui {

using attestation::AttestationReport;
using attestation::Protocol;
using attestation::RuleResult;
using attestation::RuleVerdict;
using attestation::Verdict;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("AttestationWords", text);
}

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

// The rules' English stands in the driver's table; translations are looked up by it.
QString translated(std::string_view english)
{
    return QCoreApplication::translate("AttestationRules", std::string(english).c_str());
}

QDateTime local(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

QString failureText(const AttestationReport& report)
{
    return report.failure ? QString::fromStdString(report.failure->text) : QString();
}

qsizetype failedCount(const AttestationReport& report)
{
    return std::count_if(report.judgement.rules.begin(), report.judgement.rules.end(),
        [](const RuleResult& rule) { return rule.verdict == RuleVerdict::kFailed; });
}

VerdictWords refused(const AttestationReport& report)
{
    VerdictWords words;
    words.title = tr("Enclave refused. No key was released.");
    const RuleResult* first = report.judgement.firstFailure();
    if (first == nullptr) {
        words.sentence = failureText(report);
        words.remedy = report.failure ? QString::fromStdString(report.failure->remedy) : QString();
        return words;
    }
    const Protocol protocol = report.evidence.protocol;
    const qsizetype failed = failedCount(report);
    const auto count = static_cast<qsizetype>(report.judgement.rules.size());
    const QString title = ruleTitle(protocol, first->id);
    words.sentence = failed == 1 ? tr("1 of %1 rules failed: %2").arg(count).arg(title)
                                 : tr("%1 of %2 rules failed, the first: %3").arg(failed).arg(count).arg(title);
    words.why = ruleWhy(protocol, first->id);
    words.remedy = ruleRemedy(protocol, first->id);
    return words;
}

VerdictWords unreachable(const AttestationReport& report)
{
    VerdictWords words;
    words.title = tr("Attestation service without answer. No key was released.");
    words.sentence = failureText(report);
    if (words.sentence.isEmpty()) words.sentence = tr("%1 did not give what the rules need.").arg(serviceHost(report.evidence.url));
    words.remedy = report.failure ? QString::fromStdString(report.failure->remedy) : QString();
    if (!report.suggestedUrl.empty()) words.remedy = tr("The service answers at %1. Change the URL of this connection.").arg(fromUtf8(report.suggestedUrl));
    return words;
}

} // namespace

QString protocolTitle(Protocol protocol)
{
    switch (protocol) {
    case Protocol::kHgs: return tr("Host Guardian Service");
    case Protocol::kAas: return tr("Microsoft Azure Attestation");
    case Protocol::kNone: break;
    }
    return tr("None");
}

QString protocolShort(Protocol protocol)
{
    switch (protocol) {
    case Protocol::kHgs: return tr("HGS");
    case Protocol::kAas: return tr("Azure Attestation");
    case Protocol::kNone: break;
    }
    return tr("protocol None");
}

VerdictWords verdictWords(const AttestationReport& report)
{
    const QString at = clockWords(report.evidence.seenAt);
    switch (report.judgement.verdict) {
    case Verdict::kVerified: {
        VerdictWords words;
        const bool sandbox = report.judgement.root.sandbox;
        words.title = sandbox ? tr("Enclave verified, sandbox root") : tr("Enclave verified");
        words.sentence = tr("by %1 at %2, policy %3").arg(protocolTitle(report.evidence.protocol), at, fromUtf8(report.policy.name));
        if (sandbox) words.remedy = tr("The chain ends in a sandbox's own root: it shows how attestation works, and proves no genuine enclave.");
        return words;
    }
    case Verdict::kNotAttested:
        return {tr("Enclave not attested"), tr("protocol None, at %1").arg(at),
            tr("The enclave is used without attestation. Encryption works, but nobody vouches for the server."),
            tr("For proof, set Protocol to the attestation service of this server.")};
    case Verdict::kRefused: return refused(report);
    case Verdict::kUnreachable: return unreachable(report);
    }
    return {};
}

QString ruleTitle(Protocol protocol, const std::string& id)
{
    const attestation::Rule* rule = attestation::findRule(protocol, id);
    return rule ? translated(rule->title) : fromUtf8(id);
}

QString ruleWhy(Protocol protocol, const std::string& id)
{
    const attestation::Rule* rule = attestation::findRule(protocol, id);
    return rule ? translated(rule->why) : QString();
}

QString ruleRemedy(Protocol protocol, const std::string& id)
{
    const attestation::Rule* rule = attestation::findRule(protocol, id);
    return rule ? translated(rule->remedy) : QString();
}

QString ruleVerdictWord(RuleVerdict verdict)
{
    switch (verdict) {
    case RuleVerdict::kPassed: return tr("holds");
    case RuleVerdict::kFailed: return tr("failed");
    case RuleVerdict::kNotChecked: break;
    }
    return tr("not checked");
}

QString failedRuleSentence(const AttestationReport& report)
{
    const RuleResult* rule = report.judgement.firstFailure();
    if (rule == nullptr) return {};
    return tr("Rule “%1”: expected %2, seen %3.")
        .arg(ruleTitle(report.evidence.protocol, rule->id), shortHex(fromUtf8(rule->expected)), shortHex(fromUtf8(rule->seen)));
}

QString clockWords(TimePoint time)
{
    if (time == TimePoint()) return {};
    const QDateTime when = local(time);
    return when.date() == QDate::currentDate() ? when.toString(QStringLiteral("HH:mm:ss")) : when.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString ageWords(TimePoint then, TimePoint now)
{
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - then).count();
    if (minutes < 0 || minutes >= 60) return clockWords(then);
    return minutes == 0 ? tr("just now") : tr("%1 min ago").arg(minutes);
}

QString shortHex(const QString& value)
{
    constexpr qsizetype kReadable = 20;
    const bool hex = std::all_of(value.begin(), value.end(), [](QChar c) { return c.isDigit() || (c.toLower() >= u'a' && c.toLower() <= u'f'); });
    if (!hex || value.size() <= kReadable) return value;
    return value.left(4).toUpper() + QLatin1Char(' ') + value.mid(4, 4).toUpper() + QStringLiteral("…");
}

QString serviceHost(const std::string& url)
{
    const QString host = QUrl(fromUtf8(url)).host();
    return host.isEmpty() ? fromUtf8(url) : host;
}

QString supportText(const AttestationReport& report)
{
    const attestation::Evidence& evidence = report.evidence;
    const VerdictWords words = verdictWords(report);
    QStringList lines{words.title, words.sentence};
    const auto fact = [&lines](const QString& name, const QString& value) {
        if (!value.isEmpty()) lines.append(name + QStringLiteral(": ") + value);
    };
    fact(tr("Server"), fromUtf8(evidence.serverName));
    fact(tr("Database"), fromUtf8(evidence.database));
    fact(tr("Enclave type"), fromUtf8(evidence.enclaveType));
    fact(tr("Protocol"), protocolTitle(evidence.protocol));
    fact(tr("Service"), fromUtf8(evidence.url));
    fact(tr("Seen at"), local(evidence.seenAt).toUTC().toString(Qt::ISODate));
    fact(tr("Policy"), fromUtf8(report.policy.name));
    if (!report.judgement.root.subject.empty())
        fact(tr("Root"), tr("%1, SHA-256 %2").arg(fromUtf8(report.judgement.root.subject), fromUtf8(report.judgement.root.fingerprint)));
    if (report.failure) fact(tr("Error"), fromUtf8(report.failure->code.name) + QStringLiteral(", ") + failureText(report));
    lines.append(QString());
    for (const RuleResult& rule : report.judgement.rules)
        lines.append(tr("%1 (%2): %3; expected %4; seen %5")
                         .arg(ruleTitle(evidence.protocol, rule.id), fromUtf8(rule.id), ruleVerdictWord(rule.verdict),
                             rule.expected.empty() ? tr("any") : fromUtf8(rule.expected), rule.seen.empty() ? QStringLiteral("–") : fromUtf8(rule.seen)));
    return lines.join(QLatin1Char('\n'));
}

} // namespace es::ui
