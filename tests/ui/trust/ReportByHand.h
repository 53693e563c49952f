// Attestation reports made by hand: every rule of the protocol with the verdict that a test wants. Thread: any.
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <memory>

namespace es::test {

using attestation::AttestationReport;
using attestation::Protocol;
using attestation::RuleVerdict;
using attestation::Verdict;

inline AttestationReport reportByHand(Protocol protocol, Verdict verdict)
{
    AttestationReport report;
    report.evidence.protocol = protocol;
    report.evidence.url = protocol == Protocol::kHgs ? "https://hgs.bastion.local/hgs-attestation"
        : protocol == Protocol::kAas                 ? "https://contoso.weu.attest.azure.net/attest/SgxEnclave"
                                                     : "";
    report.evidence.enclaveType = protocol == Protocol::kAas ? "SGX" : "VBS";
    report.evidence.serverName = "sql-prod-02.contoso.com,1433";
    report.evidence.database = "ContosoHR";
    report.evidence.seenAt = std::chrono::system_clock::now();
    report.evidence.result = {'E', 'S', 0, 1, 2, 3};
    report.evidence.parameters = base::Bytes(104, 0x5a);
    report.judgement.verdict = verdict;
    for (const attestation::Rule& rule : attestation::rulesOf(protocol))
        report.judgement.rules.push_back({std::string(rule.id), RuleVerdict::kPassed, "as expected", "as expected"});
    if (protocol != Protocol::kNone) {
        report.judgement.root = {"CN=hgs.bastion.local signing,O=Contoso", std::string(64, '4'), false};
        report.judgement.claims = {{"ImageId", "19171200010520130005140312012205"}};
        report.judgement.validUntil = report.evidence.seenAt + std::chrono::hours(8);
    }
    enclave::SessionPart session;
    session.enclavePublicKey = base::Bytes(104, 0x3f);
    report.judgement.session = session;
    report.sessionEnds = report.evidence.seenAt + std::chrono::hours(8);
    return report;
}

inline attestation::RuleResult& ruleOf(AttestationReport& report, std::string_view id)
{
    for (attestation::RuleResult& rule : report.judgement.rules)
        if (rule.id == id) return rule;
    std::abort();
}

inline AttestationReport verifiedReport()
{
    AttestationReport report = reportByHand(Protocol::kHgs, Verdict::kVerified);
    ruleOf(report, "policy-image") = {"policy-image", RuleVerdict::kPassed, "19171200010520130005140312012205", "19171200010520130005140312012205"};
    ruleOf(report, "policy-svn") = {"policy-svn", RuleVerdict::kPassed, ">= 1", "1"};
    ruleOf(report, "policy-svn-kernel") = {"policy-svn-kernel", RuleVerdict::kPassed, ">= 0", "1"};
    return report;
}

// One rule failed.
inline AttestationReport refusedReport(std::string_view id, const char* expected, const char* seen)
{
    AttestationReport report = verifiedReport();
    report.judgement.verdict = Verdict::kRefused;
    ruleOf(report, id) = {std::string(id), RuleVerdict::kFailed, expected, seen};
    report.failure = base::makeError(attestation::kEnclaveRefused, "The enclave was refused.");
    return report;
}

inline attestation::ReleasedKey releasedKey(std::uint32_t id, const char* statement)
{
    return {5, id, "FILE_KEY_STORE", "keys/contoso-hr.p12", statement, std::chrono::system_clock::now()};
}

template <class T> std::shared_ptr<const AttestationReport> shared(T&& report)
{
    return std::make_shared<const AttestationReport>(std::forward<T>(report));
}

} // namespace es::test
