// enclavectl attest: fresh evidence from the enclave of a server, judged and shown; no key is released.
#include "app/ctl/AttestReport.h"
#include "app/ctl/Commands.h"
#include "driver/attestation/AttestationRecord.h"
#include "driver/attestation/PolicyFromReport.h"
#include "ui/services/EnclaveService.h"

#include <QSaveFile>

namespace es::ctl {

namespace {

class AttestCommand : public CtlCommand {
public:
    AttestCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
        : CtlCommand(line, terminal, host)
        , m_enclave(host)
    {
        connect(&m_enclave, &ui::EnclaveService::attested, this,
            [this](ui::RequestId, const ui::EnclaveNews& news) { show(news, statusOfVerdict(news.report->judgement.verdict)); });
        connect(&m_enclave, &ui::EnclaveService::failed, this, [this](ui::RequestId, const base::Error& error, const ui::EnclaveNews& news) {
            const AttestStatus status = news.report ? statusOfVerdict(news.report->judgement.verdict) : attestStatusOf(error);
            // What the connection began with does not explain this error.
            const bool explains = news.report && news.report->failure && news.report->failure->text == error.text;
            if (!explains) return fail(error);
            m_terminal.error(error, static_cast<int>(status));
            show(news, status);
        });
        connect(&m_enclave, &ui::EnclaveService::cancelled, this, [this] { end(AttestStatus::kCancelled); });
    }

    void start() override { m_enclave.attestAgain(); }

private:
    void end(AttestStatus status) { Q_EMIT finished(static_cast<int>(status)); }

    void show(const ui::EnclaveNews& news, AttestStatus status)
    {
        if (!m_line.saveRecord.isEmpty())
            if (const auto saved = saveRecord(news); !saved) return fail(saved.error());
        if (m_line.printPolicy) return showPolicy(*news.report, status);
        const QByteArray text
            = m_terminal.isJson() ? QByteArray::fromStdString(attestJson(*news.report, status)) + '\n' : attestText(*news.report).toUtf8();
        end(m_terminal.write(text) ? status : AttestStatus::kOutput);
    }

    void showPolicy(const attestation::AttestationReport& report, AttestStatus status)
    {
        if (status != AttestStatus::kVerified) {
            m_terminal.note(QStringLiteral("%1: no policy is made from an enclave that is not verified.").arg(verdictTitle(report.judgement)));
            return end(status);
        }
        const auto policy = attestation::policyFromReport(report);
        if (!policy) return fail(policy.error());
        m_terminal.note(verdictTitle(report.judgement) + QStringLiteral(": this policy accepts what was seen now."));
        end(m_terminal.write(QByteArray::fromStdString(attestation::policyToJson(*policy)) + '\n') ? status : AttestStatus::kOutput);
    }

    base::Result<void> saveRecord(const ui::EnclaveNews& news)
    {
        const attestation::AttestationRecord record{
            *news.report, news.keysReleased, "Enclave Studio " ES_VERSION " (enclavectl)", std::chrono::system_clock::now(), true};
        const QByteArray text = QByteArray::fromStdString(attestation::recordToJson(record));
        QSaveFile file(m_line.saveRecord);
        if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit()) return {};
        return base::makeError({"reports", "WriteFailed"},
            "The record could not be written to " + m_line.saveRecord.toStdString() + ": " + file.errorString().toStdString() + ".",
            "save-record", "Choose another place for it.");
    }

    ui::EnclaveService m_enclave;
};

} // namespace

std::unique_ptr<CtlCommand> makeAttestCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
{
    return std::make_unique<AttestCommand>(line, terminal, host);
}

} // namespace es::ctl
