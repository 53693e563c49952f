#include "driver/attestation/JsonWebKeys.h"

#include "driver/base/Base64.h"
#include "driver/attestation/JwsToken.h"
#include "driver/crypto/Certificate.h"

#include <algorithm>

namespace es::attestation {
namespace {

constexpr std::size_t kMinKeyBits = 2048;

base::Error bad(std::string text) { return base::makeError(kBadToken, std::move(text)); }

using MaybeKey = std::optional<crypto::RsaPublicKey>;

base::Result<MaybeKey> fromCertificate(const json::Json& key)
{
    const json::Json* chain = key.find("x5c");
    if (chain == nullptr) return MaybeKey();
    const auto* list = chain->asArray();
    const std::string* first = list != nullptr && !list->empty() ? list->front().asString() : nullptr;
    const auto der = first != nullptr ? base::fromBase64(*first) : std::nullopt;
    if (!der) return bad("x5c unreadable");
    const auto certificate = crypto::Certificate::fromDer(*der);
    if (!certificate) return bad("x5c holds no certificate");
    auto rsa = certificate->rsaKey();
    if (!rsa) return bad("x5c holds no RSA key");
    return MaybeKey(std::move(rsa).value());
}

base::Result<MaybeKey> fromNumbers(const json::Json& key)
{
    const json::Json* n = key.find("n");
    const json::Json* e = key.find("e");
    if (n == nullptr && e == nullptr) return MaybeKey();
    const auto modulus = n != nullptr && n->asString() != nullptr ? base::fromBase64Url(*n->asString()) : std::nullopt;
    const auto exponent = e != nullptr && e->asString() != nullptr ? base::fromBase64Url(*e->asString()) : std::nullopt;
    if (!modulus || !exponent) return bad("n or e unreadable");
    auto rsa = crypto::RsaPublicKey::fromComponents(*modulus, *exponent);
    if (!rsa) return bad("n and e are no RSA key");
    return MaybeKey(std::move(rsa).value());
}

bool saysOrNothing(const json::Json& key, std::string_view member, std::string_view wanted)
{
    const json::Json* value = key.find(member);
    return value == nullptr || (value->asString() != nullptr && *value->asString() == wanted);
}

}  // namespace

base::Result<std::vector<json::Json>> decodeJwks(base::ByteView document)
{
    const auto parsed = json::parse({reinterpret_cast<const char*>(document.data()), document.size()});
    if (!parsed || parsed->asObject() == nullptr) return bad("no JSON object");
    if (hasDuplicates(*parsed)) return bad("a member stands there twice");
    const json::Json* keys = parsed->find("keys");
    if (keys == nullptr || keys->asArray() == nullptr) return bad("no list of keys");
    if (keys->asArray()->size() > kMaxWebKeys) return bad("more than " + std::to_string(kMaxWebKeys) + " keys");
    for (const json::Json& key : *keys->asArray()) {
        if (key.asObject() == nullptr) return bad("a key is no JSON object");
        if (hasDuplicates(key)) return bad("a key names a member twice");
    }
    return *keys->asArray();
}

std::vector<const json::Json*> keysNamed(const std::vector<json::Json>& keys, std::string_view kid)
{
    std::vector<const json::Json*> found;
    for (const json::Json& key : keys) {
        const json::Json* name = key.find("kid");
        if (name != nullptr && name->asString() != nullptr && *name->asString() == kid) found.push_back(&key);
    }
    return found;
}

base::Result<crypto::RsaPublicKey> rsaKeyOf(const json::Json& key)
{
    const json::Json* kind = key.find("kty");
    if (kind == nullptr || kind->asString() == nullptr || *kind->asString() != "RSA") return bad("no RSA key");
    if (!saysOrNothing(key, "use", "sig")) return bad("not for signatures");
    if (!saysOrNothing(key, "alg", "RS256")) return bad("not for RS256");
    ES_TRY(const MaybeKey certified, fromCertificate(key));
    ES_TRY(const MaybeKey numbers, fromNumbers(key));
    if (!certified && !numbers) return bad("neither x5c nor n and e");
    if (certified && numbers && (certified->modulus() != numbers->modulus() || certified->exponent() != numbers->exponent()))
        return bad("x5c and n, e differ");
    const crypto::RsaPublicKey& rsa = certified ? *certified : *numbers;
    if (8 * rsa.modulusBytes() < kMinKeyBits) return bad("only " + std::to_string(8 * rsa.modulusBytes()) + " bits");
    return rsa;
}

}  // namespace es::attestation
