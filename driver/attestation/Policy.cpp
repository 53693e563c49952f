#include "driver/attestation/Policy.h"

#include "driver/crypto/Hash.h"

#include <algorithm>
#include <array>

namespace es::attestation {
namespace {

constexpr std::array<std::pair<Protocol, std::string_view>, 3> kProtocolNames{
    {{Protocol::kNone, "none"}, {Protocol::kHgs, "hgs"}, {Protocol::kAas, "aas"}}};

// ASCII letters alone: what else differs is another path.
bool samePath(std::string_view a, std::string_view b)
{
    const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return fold(x) == fold(y); });
}

}  // namespace

std::string_view protocolName(Protocol protocol)
{
    for (const auto& [value, name] : kProtocolNames) {
        if (value == protocol) return name;
    }
    return "unknown";
}

std::optional<Protocol> protocolFromName(std::string_view name)
{
    for (const auto& [value, known] : kProtocolNames) {
        if (known == name) return value;
    }
    return std::nullopt;
}

bool Policy::trustsKeyPath(std::string_view path) const
{
    if (!trustedKeyPaths) return true;
    return std::any_of(
        trustedKeyPaths->begin(), trustedKeyPaths->end(), [&](const std::string& trusted) { return samePath(trusted, path); });
}

std::string policyDigest(const Policy& policy)
{
    Policy nameless = policy;
    nameless.name.clear();
    return base::toHex(crypto::sha256(base::viewOf(policyToJson(nameless))));
}

}  // namespace es::attestation
