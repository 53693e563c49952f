// What an Azure Attestation service says: tokens and key sets, after a first byte that chooses.
#include "Fuzz.h"
#include "driver/base/Base64.h"
#include "driver/attestation/JsonWebKeys.h"
#include "driver/attestation/JwsToken.h"

using namespace es;

namespace {

void readToken(base::ByteView bytes)
{
    const auto token = attestation::decodeJws(bytes);
    if (!token) return;
    ES_HOLDS(!attestation::hasDuplicates(token->header) && !attestation::hasDuplicates(token->payload));
    // Only one text means this token.
    const std::string again = token->signedText + '.' + base::toBase64Url(token->signature);
    const auto same = attestation::decodeJws(base::viewOf(again));
    ES_HOLDS(same && same->signature == token->signature && same->payload == token->payload);
    const std::string_view sent(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ES_HOLDS(sent.find(again) != std::string_view::npos);
    for (const auto& member : *token->payload.asObject())
        (void)attestation::numericDate(member.second);
}

void readKeys(base::ByteView bytes)
{
    const auto keys = attestation::decodeJwks(bytes);
    if (!keys) return;
    ES_HOLDS(keys->size() <= attestation::kMaxWebKeys);
    for (const auto& key : *keys) {
        if (const auto rsa = attestation::rsaKeyOf(key)) ES_HOLDS(rsa->modulusBytes() >= 256);
        if (const auto name = key.stringAt("kid")) ES_HOLDS(!attestation::keysNamed(*keys, *name).empty());
    }
}

void readBase64(std::string_view text)
{
    if (const auto bytes = base::fromBase64(text)) ES_HOLDS(base::toBase64(*bytes) == text);
    if (const auto bytes = base::fromBase64Url(text)) ES_HOLDS(base::toBase64Url(*bytes) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const base::ByteView bytes(data + 1, size - 1);
    switch (data[0] % 3) {
    case 0: readToken(bytes); break;
    case 1: readKeys(bytes); break;
    default: readBase64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    return 0;
}
