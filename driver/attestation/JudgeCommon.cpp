#include "driver/attestation/JudgeCommon.h"

#include "driver/crypto/EcdhP384.h"
#include "driver/http/HttpClient.h"

#include <algorithm>

namespace es::attestation {
namespace {

constexpr std::size_t kMinIdentityBits = 2048;

enclave::ProtocolId wireProtocol(Protocol protocol)
{
    switch (protocol) {
    case Protocol::kNone: return enclave::ProtocolId::kNone;
    case Protocol::kHgs: return enclave::ProtocolId::kHgs;
    case Protocol::kAas: return enclave::ProtocolId::kAas;
    }
    return enclave::ProtocolId::kNone;
}

std::string bytesText(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }

std::string joined(std::span<const std::string> texts, std::string_view separator)
{
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : std::string(separator)) + text;
    return all;
}

bool judgeKeyHeader(RuleSheet& sheet, base::ByteView key)
{
    static constexpr std::array<base::Byte, 8> kHeader{0x45, 0x43, 0x4B, 0x33, 48, 0, 0, 0};
    const base::ByteView header = key.first(kHeader.size());
    return sheet.check("dh-key-header", std::equal(kHeader.begin(), kHeader.end(), header.begin()), base::toHex(header));
}

}  // namespace

std::chrono::seconds boundedSkew(const Policy& policy) { return std::clamp(policy.clockSkew, std::chrono::seconds{0}, kMaxClockSkew); }

bool sameTextNoCase(std::string_view a, std::string_view b)
{
    const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return fold(x) == fold(y); });
}

std::optional<enclave::AttestationParameters> judgeRequest(RuleSheet& sheet, const Evidence& evidence, const Policy& policy)
{
    const std::string protocol(protocolName(evidence.protocol));
    sheet.expect("policy-protocol", policy.protocol ? std::string(protocolName(*policy.protocol)) : "any");
    sheet.check("policy-protocol", !policy.protocol || *policy.protocol == evidence.protocol, protocol);

    sheet.expect("request-format", "asked for " + protocol);
    auto parameters = enclave::decodeAttestationParameters(evidence.parameters);
    if (!parameters) {
        sheet.fail("request-format", "unreadable");
        return std::nullopt;
    }
    if (parameters->protocol != wireProtocol(evidence.protocol)) {
        sheet.fail("request-format", "asked for another protocol");
        return std::nullopt;
    }
    if (!crypto::checkEcdhPublicKey(parameters->clientPublicKey)) {
        sheet.fail("request-format", "own public key unreadable");
        return std::nullopt;
    }
    if (parameters->challenge && parameters->challenge->url != evidence.url) {
        sheet.fail("request-format", "asked for " + parameters->challenge->url);
        return std::nullopt;
    }
    sheet.check("request-format", true, "asked for " + protocol);
    return std::move(parameters).value();
}

void judgeResultForm(RuleSheet& sheet, Protocol protocol, const ResultParts& parts)
{
    sheet.expect("result-size", "<= " + bytesText(kMaxResultBytes));
    sheet.expect("truncated", "nothing missing");
    sheet.expect("trailing-bytes", "nothing left over");
    sheet.expect("dh-key-length", bytesText(crypto::kEcdhPublicKeyBytes));
    sheet.expect("dh-key-header", "ECK3, 48");
    sheet.expect("dh-key-point", "on the curve");
    if (protocol != Protocol::kAas) sheet.expect("total-size", bytesText(parts.expectedTotalSize));
    if (!sheet.check("result-size", !parts.tooLarge, parts.tooLarge ? "more" : "within")) return;

    if (protocol != Protocol::kAas) sheet.check("total-size", parts.totalSize == parts.expectedTotalSize, bytesText(parts.totalSize));
    sheet.check("truncated", parts.missingBytes == 0, parts.missingBytes == 0 ? "whole" : bytesText(parts.missingBytes) + " missing");
    sheet.check("trailing-bytes", parts.extraBytes == 0, parts.extraBytes == 0 ? "nothing" : bytesText(parts.extraBytes) + " left over");
    if (!parts.enclavePublicKey) return;
    const base::Bytes& key = *parts.enclavePublicKey;
    if (!sheet.check("dh-key-length", key.size() == crypto::kEcdhPublicKeyBytes, bytesText(key.size()))) return;
    if (judgeKeyHeader(sheet, key)) {
        const bool good = crypto::checkEcdhPublicKey(key).has_value();
        sheet.check("dh-key-point", good, good ? "on the curve" : "not on the curve");
    }
    if (parts.sessionId && parts.signature) sheet.judgement().session = enclave::SessionPart{*parts.sessionId, key, *parts.signature};
}

void judgeKeySignature(RuleSheet& sheet, const ResultParts& parts, const std::optional<crypto::RsaPublicKey>& identity)
{
    sheet.expect("dh-signature", "by the identity key");
    if (!identity || !parts.enclavePublicKey || !parts.signature) return;
    const bool good = identity->verifyPkcs1Sha256(*parts.enclavePublicKey, *parts.signature);
    sheet.check("dh-signature", good, good ? "valid" : "not valid");
}

std::optional<crypto::RsaPublicKey> judgeIdentity(RuleSheet& sheet, const std::optional<base::Bytes>& blob)
{
    sheet.expect("identity-format", "RSA public key");
    sheet.expect("identity-strength", ">= " + std::to_string(kMinIdentityBits) + " bits");
    if (!blob) return std::nullopt;
    auto key = enclave::decodeIdentity(*blob);
    if (!sheet.check("identity-format", key.has_value(), key ? "RSA public key" : "unreadable")) return std::nullopt;
    const std::size_t bits = 8 * key->modulusBytes();
    sheet.check("identity-strength", bits >= kMinIdentityBits, std::to_string(bits) + " bits");
    sheet.claim("identity key", "RSA " + std::to_string(bits));
    return std::move(key).value();
}

const ServiceDocument* takeDocument(RuleSheet& sheet, const Evidence& evidence, std::string_view role)
{
    const ServiceDocument* document = evidence.document(role);
    if (document != nullptr && document->status == 200) return document;
    sheet.documentMissing();
    return nullptr;
}

std::string judgeService(RuleSheet& sheet, const Evidence& evidence, const Policy& policy, std::span<const std::string_view> roles)
{
    const auto origin = http::originOf(evidence.url);
    const std::string own = origin ? *origin : std::string();
    sheet.expect("policy-service", policy.service.empty() ? "any" : policy.service);
    sheet.check("policy-service", origin && (policy.service.empty() || policy.service == own), origin ? own : "not a URL: " + evidence.url);

    sheet.expect("service-transport", policy.plainHttp ? "https or http" : "https");
    sheet.expect("service-origin", own);
    bool missing = false;
    for (const std::string_view role : roles) {
        const ServiceDocument* document = takeDocument(sheet, evidence, role);
        missing = missing || document == nullptr;
        if (document == nullptr) continue;
        const auto from = http::originOf(document->url);
        const std::string fromText = from ? *from : document->url;
        const auto& others = policy.redirectOrigins;
        const bool known = from && (*from == own || std::find(others.begin(), others.end(), *from) != others.end());
        if (!known) sheet.fail("service-origin", fromText);
        const bool secure = fromText.starts_with("https://");
        if (!secure && !policy.plainHttp) sheet.fail("service-transport", "http");
    }
    if (missing) return own;
    sheet.check("service-origin", true, own);
    sheet.check("service-transport", true, own.substr(0, own.find(':')));
    return own;
}

void judgeRoots(RuleSheet& sheet, const Policy& policy, std::span<const std::string> roots)
{
    sheet.expect("trusted-root", policy.trustedRoots.empty() ? "any" : joined(policy.trustedRoots, ", "));
    const auto& trusted = policy.trustedRoots;
    const bool known = std::all_of(roots.begin(), roots.end(),
        [&](const std::string& root) { return std::find(trusted.begin(), trusted.end(), root) != trusted.end(); });
    sheet.check("trusted-root", trusted.empty() || (!roots.empty() && known), roots.empty() ? "none" : joined(roots, ", "));
}

}  // namespace es::attestation
