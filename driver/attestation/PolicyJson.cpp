#include "driver/attestation/Policy.h"
#include "driver/http/HttpClient.h"
#include "driver/json/Json.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

namespace es::attestation {
namespace {

constexpr std::size_t kMaxPolicyBytes = 1 << 20;
constexpr std::int64_t kVersion = 1;
constexpr std::string_view kBom = "\xEF\xBB\xBF";

base::Error bad(std::string text)
{
    base::Error error = base::makeError(kBadPolicy, "The attestation policy cannot be used: " + std::move(text) + ".", "attestation-policy",
        "Correct the policy file; Export writes one with every member.");
    error.origin = base::Origin::kAttestation;
    return error;
}
base::Error badMember(std::string_view name, std::string_view wanted)
{
    return bad("member \"" + std::string(name) + "\" must be " + std::string(wanted));
}

std::string lowerAscii(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

using Json = json::Json;
using Done = base::Result<void>;

// One member of the file: how it is read and written. In the file's order.
struct Member {
    std::string_view name;
    std::function<Done(const Json&, Policy&)> read;
    std::function<Json(const Policy&)> write;
};

Member text(std::string_view name, std::string Policy::* field)
{
    return {name,
        [=](const Json& value, Policy& policy) -> Done {
            if (value.asString() == nullptr) return badMember(name, "text");
            policy.*field = *value.asString();
            return {};
        },
        [=](const Policy& policy) { return Json(policy.*field); }};
}

Member flag(std::string_view name, bool Policy::* field)
{
    return {name,
        [=](const Json& value, Policy& policy) -> Done {
            if (value.asBool() == nullptr) return badMember(name, "true or false");
            policy.*field = *value.asBool();
            return {};
        },
        [=](const Policy& policy) { return Json(policy.*field); }};
}

std::optional<std::uint32_t> u32Of(const Json& value)
{
    const std::int64_t* number = value.asInteger();
    if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

Member number(std::string_view name, std::uint32_t Policy::* field)
{
    return {name,
        [=](const Json& value, Policy& policy) -> Done {
            const auto read = u32Of(value);
            if (!read) return badMember(name, "a whole number from 0 to 4294967295");
            policy.*field = *read;
            return {};
        },
        [=](const Policy& policy) { return Json(std::int64_t{policy.*field}); }};
}

bool isHex(std::string_view lower, std::size_t digits)
{
    return lower.size() == digits && lower.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Member hex(std::string_view name, std::string Policy::* field, std::size_t digits)
{
    return {name,
        [=](const Json& value, Policy& policy) -> Done {
            const std::string lower = value.asString() != nullptr ? lowerAscii(*value.asString()) : "?";
            if (!lower.empty() && !isHex(lower, digits)) return badMember(name, std::to_string(digits) + " hex digits, or empty for any");
            policy.*field = lower;
            return {};
        },
        [=](const Policy& policy) { return Json(policy.*field); }};
}

// Of each element its text, made uniform; nothing: not of the form wanted.
using Uniform = std::function<std::optional<std::string>(std::string_view)>;

base::Result<std::vector<std::string>> listOf(std::string_view name, const Json& value, std::string_view wanted, const Uniform& uniform)
{
    if (value.asArray() == nullptr) return badMember(name, wanted);
    std::vector<std::string> list;
    for (const Json& element : *value.asArray()) {
        auto entry = element.asString() != nullptr ? uniform(*element.asString()) : std::nullopt;
        if (!entry) return badMember(name, wanted);
        list.push_back(std::move(*entry));
    }
    return list;
}

Json listJson(const std::vector<std::string>& list)
{
    Json array(Json::Array{});
    for (const std::string& entry : list)
        array.push(entry);
    return array;
}

Member list(std::string_view name, std::vector<std::string> Policy::* field, std::string_view wanted, Uniform uniform)
{
    return {name,
        [=](const Json& value, Policy& policy) -> Done {
            ES_TRY(policy.*field, listOf(name, value, wanted, uniform));
            return {};
        },
        [=](const Policy& policy) { return listJson(policy.*field); }};
}

// As certificate viewers show it, with colons, or without.
std::optional<std::string> fingerprint(std::string_view text)
{
    std::string lower = lowerAscii(text);
    std::erase(lower, ':');
    return isHex(lower, 64) ? std::optional(lower) : std::nullopt;
}

// Scheme and authority alone: a path would seem to limit something.
std::optional<std::string> origin(std::string_view text)
{
    const auto made = http::originOf(text);
    const std::size_t authority = text.find("://");
    if (!made || authority == std::string_view::npos) return std::nullopt;
    const std::size_t end = text.find_first_of("/?#", authority + 3);
    if (end != std::string_view::npos && text.substr(end) != "/") return std::nullopt;
    return *made;
}

Member protocolMember()
{
    return {"protocol",
        [](const Json& value, Policy& policy) -> Done {
            if (value.isNull()) {
                policy.protocol.reset();
                return {};
            }
            policy.protocol = value.asString() != nullptr ? protocolFromName(*value.asString()) : std::nullopt;
            return policy.protocol ? Done() : badMember("protocol", "\"none\", \"hgs\", \"aas\" or null");
        },
        [](const Policy& policy) { return policy.protocol ? Json(protocolName(*policy.protocol)) : Json(); }};
}

Member serviceMember()
{
    return {"service",
        [](const Json& value, Policy& policy) -> Done {
            const std::string* given = value.asString();
            if (given == nullptr) return badMember("service", "an origin as \"https://host\", or empty");
            const auto made = given->empty() ? std::optional<std::string>(std::string()) : origin(*given);
            if (!made) return badMember("service", "an origin as \"https://host\", or empty");
            policy.service = *made;
            return {};
        },
        [](const Policy& policy) { return Json(policy.service); }};
}

Member skewMember()
{
    return {"clockSkewSeconds",
        [](const Json& value, Policy& policy) -> Done {
            const auto seconds = u32Of(value);
            if (!seconds || *seconds > kMaxClockSkew.count())
                return badMember("clockSkewSeconds", "a whole number from 0 to " + std::to_string(kMaxClockSkew.count()));
            policy.clockSkew = std::chrono::seconds{*seconds};
            return {};
        },
        [](const Policy& policy) { return Json(std::int64_t{policy.clockSkew.count()}); }};
}

Member productMember()
{
    return {"sgxProduct",
        [](const Json& value, Policy& policy) -> Done {
            policy.sgxProduct = u32Of(value);
            return policy.sgxProduct || value.isNull() ? Done() : badMember("sgxProduct", "a whole number from 0 to 4294967295, or null for any");
        },
        [](const Policy& policy) { return policy.sgxProduct ? Json(std::int64_t{*policy.sgxProduct}) : Json(); }};
}

Member keyPathsMember()
{
    return {"trustedKeyPaths",
        [](const Json& value, Policy& policy) -> Done {
            policy.trustedKeyPaths.reset();
            if (value.isNull()) return {};
            ES_TRY(policy.trustedKeyPaths, listOf("trustedKeyPaths", value, "a list of key paths, or null for any",
                                               [](std::string_view path) { return path.empty() ? std::nullopt : std::optional<std::string>(path); }));
            return {};
        },
        [](const Policy& policy) { return policy.trustedKeyPaths ? listJson(*policy.trustedKeyPaths) : Json(); }};
}

const std::vector<Member>& members()
{
    static const std::vector<Member> all{
        text("name", &Policy::name),
        protocolMember(),
        serviceMember(),
        flag("plainHttp", &Policy::plainHttp),
        list("redirectOrigins", &Policy::redirectOrigins, "a list of origins as \"https://host\"", origin),
        list("trustedRoots", &Policy::trustedRoots, "a list of SHA-256 fingerprints (64 hex digits)", fingerprint),
        skewMember(),
        hex("ownerId", &Policy::ownerId, 64),
        hex("authorId", &Policy::authorId, 64),
        hex("familyId", &Policy::familyId, 32),
        hex("imageId", &Policy::imageId, 32),
        number("minimumEnclaveSvn", &Policy::minimumEnclaveSvn),
        number("minimumSecureKernelSvn", &Policy::minimumSecureKernelSvn),
        number("minimumPlatformSvn", &Policy::minimumPlatformSvn),
        flag("debug", &Policy::debug),
        hex("sgxSigner", &Policy::sgxSigner, 64),
        productMember(),
        number("minimumSgxSvn", &Policy::minimumSgxSvn),
        flag("requireClaims", &Policy::requireClaims),
        keyPathsMember(),
    };
    return all;
}

// Letters to change, add, remove to get from one to the other.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

base::Error unknownMember(std::string_view name)
{
    constexpr std::size_t kComparedBytes = 64;
    const std::string lower = lowerAscii(name.substr(0, kComparedBytes));
    const auto& all = members();
    const auto nearest = std::min_element(all.begin(), all.end(),
        [&](const Member& a, const Member& b) { return distance(lower, lowerAscii(a.name)) < distance(lower, lowerAscii(b.name)); });
    return bad("it has no member \"" + std::string(name) + "\"; the nearest is \"" + std::string(nearest->name) + "\"");
}

}  // namespace

base::Result<Policy> policyFromJson(std::string_view text)
{
    if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
    if (text.size() > kMaxPolicyBytes) return bad("it is too large");
    const auto document = json::parse(text);
    if (!document) return bad("it is no JSON document");
    if (document->asObject() == nullptr) return bad("it is no JSON object");
    Policy policy;
    std::vector<std::string_view> seen;
    for (const auto& given : *document->asObject()) {
        const std::string& name = given.first;
        const Json& value = given.second;
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) return bad("member \"" + name + "\" stands there twice");
        seen.push_back(name);
        if (name == "version") {
            if (value.asInteger() == nullptr || *value.asInteger() != kVersion) return badMember("version", "1");
            continue;
        }
        const auto& all = members();
        const auto member = std::find_if(all.begin(), all.end(), [&wanted = name](const Member& m) { return m.name == wanted; });
        if (member == all.end()) return unknownMember(name);
        ES_CHECK(member->read(value, policy));
    }
    if (std::find(seen.begin(), seen.end(), "version") == seen.end()) return badMember("version", "1");
    return policy;
}

std::string policyToJson(const Policy& policy)
{
    Json document;
    document.append("version", kVersion);
    for (const Member& member : members())
        document.append(std::string(member.name), member.write(policy));
    return json::write(document, 2) + "\n";
}

}  // namespace es::attestation
