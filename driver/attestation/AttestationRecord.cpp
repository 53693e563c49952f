#include "driver/attestation/AttestationRecord.h"

#include "driver/attestation/Base64.h"
#include "driver/attestation/JwsToken.h"
#include "driver/attestation/TimeText.h"
#include "driver/crypto/Hash.h"
#include "driver/http/Errors.h"

#include <algorithm>
#include <array>
#include <utility>

namespace es::attestation {
namespace {

using json::Json;
using Time = std::chrono::system_clock::time_point;

constexpr std::string_view kFormat = "enclave-studio-attestation-record";
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMaxRecordBytes = 16 << 20;
constexpr std::array kVerdicts{Verdict::kNotAttested, Verdict::kVerified, Verdict::kRefused, Verdict::kUnreachable};
constexpr std::array<std::pair<RuleVerdict, std::string_view>, 3> kRuleVerdicts{
    {{RuleVerdict::kPassed, "passed"}, {RuleVerdict::kFailed, "failed"}, {RuleVerdict::kNotChecked, "not checked"}}};
// What a failure can be called; a code is a constant of the program, so a file can only name one.
constexpr std::array kFailures{kEnclaveRefused, kServiceFailed, kPolicyMismatch, kUnsupportedEnclaveType, http::kHttpBadUrl,
    http::kHttpPlain, http::kHttpRedirect, http::kHttpUnreachable, http::kHttpTimeout, http::kHttpTls, http::kHttpTooLarge,
    http::kHttpEncoded, http::kHttpNonsense};

base::Error bad(std::string_view why)
{
    base::Error error = base::makeError(kBadRecord, "The attestation record cannot be read: " + std::string(why) + ".", "record",
        "Use the file as it was saved.");
    error.origin = base::Origin::kAttestation;
    return error;
}

// Writing

Json listOf(const auto& values, auto&& one)
{
    Json list(Json::Array{});
    for (const auto& value : values)
        list.push(one(value));
    return list;
}

Json timeJson(const std::optional<Time>& time) { return time ? Json(isoTime(*time)) : Json(); }

Json ruleJson(const RuleResult& result, Protocol protocol)
{
    const Rule* rule = findRule(protocol, result.id);
    const auto verdict = std::find_if(kRuleVerdicts.begin(), kRuleVerdicts.end(), [&](const auto& v) { return v.first == result.verdict; });
    return Json(Json::Object{{"id", result.id}, {"title", rule != nullptr ? rule->title : std::string_view()}, {"verdict", verdict->second},
        {"expected", result.expected}, {"seen", result.seen}});
}

Json failureJson(const std::optional<base::Error>& failure)
{
    if (!failure) return {};
    return Json(Json::Object{{"code", std::string(failure->code.room) + '.' + std::string(failure->code.name)}, {"text", failure->text},
        {"setting", failure->setting}, {"remedy", failure->remedy}});
}

Json releasedJson(const ReleasedKey& key)
{
    return Json(Json::Object{{"databaseId", std::int64_t{key.databaseId}}, {"keyId", std::int64_t{key.keyId}}, {"provider", key.providerName},
        {"keyPath", key.keyPath}, {"statement", key.statement}, {"releasedAt", isoTime(key.releasedAt)}});
}

Json documentJson(const ServiceDocument& document)
{
    return Json(Json::Object{{"role", document.role}, {"url", document.url}, {"status", document.status},
        {"fetchedAt", isoTime(document.fetchedAt)}, {"body", toBase64(document.body)},
        {"tlsCertificates", listOf(document.tlsCertificatesPem, [](const std::string& pem) { return Json(pem); })}});
}

Json recordJson(const AttestationRecord& record)
{
    const Evidence& evidence = record.report.evidence;
    const Judgement& judgement = record.report.judgement;
    Json json;
    json.append("format", kFormat).append("version", kVersion);
    json.append("verdict", verdictName(judgement.verdict));
    json.append("server", evidence.serverName).append("database", evidence.database);
    json.append("protocol", protocolName(evidence.protocol)).append("url", evidence.url).append("enclaveType", evidence.enclaveType);
    json.append("seenAt", isoTime(evidence.seenAt));
    json.append("validUntil", timeJson(judgement.validUntil));
    json.append("sessionEnds", isoTime(record.report.sessionEnds));
    json.append("root", Json(Json::Object{{"subject", judgement.root.subject}, {"fingerprint", judgement.root.fingerprint},
                            {"sandbox", judgement.root.sandbox}}));
    json.append("failure", failureJson(record.report.failure));
    json.append("rules", listOf(judgement.rules, [&](const RuleResult& rule) { return ruleJson(rule, evidence.protocol); }));
    json.append("claims", listOf(judgement.claims, [](const Claim& c) { return Json(Json::Object{{"name", c.name}, {"value", c.value}}); }));
    json.append("released", listOf(record.released, releasedJson));
    json.append("suggestedUrl", record.report.suggestedUrl).append("serviceElapsedMs", std::int64_t{record.report.serviceElapsed.count()});
    json.append("program", record.program).append("savedAt", isoTime(record.savedAt));
    const auto policy = json::parse(policyToJson(record.report.policy));
    json.append("policy", policy ? *policy : Json());
    json.append("parameters", toBase64(evidence.parameters)).append("result", toBase64(evidence.result));
    json.append("documents", listOf(evidence.documents, documentJson));
    return json;
}

// Reading

base::Result<Time> timeAt(const Json& json, std::string_view name)
{
    ES_TRY(const std::string text, json.stringAt(name));
    const auto time = fromIsoTime(text);
    if (!time) return bad("\"" + std::string(name) + "\" is no time");
    return *time;
}

base::Result<base::Bytes> bytesAt(const Json& json, std::string_view name)
{
    ES_TRY(const std::string text, json.stringAt(name));
    auto bytes = fromBase64(text);
    if (!bytes) return bad("\"" + std::string(name) + "\" is not base64");
    return std::move(*bytes);
}

base::Result<std::uint32_t> u32At(const Json& json, std::string_view name)
{
    ES_TRY(const std::int64_t number, json.integerAt(name));
    if (!std::in_range<std::uint32_t>(number)) return bad("\"" + std::string(name) + "\" is out of range");
    return static_cast<std::uint32_t>(number);
}

template <class T>
base::Result<std::vector<T>> listAt(const Json& json, std::string_view name, base::Result<T> (*one)(const Json&))
{
    const Json* member = json.find(name);
    if (member == nullptr || member->asArray() == nullptr) return bad("it has no list \"" + std::string(name) + "\"");
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
    const auto known = std::find_if(kRuleVerdicts.begin(), kRuleVerdicts.end(), [&](const auto& v) { return v.second == verdict; });
    if (known == kRuleVerdicts.end()) return bad("a rule has the verdict \"" + verdict + "\"");
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
    return key;
}

base::Result<std::string> readText(const Json& json)
{
    if (json.asString() == nullptr) return bad("a certificate is no text");
    return *json.asString();
}

base::Result<ServiceDocument> readDocument(const Json& json)
{
    ServiceDocument document;
    ES_TRY(document.role, json.stringAt("role"));
    ES_TRY(document.url, json.stringAt("url"));
    ES_TRY(const std::uint32_t status, u32At(json, "status"));
    if (status > 999) return bad("\"status\" is out of range");
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
    if (!known) return bad("it has the protocol \"" + protocol + "\"");
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
    if (known == kVerdicts.end()) return bad("it has the verdict \"" + verdict + "\"");
    judgement.verdict = *known;
    ES_TRY(judgement.rules, listAt<RuleResult>(json, "rules", readRule));
    ES_TRY(judgement.claims, listAt<Claim>(json, "claims", readClaim));
    const Json* root = json.find("root");
    if (root == nullptr) return bad("it has no \"root\"");
    ES_TRY(judgement.root.subject, root->stringAt("subject"));
    ES_TRY(judgement.root.fingerprint, root->stringAt("fingerprint"));
    ES_TRY(judgement.root.sandbox, root->boolAt("sandbox"));
    const Json* validUntil = json.find("validUntil");
    if (validUntil == nullptr) return bad("it has no \"validUntil\"");
    if (!validUntil->isNull()) {
        ES_TRY(judgement.validUntil, timeAt(json, "validUntil"));
    }
    return judgement;
}

base::Result<std::optional<base::Error>> readFailure(const Json& json)
{
    const Json* failure = json.find("failure");
    if (failure == nullptr) return bad("it has no \"failure\"");
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

base::Result<AttestationRecord> readRecord(const Json& json)
{
    ES_TRY(const std::string format, json.stringAt("format"));
    ES_TRY(const std::int64_t version, json.integerAt("version"));
    if (format != kFormat || version != kVersion) return bad("it is of another format or version");
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
    if (policy == nullptr) return bad("it has no \"policy\"");
    ES_TRY(report.policy, policyFromJson(json::write(*policy)));
    return record;
}

bool namesTwice(const Json& json)
{
    if (hasDuplicates(json)) return true;
    if (const auto* members = json.asObject())
        return std::any_of(members->begin(), members->end(), [](const auto& member) { return namesTwice(member.second); });
    if (const auto* elements = json.asArray()) return std::any_of(elements->begin(), elements->end(), namesTwice);
    return false;
}

// Over every member but the digest itself, white space aside.
std::string digestOf(const Json& json) { return base::toHex(crypto::sha256(base::viewOf(json::write(json)))); }

}  // namespace

std::string recordToJson(const AttestationRecord& record)
{
    Json json = recordJson(record);
    std::string digest = digestOf(json);
    json.append("digest", std::move(digest));
    return json::write(json, 2) + "\n";
}

base::Result<AttestationRecord> recordFromJson(std::string_view text)
{
    if (text.size() > kMaxRecordBytes) return bad("it is too large");
    auto json = json::parse(text);
    if (!json || json->asObject() == nullptr) return bad("it is no JSON object");
    if (namesTwice(*json)) return bad("a member stands there twice");
    const auto digest = json->stringAt("digest");
    if (!digest) return bad("it has no digest");
    auto record = readRecord(*json);
    if (!record) return record.error().code == kBadRecord ? record.error() : bad(record.error().text.substr(0, record.error().text.size() - 1));
    Json::Object content;
    for (const auto& member : *json->asObject())
        if (member.first != "digest") content.push_back(member);
    record->intact = digestOf(Json(std::move(content))) == *digest;
    // What follows from the evidence alone is not kept twice.
    Judgement again = judge(record->report.evidence, record->report.policy);
    record->report.judgement.session = std::move(again.session);
    record->report.judgement.refetchMayHelp = again.refetchMayHelp;
    return record;
}

RecordCheck checkRecord(const AttestationRecord& record)
{
    RecordCheck check;
    const Judgement& recorded = record.report.judgement;
    check.judgement = judge(record.report.evidence, record.report.policy);
    const auto& rules = check.judgement.rules;
    for (const RuleResult& rule : rules) {
        if (std::find(recorded.rules.begin(), recorded.rules.end(), rule) == recorded.rules.end()) check.changed.push_back(rule.id);
    }
    for (const RuleResult& rule : recorded.rules) {
        if (std::none_of(rules.begin(), rules.end(), [&](const RuleResult& r) { return r.id == rule.id; })) check.changed.push_back(rule.id);
    }
    check.sameAsRecorded = record.intact && rules == recorded.rules && check.judgement.verdict == recorded.verdict
        && check.judgement.claims == recorded.claims && check.judgement.root == recorded.root
        && check.judgement.validUntil == recorded.validUntil;
    return check;
}

}  // namespace es::attestation
