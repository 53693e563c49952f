#include "app/sandbox/attest/TokenService.h"

#include "driver/base/Base64.h"
#include "app/sandbox/attest/EnclaveFacts.h"
#include "driver/crypto/Hash.h"
#include "driver/enclave/AttestationResult.h"
#include "driver/json/Json.h"

namespace es::sandbox {

using base::Bytes;
using base::ByteView;
using json::Json;

namespace {

Bytes copyOf(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

// The nonce that the token is made for.
Bytes answeredNonce(ByteView nonce, const AttestFaults& faults)
{
    return faults.has(AttestFault::kWrongNonce) ? crypto::randomBytes(nonce.size()) : copyOf(nonce);
}

void addVbsClaims(Json& claims, const AttestFaults& faults)
{
    const auto& author = faults.has(AttestFault::kWrongAuthor) ? facts::kOtherAuthorId : facts::kAuthorId;
    claims.set("x-ms-attestation-type", "vbs");
    claims.set("enclaveOwnerId", base::toBase64Url(facts::kOwnerId));
    claims.set("enclaveAuthorId", base::toBase64Url(author));
    claims.set("enclaveFamilyId", base::toBase64Url(facts::kFamilyId));
    claims.set("enclaveImageId", base::toBase64Url(facts::kImageId));
    claims.set("enclaveSvn", 0);
    claims.set("enclavePlatformSvn", faults.has(AttestFault::kOldSvn) ? 0 : static_cast<int>(facts::kPlatformSvn));
    claims.set("enclaveFlags", faults.has(AttestFault::kDebug) ? static_cast<int>(facts::kDebugFlags) : 0);
    claims.set("is-debuggable", faults.has(AttestFault::kDebug));
}

void addSgxClaims(Json& claims, const AttestFaults& faults)
{
    const bool debug = faults.has(AttestFault::kDebug);
    const int svn = faults.has(AttestFault::kOldSvn) ? 0 : facts::kSgxSvn;
    const std::string signer = faults.has(AttestFault::kWrongAuthor) ? base::toHex(facts::kOtherAuthorId) : std::string(facts::kSgxSigner);
    claims.set("x-ms-attestation-type", "sgx");
    claims.set("is-debuggable", debug);
    claims.set("product-id", facts::kSgxProduct);
    claims.set("svn", svn);
    claims.set("sgx-mrsigner", signer);
    claims.set("x-ms-sgx-is-debuggable", debug);
    claims.set("x-ms-sgx-mrsigner", signer);
    claims.set("x-ms-sgx-product-id", facts::kSgxProduct);
    claims.set("x-ms-sgx-svn", svn);
}

std::int64_t secondsOf(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

TokenService::TokenService(const AttestRoot& root, ServiceNames names, AttestMode mode, AttestFaults faults, const base::Clock& clock)
    : m_root(root), m_names(std::move(names)), m_mode(mode), m_faults(faults), m_clock(clock),
      m_keyId(base::toBase64Url(crypto::sha256(root.token().certificate)))
{
}

base::Result<TokenEvidence> TokenService::evidenceFor(ByteView identity, std::string_view url, ByteView nonce) const
{
    const bool sgx = m_mode == AttestMode::kAasSgx;
    const Bytes answered = answeredNonce(nonce, m_faults);
    TokenEvidence evidence;
    evidence.identityAsSent = sgx ? enclave::maskIdentity(identity, answered) : copyOf(identity);
    Bytes bound = evidence.identityAsSent;
    if (m_faults.has(AttestFault::kWrongKey))
        bound.back() ^= 0x02;  // the last byte of another modulus

    const auto shift = m_faults.has(AttestFault::kExpired) ? kLifetime + std::chrono::hours(1) : std::chrono::hours(0);
    const auto issued = m_clock.wallClock() - shift;
    const std::string issuer = m_names.originOf(url);
    Json claims;
    claims.set("iss", issuer);
    claims.set("iat", secondsOf(issued));
    claims.set("nbf", secondsOf(issued));
    claims.set("exp", secondsOf(issued + kLifetime));
    claims.set("jti", base::toHex(crypto::randomBytes(32)));
    claims.set("x-ms-ver", "1.0");
    claims.set("aas-ehd", base::toBase64Url(bound));
    if (sgx) {
        addSgxClaims(claims, m_faults);
    } else {
        claims.set("rp_data", base::toBase64Url(answered));
        addVbsClaims(claims, m_faults);
    }
    Json header;
    header.set("alg", "RS256").set("jku", issuer + "/certs").set("kid", m_keyId).set("typ", "JWT");

    const std::string signedText = base::toBase64Url(base::viewOf(json::write(header))) + "." + base::toBase64Url(base::viewOf(json::write(claims)));
    ES_TRY(Bytes signature, m_root.token().key.signPkcs1Sha256(base::viewOf(signedText)));
    if (m_faults.has(AttestFault::kBadSignature))
        signature.back() ^= 0x01;
    evidence.token = signedText + "." + base::toBase64Url(signature);
    return evidence;
}

std::string TokenService::metadata(const std::string& origin) const
{
    Json document;
    document.set("issuer", origin);
    document.set("jwks_uri", origin + "/certs");
    document.set("response_types_supported", Json::Array{"token"});
    document.set("id_token_signing_alg_values_supported", Json::Array{"RS256"});
    document.set("claims_supported", Json::Array{"aas-ehd", "rp_data", "iss", "iat", "nbf", "exp", "jti", "x-ms-attestation-type"});
    return json::write(document);
}

std::string TokenService::keys() const
{
    const crypto::RsaPublicKey key = m_root.token().key.publicKey();
    Json entry;
    entry.set("kty", "RSA").set("use", "sig").set("alg", "RS256").set("kid", m_keyId);
    entry.set("n", base::toBase64Url(key.modulus())).set("e", base::toBase64Url(key.exponent()));
    entry.set("x5c", Json::Array{base::toBase64(m_root.token().certificate), base::toBase64(m_root.root().certificate)});
    Json document;
    document.set("keys", Json::Array{entry});
    return json::write(document);
}

}  // namespace es::sandbox
