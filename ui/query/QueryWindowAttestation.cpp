// What a query window does about its enclave: attest again, say why one was refused, try the service where it was found.
#include "ui/query/QueryWindow.h"

#include "ui/query/QueryBar.h"
#include "ui/reports/AttestationWords.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/ErrorWords.h"

#include <QClipboard>
#include <QGuiApplication>

namespace es::ui {

void QueryWindow::wireAttestation()
{
    connect(m_trust, &TrustBar::evidenceRequested, this, &QueryWindow::evidenceRequested);
    connect(m_banner, &Banner::secondRequested, this, &QueryWindow::copyDetails);
    connect(&m_enclave, &EnclaveService::attested, this, [this](RequestId, const EnclaveNews& news) { endAttesting(news.report, std::nullopt); });
    connect(&m_enclave, &EnclaveService::failed, this, [this](RequestId, const base::Error& error, const EnclaveNews& news) {
        // The report of an earlier attestation says nothing about this one.
        endAttesting(isEnclaveRefused(error) || isServiceUnreachable(error) ? news.report : nullptr, error);
    });
    connect(&m_enclave, &EnclaveService::cancelled, this, [this] { endAttesting(nullptr, std::nullopt); });
}

void QueryWindow::attestAgain()
{
    if (!m_host.isConnected() || m_query.isRunning() || !m_attesting.isEmpty()) return;
    const QString host = serviceHost(m_profile.attestationUrl.toStdString());
    m_attesting = host.isEmpty() ? tr("agreeing on a key") : tr("waiting for %1").arg(host);
    m_trust->showAttesting(m_attesting);
    Q_EMIT trustChanged();
    m_enclave.attestAgain();
}

void QueryWindow::endAttesting(const std::shared_ptr<const attestation::AttestationReport>& report, const std::optional<base::Error>& error)
{
    m_attesting.clear();
    m_trust->showAttesting({});
    Q_EMIT attestationEnded(report, error);
    Q_EMIT trustChanged();
}

void QueryWindow::explainAttestation(const base::Error& error, const std::shared_ptr<const attestation::AttestationReport>& report)
{
    const QString suggested = report ? QString::fromStdString(report->suggestedUrl) : QString();
    const FixOffer offer = fixForQuery(error, {}, suggested);
    ErrorWords words = wordsFor(error);
    const attestation::RuleResult* rule = report ? report->judgement.firstFailure() : nullptr;
    if (isEnclaveRefused(error) && rule != nullptr) {
        if (rule->id.starts_with("policy-")) words.title = tr("Not sent: the enclave was refused by the policy of this connection");
        words.text = failedRuleSentence(*report) + QLatin1Char(' ') + tr("Nothing was sent to the server and no key was released.");
    }
    m_fix = offer.fix;
    m_details = QString::fromStdString(error.describe());
    if (report) m_details += QStringLiteral("\n\n") + supportText(*report);
    m_banner->showMessage(Banner::Kind::kError, words.title, words.text, offer.label, tr("Copy"));
}

void QueryWindow::copyDetails()
{
    QGuiApplication::clipboard()->setText(m_details);
    Q_EMIT statusChanged(tr("Copied"));
}

void QueryWindow::useSuggestedUrl()
{
    const auto& report = m_host.facts().attestationReport;
    if (!report || report->suggestedUrl.empty() || !m_request) return;
    auto changed = std::make_shared<ConnectionRequest>();
    changed->profile = m_request->profile;
    changed->password = m_request->password.clone();
    changed->profile.attestationUrl = QString::fromStdString(report->suggestedUrl);
    m_runAfterConnect = true;
    connectTo(std::move(changed));
}

} // namespace es::ui
