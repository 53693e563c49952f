#include "ui/trust/Chain.h"

#include "ui/reports/AttestationWords.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace es::ui {

using attestation::AttestationReport;
using attestation::Protocol;
using attestation::RuleResult;
using attestation::RuleVerdict;
using attestation::Verdict;

namespace {

enum Station { kProcess, kReport, kSignature, kRoot, kStationCount };

QString tr(const char* text)
{
    return QCoreApplication::translate("Chain", text);
}

// Which station a rule speaks about, by how its id begins; the longest beginning that fits wins by standing first.
struct Place {
    std::string_view prefix;
    Station station;
};
constexpr std::array kPlaces{
    Place{"report-signature", kSignature},
    Place{"report-", kReport},
    Place{"identity-", kReport},
    Place{"enclave-type", kReport},
    Place{"total-size", kReport},
    Place{"claim-", kReport},
    Place{"sgx-", kReport},
    Place{"policy-service", kRoot},
    Place{"policy-protocol", kRoot},
    Place{"policy-", kReport},
    Place{"health-", kSignature},
    Place{"issuer-", kSignature},
    Place{"jwt-", kSignature},
    Place{"trusted-root", kRoot},
    Place{"service-", kRoot},
    Place{"signing-certificates", kRoot},
    Place{"metadata", kRoot},
    Place{"jwks", kRoot},
};

Station stationOf(const std::string& id)
{
    const auto found = std::find_if(kPlaces.begin(), kPlaces.end(), [&](const Place& place) { return std::string_view(id).starts_with(place.prefix); });
    return found == kPlaces.end() ? kProcess : found->station; // the answer itself and its session key
}

// What has to hold for the step from one station to the next.
constexpr std::array<std::string_view, 6> kBinding{"report-binding", "claim-aas-ehd", "claim-rp_data", "dh-signature", "identity-format", "identity-strength"};
constexpr std::array<std::string_view, 2> kSigned{"report-signature", "jwt-signature"};
constexpr std::array<std::string_view, 6> kIssued{"health-certificate-issuer", "issuer-authority", "issuer-validity", "jwt-issuer", "metadata-issuer", "jwks"};

template <std::size_t N> bool allHold(const AttestationReport& report, const std::array<std::string_view, N>& ids)
{
    bool any = false;
    for (const RuleResult& rule : report.judgement.rules) {
        if (std::find(ids.begin(), ids.end(), rule.id) == ids.end()) continue;
        any = true;
        if (rule.verdict != RuleVerdict::kPassed) return false;
    }
    return any;
}

QString seen(const AttestationReport& report, std::string_view id)
{
    for (const RuleResult& rule : report.judgement.rules)
        if (rule.id == id) return shortHex(QString::fromStdString(rule.seen));
    return {};
}

bool failed(const AttestationReport& report, std::string_view id)
{
    return std::any_of(report.judgement.rules.begin(), report.judgement.rules.end(),
        [&](const RuleResult& rule) { return rule.id == id && rule.verdict == RuleVerdict::kFailed; });
}

void addFact(QStringList& facts, const QString& pattern, const QString& value)
{
    if (!value.isEmpty()) facts.append(pattern.arg(value));
}

QString processDetail(const AttestationReport& report)
{
    constexpr qsizetype kHeader = 8; // of the key's bytes: kind and size
    QStringList facts{QString::fromStdString(report.evidence.serverName)};
    if (report.judgement.session && report.judgement.session->enclavePublicKey.size() > kHeader) {
        const QString key = QString::fromStdString(base::toHex(report.judgement.session->enclavePublicKey)).toUpper().mid(kHeader * 2);
        facts.append(tr("session key P-384 %1:%2…%3").arg(key.left(2), key.mid(2, 2), key.right(2)));
    }
    return facts.join(QStringLiteral(", "));
}

QString reportDetail(const AttestationReport& report)
{
    QStringList facts{QString::fromStdString(report.evidence.enclaveType)};
    switch (report.evidence.protocol) {
    case Protocol::kNone: return tr("%1, as the server says").arg(facts.first());
    case Protocol::kHgs:
        addFact(facts, tr("image %1"), seen(report, "policy-image"));
        addFact(facts, tr("secure kernel %1"), seen(report, "policy-svn-kernel"));
        addFact(facts, tr("platform %1"), seen(report, "policy-svn"));
        break;
    case Protocol::kAas:
        if (QString::compare(facts.first(), QStringLiteral("SGX"), Qt::CaseInsensitive) == 0) {
            addFact(facts, tr("signer %1"), seen(report, "sgx-signer"));
            addFact(facts, tr("product %1"), seen(report, "sgx-product"));
        } else {
            addFact(facts, tr("image %1"), seen(report, "policy-image"));
            addFact(facts, tr("platform %1"), seen(report, "policy-svn"));
        }
        break;
    }
    if (failed(report, "policy-debug")) facts.append(tr("debug mode is on"));
    return facts.join(QStringLiteral(", "));
}

QString signatureDetail(const AttestationReport& report)
{
    if (report.evidence.protocol == Protocol::kNone) return tr("Nobody vouches for this enclave");
    const QString host = serviceHost(report.evidence.url);
    const QString what = report.evidence.protocol == Protocol::kHgs ? tr("HGS health certificate") : tr("Token of %1").arg(host);
    const QString until = report.judgement.validUntil ? clockWords(*report.judgement.validUntil) : QString();
    return until.isEmpty() ? what : tr("%1, valid until %2").arg(what, until);
}

// The common name is what a person knows a certificate by.
QString nameOf(const std::string& subject)
{
    const QStringList parts = QString::fromStdString(subject).split(QLatin1Char(','));
    for (const QString& part : parts)
        if (part.trimmed().startsWith(QLatin1String("CN="))) return part.trimmed().mid(3);
    return QString::fromStdString(subject);
}

QString rootDetail(const AttestationReport& report)
{
    const attestation::TrustRoot& root = report.judgement.root;
    if (report.evidence.protocol == Protocol::kNone) return tr("None");
    if (root.subject.empty() && root.fingerprint.empty()) return tr("No root was reached");
    QStringList facts{nameOf(root.subject)};
    if (!root.fingerprint.empty()) facts.append(shortHex(QString::fromStdString(root.fingerprint)));
    if (root.sandbox) facts.append(tr("sandbox root"));
    return facts.join(QStringLiteral(", "));
}

QList<ChainLink> linksOf(const AttestationReport& report)
{
    const bool hgs = report.evidence.protocol == Protocol::kHgs;
    if (report.evidence.protocol == Protocol::kNone)
        return {{tr("a key was agreed on, with whom is not proven"), false}, {tr("signed by nobody"), false}, {tr("no issuer"), false}};
    QList<ChainLink> links{
        {hgs ? tr("this session’s key is bound into the report") : tr("this session’s key is bound into the token"), allHold(report, kBinding)},
        {hgs ? tr("report signed by the host’s health key") : tr("claims signed by the service"), allHold(report, kSigned)},
        {hgs ? tr("issued by") : tr("key published by"), allHold(report, kIssued)},
    };
    // A proof is worth something only as far as all before it hold.
    for (qsizetype i = 1; i < links.size(); ++i)
        links[i].proven = links[i].proven && links[i - 1].proven;
    return links;
}

} // namespace

Chain chainOf(const AttestationReport& report)
{
    const bool none = report.evidence.protocol == Protocol::kNone;
    const bool hgs = report.evidence.protocol == Protocol::kHgs;
    Chain chain;
    chain.nodes = {
        {"server", tr("SQL Server process"), processDetail(report), {}, {}},
        {"enclave", none ? tr("Enclave") : hgs ? tr("Enclave report") : tr("Enclave claims"), reportDetail(report), {}, {}},
        {"certificate", none ? tr("No attestation service") : hgs ? tr("Service signature") : tr("Token signature"), signatureDetail(report), {}, {}},
        {"anchor", none ? tr("No root") : tr("Root you trust"), rootDetail(report), {}, {}},
    };
    chain.links = linksOf(report);
    std::array<int, kStationCount> open{};
    for (const RuleResult& rule : report.judgement.rules) {
        const Station station = stationOf(rule.id);
        ChainNode& node = chain.nodes[station];
        const QString id = QString::fromStdString(rule.id);
        if (rule.verdict == RuleVerdict::kFailed) {
            node.rules.prepend(id);
            node.state = ChainState::kFailed;
        } else {
            node.rules.append(id);
            open[station] += rule.verdict == RuleVerdict::kNotChecked ? 1 : 0;
        }
    }
    for (int i = 0; i < kStationCount; ++i) {
        ChainNode& node = chain.nodes[i];
        const bool proven = open[static_cast<std::size_t>(i)] == 0 && !node.rules.isEmpty() && !(none && i > kProcess);
        if (node.state != ChainState::kFailed) node.state = proven ? ChainState::kProven : ChainState::kUnproven;
    }
    return chain;
}

} // namespace es::ui
