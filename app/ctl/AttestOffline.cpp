// enclavectl attest --verify and --print-policy: what needs no server.
#include "app/ctl/AttestReport.h"
#include "app/ctl/Commands.h"
#include "app/ctl/PolicyFile.h"
#include "driver/attestation/AttestationRecord.h"
#include "driver/json/Json.h"

namespace es::ctl {

namespace {

constexpr qint64 kLargestRecord = 16 << 20;

int exitOf(AttestStatus status)
{
    return static_cast<int>(status);
}

base::Result<attestation::AttestationRecord> readRecord(const QString& path)
{
    ES_TRY(const QByteArray text, readWholeFile(path, kLargestRecord, "verify"));
    return attestation::recordFromJson(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
}

// As recorded and verified: 0. Protocol None, as recorded: nobody proved anything, then and now. Everything else is refused.
AttestStatus statusOfCheck(const attestation::RecordCheck& check)
{
    if (!check.sameAsRecorded) return AttestStatus::kRefused;
    const AttestStatus status = statusOfVerdict(check.judgement.verdict);
    return status == AttestStatus::kVerified || status == AttestStatus::kNotAttested ? status : AttestStatus::kRefused;
}

int verifyRecord(const CommandLine& line, Terminal& terminal)
{
    const auto record = readRecord(line.verifyRecord);
    if (!record) {
        terminal.error(record.error(), exitOf(AttestStatus::kUsage));
        return exitOf(AttestStatus::kUsage);
    }
    const attestation::RecordCheck check = attestation::checkRecord(*record);
    const AttestStatus status = statusOfCheck(check);
    attestation::AttestationReport now = record->report;
    now.judgement = check.judgement;
    QByteArray text;
    if (terminal.isJson()) {
        std::vector<json::Json> changed(check.changed.begin(), check.changed.end());
        auto report = json::parse(attestJson(now, status));
        if (!report) return exitOf(AttestStatus::kInternal);
        report->set("sameAsRecorded", check.sameAsRecorded).set("changedRules", std::move(changed));
        text = QByteArray::fromStdString(json::write(*report)) + '\n';
    } else {
        text = attestText(now).toUtf8();
        text += check.sameAsRecorded ? "\nThe judgement is the recorded one.\n" : "\nThe judgement is another than recorded";
        for (std::size_t i = 0; i < check.changed.size(); ++i)
            text += (i == 0 ? ": " : ", ") + QByteArray::fromStdString(check.changed[i]);
        if (!check.sameAsRecorded) text += ".\n";
    }
    return exitOf(terminal.write(text) ? status : AttestStatus::kOutput);
}

int printPolicy(const CommandLine& line, Terminal& terminal)
{
    attestation::Policy policy;
    if (!line.policyFile.isEmpty()) {
        const auto text = readPolicyFile(line.policyFile);
        auto read = text ? attestation::policyFromJson(text->toStdString()) : base::Result<attestation::Policy>(text.error());
        if (!read) {
            terminal.error(read.error(), exitOf(AttestStatus::kUsage));
            return exitOf(AttestStatus::kUsage);
        }
        policy = std::move(*read);
    }
    return exitOf(terminal.write(QByteArray::fromStdString(attestation::policyToJson(policy)) + '\n') ? AttestStatus::kVerified : AttestStatus::kOutput);
}

} // namespace

int runOffline(const CommandLine& line, Terminal& terminal)
{
    return line.verifyRecord.isEmpty() ? printPolicy(line, terminal) : verifyRecord(line, terminal);
}

} // namespace es::ctl
