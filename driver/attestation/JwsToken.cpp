#include "driver/attestation/JwsToken.h"

#include "driver/base/Base64.h"

#include <algorithm>

namespace es::attestation {
namespace {

base::Error bad(std::string text) { return base::makeError(kBadToken, std::move(text)); }

std::string_view trimmed(std::string_view token)
{
    constexpr std::string_view kSpace = " \t\r\n";
    token.remove_prefix(std::min(token.find_first_not_of(kSpace), token.size()));
    token = token.substr(0, token.find_last_not_of(kSpace) + 1);
    if (token.size() >= 2 && token.front() == '"' && token.back() == '"') token = token.substr(1, token.size() - 2);
    return token;
}

base::Result<json::Json> decodeObject(std::string_view encoded, std::string_view what)
{
    const auto bytes = base::fromBase64Url(encoded);
    if (!bytes) return bad(std::string(what) + " is not base64url");
    auto object = json::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!object || object->asObject() == nullptr) return bad(std::string(what) + " is no JSON object");
    if (hasDuplicates(*object)) return bad(std::string(what) + " names a member twice");
    return object;
}

}  // namespace

base::Result<JwsToken> decodeJws(base::ByteView sent)
{
    if (sent.size() > kMaxTokenBytes) return bad("too large");
    const std::string_view token = trimmed({reinterpret_cast<const char*>(sent.data()), sent.size()});
    if (std::count(token.begin(), token.end(), '.') != 2) return bad("not three parts");
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    if (first > kMaxTokenHeaderBytes) return bad("header too large");
    JwsToken jws;
    ES_TRY(jws.header, decodeObject(token.substr(0, first), "header"));
    ES_TRY(jws.payload, decodeObject(token.substr(first + 1, second - first - 1), "payload"));
    auto signature = base::fromBase64Url(token.substr(second + 1));
    if (!signature) return bad("signature is not base64url");
    jws.signature = std::move(*signature);
    jws.signedText = token.substr(0, second);
    return jws;
}

bool hasDuplicates(const json::Json& object)
{
    const auto* members = object.asObject();
    if (members == nullptr) return false;
    std::vector<std::string_view> names;
    for (const auto& member : *members)
        names.push_back(member.first);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

std::optional<std::chrono::system_clock::time_point> numericDate(const json::Json& value)
{
    using namespace std::chrono;
    constexpr double kLast = 9'000'000'000;  // 2255: inside what the clock's type can hold
    const auto number = value.asNumber();
    if (!number || !(*number >= 0 && *number <= kLast)) return std::nullopt;
    return system_clock::time_point(duration_cast<system_clock::duration>(milliseconds(static_cast<std::int64_t>(*number * 1000))));
}

}  // namespace es::attestation
