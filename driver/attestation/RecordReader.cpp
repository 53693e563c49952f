#include "driver/attestation/RecordReader.h"

#include "driver/base/Base64.h"
#include "driver/attestation/TimeText.h"
#include "driver/http/Errors.h"

#include <algorithm>
#include <utility>

namespace es::attestation {
namespace {

using json::Json;
using Time = std::chrono::system_clock::time_point;

constexpr std::array kVerdicts{Verdict::kNotAttested, Verdict::kVerified, Verdict::kRefused, Verdict::kUnreachable};
// What a failure can be called; a code is a constant of the program, so a file can only name one.
constexpr std::array kFailures{kEnclaveRefused, kServiceFailed, kPolicyMismatch, kUnsupportedEnclaveType, http::kHttpBadUrl,
    http::kHttpPlain, http::kHttpRedirect, http::kHttpUnreachable, http::kHttpTimeout, http::kHttpTls, http::kHttpTooLarge,
    http::kHttpEncoded, http::kHttpNonsense};

base::Result<Time> timeAt(const Json& json, std::string_view name)
{
    ES_TRY(const std::string text, json.stringAt(name));
    const auto time = fromIsoTime(text);
    if (!time) return badRecord("\"" + std::string(name) + "\" is no time");
    return *time;
}

base::Result<base::Bytes> bytesAt(const Json& json, std::string_view name)
{
    ES_TRY(const std::string text, json.stringAt(name));
    auto bytes = base::fromBase64(text);
    if (!bytes) return badRecord("\"" + std::string(name) + "\" is not base64");
    return std::move(*bytes);
}

base::Result<std::uint32_t> u32At(const Json& json, std::string_view name)
{
    ES_TRY(const std::int64_t number, json.integerAt(name));
    if (!std::in_range<std::uint32_t>(number)) return badRecord("\"" + std::string(name) + "\" is out of range");
    return static_cast<std::uint32_t>(number);
}

template <class T> base::Result<std::vector<T>> listAt(const Json& json, std::string_view name, base::Result<T> (*one)(const Json&))
{
    const Json* member = json.find(name);
    if (member == nullptr || member->asArray() == nullptr) return badRecord("it has no list \"" + std::string(name) + "\"");
    std::vector<T> list;
    for (const Json& element : *member->asArray()) {
        ES_TRY(T value, one(element));
        list.push_back(std::move(value));
    }
    return list;
}

base::Result<RuleResult> readRule(const Json& json)
{
    RuleResult rule;
    ES_TRY(rule.id, json.stringAt("id"));
    ES_TRY(const std::string verdict, json.stringAt("verdict"));
    const auto known = std::find_if(kRuleVerdictNames.begin(), kRuleVerdictNames.end(), [&](const auto& v) { return v.second == verdict; });
    if (known == kRuleVerdictNames.end()) return badRecord("a rule has the verdict \"" + verdict + "\"");
    rule.verdict = known->first;
    ES_TRY(rule.expected, json.stringAt("expected"));
    ES_TRY(rule.seen, json.stringAt("seen"));
    return rule;
}

base::Result<Claim> readClaim(const Json& json)
{
    Claim claim;
    ES_TRY(claim.name, json.stringAt("name"));
    ES_TRY(claim.value, json.stringAt("value"));
    return claim;
}

base::Result<ReleasedKey> readReleased(const Json& json)
{
    ReleasedKey key;
    ES_TRY(key.databaseId, u32At(json, "databaseId"));
    ES_TRY(key.keyId, u32At(json, "keyId"));
    ES_TRY(key.providerName, json.stringAt("provider"));
    ES_TRY(key.keyPath, json.stringAt("keyPath"));
    ES_TRY(key.statement, json.stringAt("statement"));
    ES_TRY(key.releasedAt, timeAt(json, "releasedAt"));
    ES_TRY(key.name, json.stringAt("name"));
    return key;
}

base::Result<std::string> readText(const Json& json)
{
    if (json.asString() == nullptr) return badRecord("a certificate is no text");
    return *json.asString();
}

base::Result<ServiceDocument> readDocument(const Json& json)
{
    ServiceDocument document;
    ES_TRY(document.role, json.stringAt("role"));
    ES_TRY(document.url, json.stringAt("url"));
    ES_TRY(const std::uint32_t status, u32At(json, "status"));
    if (status > 999) return badRecord("\"status\" is out of range");
    document.status = static_cast<int>(status);
    ES_TRY(document.fetchedAt, timeAt(json, "fetchedAt"));
    ES_TRY(document.body, bytesAt(json, "body"));
    ES_TRY(document.tlsCertificatesPem, listAt<std::string>(json, "tlsCertificates", readText));
    return document;
}

base::Result<Evidence> readEvidence(const Json& json)
{
    Evidence evidence;
    ES_TRY(const std::string protocol, json.stringAt("protocol"));
    const auto known = protocolFromName(protocol);
    if (!known) return badRecord("it has the protocol \"" + protocol + "\"");
    evidence.protocol = *known;
    ES_TRY(evidence.url, json.stringAt("url"));
    ES_TRY(evidence.enclaveType, json.stringAt("enclaveType"));
    ES_TRY(evidence.serverName, json.stringAt("server"));
    ES_TRY(evidence.database, json.stringAt("database"));
    ES_TRY(evidence.parameters, bytesAt(json, "parameters"));
    ES_TRY(evidence.result, bytesAt(json, "result"));
    ES_TRY(evidence.documents, listAt<ServiceDocument>(json, "documents", readDocument));
    ES_TRY(evidence.seenAt, timeAt(json, "seenAt"));
    return evidence;
}

base::Result<Judgement> readJudgement(const Json& json)
{
    Judgement judgement;
    ES_TRY(const std::string verdict, json.stringAt("verdict"));
    const auto known = std::find_if(kVerdicts.begin(), kVerdicts.end(), [&](Verdict v) { return verdictName(v) == verdict; });
    if (known == kVerdicts.end()) return badRecord("it has the verdict \"" + verdict + "\"");
    judgement.verdict = *known;
    ES_TRY(judgement.rules, listAt<RuleResult>(json, "rules", readRule));
    ES_TRY(judgement.claims, listAt<Claim>(json, "claims", readClaim));
    const Json* root = json.find("root");
    if (root == nullptr) return badRecord("it has no \"root\"");
    ES_TRY(judgement.root.subject, root->stringAt("subject"));
    ES_TRY(judgement.root.fingerprint, root->stringAt("fingerprint"));
    ES_TRY(judgement.root.sandbox, root->boolAt("sandbox"));
    const Json* validUntil = json.find("validUntil");
    if (validUntil == nullptr) return badRecord("it has no \"validUntil\"");
    if (!validUntil->isNull()) {
        ES_TRY(judgement.validUntil, timeAt(json, "validUntil"));
    }
    return judgement;
}

base::Result<std::optional<base::Error>> readFailure(const Json& json)
{
    const Json* failure = json.find("failure");
    if (failure == nullptr) return badRecord("it has no \"failure\"");
    if (failure->isNull()) return std::optional<base::Error>();
    base::Error error;
    error.origin = base::Origin::kAttestation;
    ES_TRY(const std::string code, failure->stringAt("code"));
    const auto known = std::find_if(kFailures.begin(), kFailures.end(),
        [&](const base::ErrorCode& c) { return std::string(c.room) + '.' + std::string(c.name) == code; });
    error.code = known != kFailures.end() ? *known : kServiceFailed;
    ES_TRY(error.text, failure->stringAt("text"));
    ES_TRY(error.setting, failure->stringAt("setting"));
    ES_TRY(error.remedy, failure->stringAt("remedy"));
    return std::optional(std::move(error));
}

}  // namespace

base::Error badRecord(std::string_view why)
{
    base::Error error = base::makeError(
        kBadRecord, "The attestation record cannot be read: " + std::string(why) + ".", "record", "Use the file as it was saved.");
    error.origin = base::Origin::kAttestation;
    return error;
}

base::Result<AttestationRecord> readRecord(const Json& json)
{
    ES_TRY(const std::string format, json.stringAt("format"));
    ES_TRY(const std::int64_t version, json.integerAt("version"));
    if (format != kRecordFormat || version != kRecordVersion) return badRecord("it is of another format or version");
    AttestationRecord record;
    AttestationReport& report = record.report;
    ES_TRY(report.evidence, readEvidence(json));
    ES_TRY(report.judgement, readJudgement(json));
    ES_TRY(report.failure, readFailure(json));
    ES_TRY(report.suggestedUrl, json.stringAt("suggestedUrl"));
    ES_TRY(const std::uint32_t elapsed, u32At(json, "serviceElapsedMs"));
    report.serviceElapsed = std::chrono::milliseconds{elapsed};
    ES_TRY(report.sessionEnds, timeAt(json, "sessionEnds"));
    ES_TRY(record.released, listAt<ReleasedKey>(json, "released", readReleased));
    ES_TRY(record.program, json.stringAt("program"));
    ES_TRY(record.savedAt, timeAt(json, "savedAt"));
    const Json* policy = json.find("policy");
    if (policy == nullptr) return badRecord("it has no \"policy\"");
    ES_TRY(report.policy, policyFromJson(json::write(*policy)));
    return record;
}

}  // namespace es::attestation
