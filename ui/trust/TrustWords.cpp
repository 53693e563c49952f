#include "ui/trust/TrustWords.h"

#include "ui/reports/AttestationWords.h"

#include <QCoreApplication>

namespace es::ui {

using attestation::AttestationReport;
using attestation::Verdict;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("TrustWords", text);
}

QString released(const SessionFacts& facts)
{
    const auto count = facts.keysReleased.size();
    return count == 1 ? tr("1 key released") : tr("%1 keys released").arg(count);
}

// In words short enough for the bar; what is too long stands in the inspector.
QString refusal(const AttestationReport& report)
{
    constexpr qsizetype kShort = 24;
    const attestation::RuleResult* rule = report.judgement.firstFailure();
    if (rule == nullptr) return tr("the evidence could not be read");
    if (rule->id == "policy-debug") return tr("debug mode is on");
    const QString title = ruleTitle(report.evidence.protocol, rule->id);
    const QString seen = shortHex(QString::fromStdString(rule->seen));
    return seen.isEmpty() || seen.size() > kShort ? tr("rule “%1”").arg(title) : tr("%1: %2").arg(title, seen);
}

TrustWords open(const SessionFacts& facts, std::chrono::system_clock::time_point now)
{
    const auto& report = facts.attestationReport;
    if (facts.attested && report && report->judgement.verdict == Verdict::kVerified)
        return {"verified", "shield-check", "ok", verdictWords(*report).title,
            {protocolShort(report->evidence.protocol), ageWords(report->evidence.seenAt, now), released(facts)}};
    return {"warning", "shield-warn", "warn", tr("Enclave not attested"), {tr("protocol None"), released(facts)}};
}

TrustWords withoutSession(const SessionFacts& facts)
{
    if (facts.attestation == QLatin1String("off"))
        return {"on", "shield", "accentText", tr("Encryption on, no enclave"), {tr("no key is sent to the server")}};
    if (const auto& report = facts.attestationReport) {
        if (report->judgement.verdict == Verdict::kRefused) return {"refused", "shield-x", "err", tr("Enclave refused"), {refusal(*report)}};
        if (report->judgement.verdict == Verdict::kUnreachable)
            return {"refused", "shield-x", "err", tr("Attestation unreachable"), {tr("%1 gave no proof").arg(serviceHost(report->evidence.url))}};
    }
    return {"on", "shield", "accentText", tr("Encryption on"), {tr("no enclave session needed yet")}};
}

} // namespace

QString TrustWords::sentence() const
{
    return facts.isEmpty() ? words : tr("%1. %2.").arg(words, facts.join(QStringLiteral(", ")));
}

TrustWords trustWords(HostState state, const SessionFacts& facts, std::chrono::system_clock::time_point now)
{
    switch (state) {
    case HostState::kDisconnected: return {"off", "connect", "text2", tr("Not connected"), {}};
    case HostState::kConnecting: return {"busy", "busy", "accentText", tr("Connecting…"), {}};
    case HostState::kBroken: return {"broken", "shield-x", "err", tr("Connection lost"), {tr("run again to connect anew")}};
    case HostState::kIdle:
    case HostState::kRunning:
    case HostState::kCancelling:
    case HostState::kDraining: break;
    }
    switch (facts.encryption) {
    case EncryptionIndicator::kOff: break;
    case EncryptionIndicator::kOn: return withoutSession(facts);
    case EncryptionIndicator::kEnclaveSession: return open(facts, now);
    }
    return {"off", "shield-off", "text2", tr("Always Encrypted is off"), {tr("encrypted columns are shown as stored")}};
}

} // namespace es::ui
