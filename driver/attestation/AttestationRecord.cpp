#include "driver/attestation/AttestationRecord.h"

#include "driver/base/Base64.h"
#include "driver/attestation/JwsToken.h"
#include "driver/attestation/RecordReader.h"
#include "driver/attestation/TimeText.h"
#include "driver/crypto/Hash.h"

#include <algorithm>

namespace es::attestation {
namespace {

using json::Json;
using Time = std::chrono::system_clock::time_point;

constexpr std::size_t kMaxRecordBytes = 16 << 20;

Json listOf(const auto& values, auto&& one)
{
    Json list(Json::Array{});
    for (const auto& value : values)
        list.push(one(value));
    return list;
}

Json timeJson(const std::optional<Time>& time)
{
    return time ? Json(isoTime(*time)) : Json();
}

Json ruleJson(const RuleResult& result, Protocol protocol)
{
    const Rule* rule = findRule(protocol, result.id);
    const auto verdict
        = std::find_if(kRuleVerdictNames.begin(), kRuleVerdictNames.end(), [&](const auto& v) { return v.first == result.verdict; });
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
    return Json(Json::Object{{"databaseId", std::int64_t{key.databaseId}}, {"keyId", std::int64_t{key.keyId}},
        {"provider", key.providerName}, {"keyPath", key.keyPath}, {"statement", key.statement}, {"releasedAt", isoTime(key.releasedAt)}, {"name", key.name}});
}

Json documentJson(const ServiceDocument& document)
{
    return Json(Json::Object{{"role", document.role}, {"url", document.url}, {"status", document.status},
        {"fetchedAt", isoTime(document.fetchedAt)}, {"body", base::toBase64(document.body)},
        {"tlsCertificates", listOf(document.tlsCertificatesPem, [](const std::string& pem) { return Json(pem); })}});
}

Json recordJson(const AttestationRecord& record)
{
    const Evidence& evidence = record.report.evidence;
    const Judgement& judgement = record.report.judgement;
    Json json;
    json.append("format", kRecordFormat).append("version", kRecordVersion);
    json.append("verdict", verdictName(judgement.verdict));
    json.append("server", evidence.serverName).append("database", evidence.database);
    json.append("protocol", protocolName(evidence.protocol)).append("url", evidence.url).append("enclaveType", evidence.enclaveType);
    json.append("seenAt", isoTime(evidence.seenAt));
    json.append("validUntil", timeJson(judgement.validUntil));
    json.append("sessionEnds", isoTime(record.report.sessionEnds));
    json.append("root",
        Json(Json::Object{
            {"subject", judgement.root.subject}, {"fingerprint", judgement.root.fingerprint}, {"sandbox", judgement.root.sandbox}}));
    json.append("failure", failureJson(record.report.failure));
    json.append("rules", listOf(judgement.rules, [&](const RuleResult& rule) { return ruleJson(rule, evidence.protocol); }));
    json.append("claims", listOf(judgement.claims, [](const Claim& c) {
        return Json(Json::Object{{"name", c.name}, {"value", c.value}});
    }));
    json.append("released", listOf(record.released, releasedJson));
    json.append("suggestedUrl", record.report.suggestedUrl).append("serviceElapsedMs", std::int64_t{record.report.serviceElapsed.count()});
    json.append("program", record.program).append("savedAt", isoTime(record.savedAt));
    const auto policy = json::parse(policyToJson(record.report.policy));
    json.append("policy", policy ? *policy : Json());
    json.append("parameters", base::toBase64(evidence.parameters)).append("result", base::toBase64(evidence.result));
    json.append("documents", listOf(evidence.documents, documentJson));
    return json;
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
std::string digestOf(const Json& json)
{
    return base::toHex(crypto::sha256(base::viewOf(json::write(json))));
}

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
    if (text.size() > kMaxRecordBytes) return badRecord("it is too large");
    auto json = json::parse(text);
    if (!json || json->asObject() == nullptr) return badRecord("it is no JSON object");
    if (namesTwice(*json)) return badRecord("a member stands there twice");
    const auto digest = json->stringAt("digest");
    if (!digest) return badRecord("it has no digest");
    auto record = readRecord(*json);
    if (!record)
        return record.error().code == kBadRecord ? record.error()
                                                 : badRecord(record.error().text.substr(0, record.error().text.size() - 1));
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
        if (std::none_of(rules.begin(), rules.end(), [&](const RuleResult& r) { return r.id == rule.id; }))
            check.changed.push_back(rule.id);
    }
    check.sameAsRecorded = record.intact && rules == recorded.rules && check.judgement.verdict == recorded.verdict
        && check.judgement.claims == recorded.claims && check.judgement.root == recorded.root
        && check.judgement.validUntil == recorded.validUntil;
    return check;
}

}  // namespace es::attestation
