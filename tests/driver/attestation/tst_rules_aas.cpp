// Protocol AAS: each rule broken alone, and nothing else held against the enclave.                  enclave-protocol 3.3, 5, 11
#include "driver/crypto/Certificate.h"
#include "driver/crypto/Hash.h"
#include "driver/enclave/SandboxRoot.h"
#include "tests/driver/attestation/RuleRows.h"

using namespace es;
using namespace es::attestation;
using namespace es::testing;
using json::Json;

namespace {

constexpr std::size_t kDhY = 56;
const Ids kNoKeySet{"jwt-kid", "jwks-key", "jwt-signature"};
const Ids kNoToken{"jwt-alg", "jwt-critical", "jwt-kid", "jwks-key", "jwt-signature", "jwt-issuer", "jwt-expired", "jwt-not-yet-valid",
    "jwt-issued-at", "jwt-lifetime", "claim-aas-ehd", "claim-rp_data", "sgx-signer", "sgx-product", "sgx-svn", "policy-debug",
    "claim-attestation-type", "policy-owner", "policy-author", "policy-family", "policy-image", "policy-svn-enclave", "policy-svn"};

Ids with(Ids ids, const Ids& more)
{
    ids.insert(more.begin(), more.end());
    return ids;
}
Ids noResult()
{
    return with(kNoToken, {"jwt-format", "identity-format", "identity-strength", "dh-signature", "dh-key-point", "dh-key-length", "dh-key-header",
                              "enclave-type", "truncated", "trailing-bytes"});
}

void useSgx(AasCase& c)
{
    c.enclaveType = "SGX";
    c.type = 2;
    c.claims.set("x-ms-attestation-type", "sgx");
    c.claims.set("x-ms-sgx-mrsigner", c.policy.sgxSigner);
}
void claim(AasCase& c, const char* name, Json value) { c.claims.set(name, std::move(value)); }
void noClaim(AasCase& c, const char* name) { c.claims = without(c.claims, name); }
void key(AasCase& c, const char* name, Json value) { c.keys[1].set(name, std::move(value)); }

std::array<std::string, 3> partsOf(const std::string& token)
{
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

// Signed with what everybody knows: the service's public key as the secret of an HMAC.
void signWithPublicKey(std::string& token, const Json& header)
{
    const auto parts = partsOf(token);
    const std::string text = base64Url(base::viewOf(json::write(header))) + '.' + parts[1];
    const std::string secret = crypto::RsaPrivateKey::fromPem(base::viewOf(keyPem("service")))->publicKey().pem();
    token = text + '.' + base64Url(crypto::hmacSha256(base::viewOf(secret), base::viewOf(text)));
}

base::Bytes asBytes(std::string_view text)
{
    const base::ByteView view = base::viewOf(text);
    return {view.begin(), view.end()};
}
Hook replaceBody(std::string text)
{
    return [=](base::Bytes& body) { body = asBytes(text); };
}
std::string fingerprintOf(const std::string& pem) { return crypto::Certificate::fromPem(pem).value().fingerprint(); }

const std::vector<RuleRow<AasCase>> kAasRows{
    {"claim-aas-ehd", "another key", [](AasCase& c) { c.laterClaims = [](Json& j) { j.set("aas-ehd", base64Url(base::viewOf("another"))); }; }},
    {"claim-aas-ehd", "another session's identity", [](AasCase& c) {
         c.laterClaims = [](Json& j) {
             const auto other = crypto::RsaPrivateKey::fromPem(base::viewOf(keyPem("elsewhere")))->publicKey();
             j.set("aas-ehd", base64Url(enclave::encodeIdentity(other)));
         };
     }},
    {"claim-aas-ehd", "with padding", [](AasCase& c) { c.laterClaims = [](Json& j) { j.set("aas-ehd", *j.find("aas-ehd")->asString() + "="); }; }},
    {"claim-aas-ehd", "missing", [](AasCase& c) { c.laterClaims = [](Json& j) { j = without(j, "aas-ehd"); }; }},
    {"claim-aas-ehd", "SGX: unmasked in the token", [](AasCase& c) {
         useSgx(c);
         c.laterClaims = [](Json& j) {
             const auto own = crypto::RsaPrivateKey::fromPem(base::viewOf(keyPem("identity")))->publicKey();
             j.set("aas-ehd", base64Url(enclave::encodeIdentity(own)));
         };
     }},
    {"jwt-signature", "by another key", [](AasCase& c) { c.tokenSigner = "elsewhere"; }},
    {"jwt-signature", "by the service's other key", [](AasCase& c) { c.tokenSigner = "other-service"; }},
    {"jwt-signature", "a letter", [](AasCase& c) { c.token = [](std::string& t) { t[t.size() - 9] = t[t.size() - 9] == 'A' ? 'B' : 'A'; }; }},
    {"jwt-signature", "empty", [](AasCase& c) { c.token = [](std::string& t) { t.resize(t.rfind('.') + 1); }; }},
    {"jwt-signature", "unread claim altered after signing", [](AasCase& c) {
         claim(c, "x-note", "aaaa");
         c.token = [](std::string& t) {
             const auto parts = partsOf(t);
             QByteArray payload = QByteArray::fromBase64(QByteArray::fromStdString(parts[1]), QByteArray::Base64UrlEncoding);
             payload.replace("aaaa", "aaab");
             t = parts[0] + '.' + base64Url(base::viewOf(payload.toStdString())) + '.' + parts[2];
         };
     }},
    {"jwt-expired", "by the second beyond the skew", [](AasCase& c) { claim(c, "exp", kNow - 300); }},
    {"jwt-expired", "no skew allowed", [](AasCase& c) { claim(c, "exp", kNow); c.policy.clockSkew = {}; }},
    {"jwt-expired", "missing", [](AasCase& c) { noClaim(c, "exp"); }, {"jwt-lifetime"}},
    {"jwt-expired", "a text", [](AasCase& c) { claim(c, "exp", "1767254400"); }, {"jwt-lifetime"}},
    {"jwt-expired", "negative", [](AasCase& c) { claim(c, "exp", -1); }, {"jwt-lifetime"}},
    {"trusted-root", "another is trusted", [](AasCase& c) { c.policy.trustedRoots = {std::string(64, 'a')}; }},
    {"trusted-root", "the service's own certificate is no root", [](AasCase& c) { c.policy.trustedRoots = {fingerprintOf(c.tlsChain.front())}; }},
    {"trusted-root", "no TLS", [](AasCase& c) { c.policy.trustedRoots = {fingerprintOf(c.tlsChain.back())}; c.tlsChain.clear(); }},
    {"trusted-root", "the trusted one stands behind a chain of another", [](AasCase& c) {
         c.policy.trustedRoots = {fingerprintOf(c.tlsChain.back())};
         auto chain = tlsChainUnder(rootPlan("other-root"));
         chain.push_back(c.tlsChain.back());
         c.tlsChain = chain;
     }},
    {"trusted-root", "a link that may not issue", [](AasCase& c) {
         CertificatePlan link = rootPlan("link");
         link.basicConstraints.clear();
         link.keyUsage.clear();
         link.issuerName = "tls-root";
         link.issuerOrganization = "Test";
         link.issuerKeyPem = keyPem("tls-root");
         c.policy.trustedRoots = {fingerprintOf(c.tlsChain.back())};
         c.tlsChain = {tlsChainUnder(link).front(), certificatePem(link), c.tlsChain.back()};
     }},
    {"jwt-issuer", "another", [](AasCase& c) { claim(c, "iss", "https://evil.test"); }},
    {"jwt-issuer", "with a slash", [](AasCase& c) { claim(c, "iss", "https://aas.test/"); }},
    {"jwt-issuer", "in capitals", [](AasCase& c) { claim(c, "iss", "https://AAS.test"); }},
    {"jwt-issuer", "begins alike", [](AasCase& c) { claim(c, "iss", "https://aas.test.evil.test"); }},
    {"jwt-issuer", "missing", [](AasCase& c) { noClaim(c, "iss"); }},
    {"jwt-issuer", "a list", [](AasCase& c) { claim(c, "iss", Json(Json::Array{"https://aas.test"})); }},
    {"policy-author", "another", [](AasCase& c) { claim(c, "enclaveAuthorId", base64Url(base::Bytes(32, 7))); }},
    {"policy-author", "a byte less", [](AasCase& c) { claim(c, "enclaveAuthorId", base64Url(base::fromHex(c.policy.authorId.substr(2)).value())); }},
    {"policy-author", "as hex", [](AasCase& c) { claim(c, "enclaveAuthorId", c.policy.authorId + "="); }},
    {"policy-author", "missing though required", [](AasCase& c) { noClaim(c, "enclaveAuthorId"); c.policy.requireClaims = true; }},
    {"policy-family", "another", [](AasCase& c) { claim(c, "enclaveFamilyId", base64Url(base::Bytes(16, 7))); }},
    {"policy-image", "another", [](AasCase& c) { claim(c, "enclaveImageId", base64Url(base::Bytes(16, 7))); }},
    {"policy-owner", "another", [](AasCase& c) { claim(c, "enclaveOwnerId", base64Url(base::Bytes(32, 7))); }},
    {"policy-svn-enclave", "below the minimum", [](AasCase& c) { c.policy.minimumEnclaveSvn = 1; }},
    {"policy-svn", "0", [](AasCase& c) { claim(c, "enclavePlatformSvn", 0); }},
    {"policy-svn", "a text", [](AasCase& c) { claim(c, "enclavePlatformSvn", "1"); }},
    {"policy-svn", "missing though required", [](AasCase& c) { noClaim(c, "enclavePlatformSvn"); c.policy.requireClaims = true; }},
    {"sgx-signer", "another", [](AasCase& c) { useSgx(c); claim(c, "x-ms-sgx-mrsigner", std::string(64, 'b')); }},
    {"sgx-signer", "two names, one wrong", [](AasCase& c) { useSgx(c); claim(c, "sgx-mrsigner", std::string(64, 'b')); }},
    {"sgx-signer", "missing though required", [](AasCase& c) { useSgx(c); noClaim(c, "x-ms-sgx-mrsigner"); c.policy.requireClaims = true; }},
    {"sgx-product", "another", [](AasCase& c) { claim(c, "product-id", 1); }},
    {"sgx-product", "a text", [](AasCase& c) { claim(c, "product-id", "4639"); }},
    {"sgx-product", "missing though required", [](AasCase& c) { useSgx(c); noClaim(c, "product-id"); c.policy.requireClaims = true; }},
    {"sgx-svn", "below the minimum", [](AasCase& c) { c.policy.minimumSgxSvn = 3; }},
    {"sgx-svn", "negative", [](AasCase& c) { claim(c, "svn", -1); }},
    {"sgx-svn", "missing though required", [](AasCase& c) { useSgx(c); noClaim(c, "svn"); c.policy.requireClaims = true; }},
    {"policy-debug", "true", [](AasCase& c) { claim(c, "is-debuggable", true); }},
    {"policy-debug", "true under the other name", [](AasCase& c) { claim(c, "x-ms-sgx-is-debuggable", true); }},
    {"policy-debug", "a text", [](AasCase& c) { claim(c, "is-debuggable", "false"); }},
    {"policy-debug", "by the flags", [](AasCase& c) { claim(c, "enclaveFlags", 1); }},
    {"policy-debug", "an unknown flag, though debug is accepted", [](AasCase& c) { claim(c, "enclaveFlags", 8); c.policy.debug = true; }},
    {"policy-debug", "a number in place of true or false", [](AasCase& c) { claim(c, "is-debuggable", 0); }},
    {"policy-debug", "missing though required",
        [](AasCase& c) { noClaim(c, "is-debuggable"); noClaim(c, "enclaveFlags"); c.policy.requireClaims = true; }},
    {"claim-rp_data", "an old nonce", [](AasCase& c) { c.tokenNonce = base::Bytes(256, 9); }},
    {"claim-rp_data", "missing", [](AasCase& c) { c.laterClaims = [](Json& j) { j = without(j, "rp_data"); }; }},
    {"claim-rp_data", "cut", [](AasCase& c) { c.tokenNonce = base::Bytes(c.nonce.begin(), c.nonce.end() - 1); }},
    {"dh-signature", "a bit", [](AasCase& c) { c.dhSignature = flip(0); }},
    {"dh-signature", "by another key", [](AasCase& c) { c.signer = "elsewhere"; }},
    {"dh-key-point", "off the curve", [](AasCase& c) { c.dhKey = flip(kDhY); }},
    {"dh-key-length", "103 bytes", [](AasCase& c) { c.dhKey = [](base::Bytes& k) { k.pop_back(); }; }, {"dh-key-header", "dh-key-point"}},
    {"dh-key-header", "ECK1", [](AasCase& c) { c.dhKey = flip(3, 2); }, {"dh-key-point"}},
    {"jwt-alg", "none", [](AasCase& c) {
         c.header.set("alg", "none");
         c.token = [](std::string& t) { t.resize(t.rfind('.') + 1); };
     }, {"jwt-signature"}},
    {"jwt-alg", "HS256 with the public key", [](AasCase& c) {
         c.header.set("alg", "HS256");
         c.token = [header = c.header](std::string& t) { signWithPublicKey(t, header); };
     }, {"jwt-signature"}},
    {"jwt-alg", "rs256", [](AasCase& c) { c.header.set("alg", "rs256"); }, {"jwt-signature"}},
    {"jwt-alg", "RS512", [](AasCase& c) { c.header.set("alg", "RS512"); }, {"jwt-signature"}},
    {"jwt-alg", "missing", [](AasCase& c) { c.header = without(c.header, "alg"); }, {"jwt-signature"}},
    {"jwt-kid", "unknown", [](AasCase& c) { c.header.set("kid", "key-9"); }, {"jwks-key", "jwt-signature"}},
    {"jwt-kid", "missing", [](AasCase& c) { c.header = without(c.header, "kid"); }, {"jwks-key", "jwt-signature"}},
    {"jwt-kid", "a number", [](AasCase& c) { c.header.set("kid", 1); }, {"jwks-key", "jwt-signature"}},
    {"jwt-critical", "something", [](AasCase& c) { c.header.set("crit", Json(Json::Array{"exp"})); }},
    {"jwt-critical", "an empty list", [](AasCase& c) { c.header.set("crit", Json(Json::Array{})); }},
    {"jwt-not-yet-valid", "beyond the skew", [](AasCase& c) { claim(c, "nbf", kNow + 301); }},
    {"jwt-not-yet-valid", "a text", [](AasCase& c) { claim(c, "nbf", "now"); }},
    {"jwt-issued-at", "beyond the skew", [](AasCase& c) { claim(c, "iat", kNow + 301); }},
    {"jwt-issued-at", "a text", [](AasCase& c) { claim(c, "iat", "now"); }},
    {"jwt-lifetime", "a second more than a day", [](AasCase& c) { claim(c, "exp", kNow - 60 + 86'401); }},
    {"jwt-lifetime", "by nbf", [](AasCase& c) { noClaim(c, "iat"); claim(c, "exp", kNow - 60 + 86'401); }},
    {"jwt-lifetime", "by the clock", [](AasCase& c) { noClaim(c, "iat"); noClaim(c, "nbf"); claim(c, "exp", kNow + 86'401); }},
    {"jwt-format", "two parts", [](AasCase& c) { c.token = [](std::string& t) { t.resize(t.rfind('.')); }; }, kNoToken},
    {"jwt-format", "four parts", [](AasCase& c) { c.token = [](std::string& t) { t += ".AA"; }; }, kNoToken},
    {"jwt-format", "padded", [](AasCase& c) { c.token = [](std::string& t) { t += "=="; }; }, kNoToken},
    {"jwt-format", "plain base64", [](AasCase& c) { c.token = [](std::string& t) { t[t.size() - 9] = '+'; }; }, kNoToken},
    {"jwt-format", "left-over bits", [](AasCase& c) { c.token = [](std::string& t) { t.back() = t.back() == 'A' ? 'B' : static_cast<char>(t.back() + 1); }; }, kNoToken},
    {"jwt-format", "payload is a list", [](AasCase& c) { c.payloadText = [](std::string& t) { t = "[" + t + "]"; }; }, kNoToken},
    {"jwt-format", "a claim twice", [](AasCase& c) { c.payloadText = [](std::string& t) { t.insert(1, R"("iss":"https://evil.test",)"); }; }, kNoToken},
    {"jwt-format", "no ASCII", [](AasCase& c) { c.token = [](std::string& t) { t[3] = '\xE9'; }; }, kNoToken},
    {"jwt-format", "a NUL", [](AasCase& c) { c.token = [](std::string& t) { t.push_back('\0'); }; }, kNoToken},
    {"jwt-format", "empty", [](AasCase& c) { c.token = [](std::string& t) { t.clear(); }; }, kNoToken},
    {"identity-format", "another magic", [](AasCase& c) { c.identityBlob = flip(3); }, {"identity-strength", "dh-signature"}},
    {"identity-format", "SGX: masked with an old nonce", [](AasCase& c) { useSgx(c); c.tokenNonce = base::Bytes(256, 9); },
        {"identity-strength", "dh-signature", "claim-rp_data"}},
    {"identity-format", "SGX: not masked", [](AasCase& c) { useSgx(c); c.tokenNonce = base::Bytes(256, 0); },
        {"identity-strength", "dh-signature", "claim-rp_data"}},
    {"identity-strength", "1024 bits", [](AasCase& c) { c.identityBits = 1024; }},
    {"enclave-type", "0", [](AasCase& c) { c.result = flip(12, 1); }, {"identity-format", "identity-strength", "dh-signature"}},
    {"enclave-type", "3", [](AasCase& c) { c.result = flip(12, 2); }, {"identity-format", "identity-strength", "dh-signature"}},
    {"enclave-type", "the login says SGX", [](AasCase& c) { c.enclaveType = "SGX"; claim(c, "x-ms-attestation-type", "sgx"); },
        {"identity-format", "identity-strength", "dh-signature", "claim-rp_data"}},
    {"enclave-type", "the login says neither", [](AasCase& c) { c.enclaveType = "SIMULATOR"; }, {"identity-format", "identity-strength", "dh-signature"}},
    {"claim-attestation-type", "sgx with VBS", [](AasCase& c) { claim(c, "x-ms-attestation-type", "sgx"); }},
    {"claim-attestation-type", "missing though required", [](AasCase& c) { noClaim(c, "x-ms-attestation-type"); c.policy.requireClaims = true; }},
    {"service-transport", "a redirect to http",
        [](AasCase& c) { c.metadataUrl = "http://aas.test/metadata"; c.policy.redirectOrigins = {"http://aas.test"}; }},
    {"service-origin", "keys from elsewhere", [](AasCase& c) { c.jwksUrl = "https://evil.test/certs"; }},
    {"service-origin", "metadata from elsewhere", [](AasCase& c) { c.metadataUrl = "https://evil.test/metadata"; }},
    {"metadata", "no JSON", [](AasCase& c) { c.metadataBody = replaceBody("<html>"); }, {"metadata-issuer", "jwks-uri"}},
    {"metadata", "no jwks_uri", [](AasCase& c) { c.metadata = without(c.metadata, "jwks_uri"); }, {"metadata-issuer", "jwks-uri"}},
    {"metadata", "jwks_uri twice",
        [](AasCase& c) { c.metadataBody = replaceBody(R"({"jwks_uri":"https://aas.test/certs","jwks_uri":"https://evil.test/certs"})"); },
        {"metadata-issuer", "jwks-uri"}},
    {"metadata-issuer", "another", [](AasCase& c) { c.metadata.set("issuer", "https://evil.test"); }},
    {"metadata-issuer", "no text", [](AasCase& c) { c.metadata.set("issuer", 1); }},
    {"jwks-uri", "elsewhere", [](AasCase& c) { c.metadata.set("jwks_uri", "https://evil.test/certs"); }},
    {"jwks-uri", "http", [](AasCase& c) { c.metadata.set("jwks_uri", "http://aas.test/certs"); }},
    {"jwks-uri", "http at an origin that redirects may lead to",
        [](AasCase& c) { c.metadata.set("jwks_uri", "http://aas.test/certs"); c.policy.redirectOrigins = {"http://aas.test"}; }},
    {"jwks-uri", "another port", [](AasCase& c) { c.metadata.set("jwks_uri", "https://aas.test:8443/certs"); }},
    {"jwks", "no JSON", [](AasCase& c) { c.jwksBody = replaceBody("keys"); }, kNoKeySet},
    {"jwks", "no list", [](AasCase& c) { c.jwksBody = replaceBody(R"({"keys":{}})"); }, kNoKeySet},
    {"jwks", "a member of a key twice", [](AasCase& c) { c.jwksBody = replaceBody(R"({"keys":[{"kid":"key-1","kid":"key-2"}]})"); }, kNoKeySet},
    {"jwks", "too many keys", [](AasCase& c) { c.keys.resize(65, Json(Json::Object{})); }, kNoKeySet},
    {"jwks-key", "two of this name", [](AasCase& c) { c.keys[0].set("kid", "key-1"); }, {"jwt-signature"}},
    {"jwks-key", "x5c and n differ", [](AasCase& c) { key(c, "n", *c.keys[0].find("n")); }, {"jwt-signature"}},
    {"jwks-key", "x5c and e differ", [](AasCase& c) { key(c, "e", "Aw"); }, {"jwt-signature"}},
    {"jwks-key", "x5c unreadable", [](AasCase& c) { key(c, "x5c", Json(Json::Array{"AAAA"})); }, {"jwt-signature"}},
    {"jwks-key", "n without e", [](AasCase& c) { c.keys[1] = without(c.keys[1], "e"); }, {"jwt-signature"}},
    {"jwks-key", "for encryption", [](AasCase& c) { key(c, "use", "enc"); }, {"jwt-signature"}},
    {"jwks-key", "for another algorithm", [](AasCase& c) { key(c, "alg", "RS512"); }, {"jwt-signature"}},
    {"jwks-key", "another kind", [](AasCase& c) { key(c, "kty", "oct"); }, {"jwt-signature"}},
    {"jwks-key", "no key in it", [](AasCase& c) { c.keys[1] = without(without(without(c.keys[1], "x5c"), "n"), "e"); }, {"jwt-signature"}},
    {"jwks-key", "1024 bits", [](AasCase& c) { c.keys[1] = webKey("key-1", "service", 1024); }, {"jwt-signature"}},
    {"truncated", "last byte missing", [](AasCase& c) { c.result = [](base::Bytes& r) { r.pop_back(); }; }, {"dh-signature"}},
    {"truncated", "nothing but sizes", [](AasCase& c) { c.result = [](base::Bytes& r) { r.resize(16); }; },
        [] { Ids ids = noResult(); ids.erase("enclave-type"); ids.erase("truncated"); ids.erase("trailing-bytes"); return ids; }()},
    {"trailing-bytes", "one more", [](AasCase& c) { c.result = [](base::Bytes& r) { r.push_back(0); }; }},
    {"result-size", "above 64 KiB", [](AasCase& c) { c.result = [](base::Bytes& r) { r.resize(64 * 1024 + 1); }; }, noResult()},
    {"request-format", "another URL was asked for", [](AasCase& c) { c.challengeUrl = "https://aas.test/other"; }, {"claim-rp_data"}},
    {"request-format", "cut", [](AasCase& c) { c.parameters = [](base::Bytes& p) { p.pop_back(); }; }, {"claim-rp_data"}},
    {"policy-protocol", "the policy wants HGS", [](AasCase& c) { c.policy.protocol = Protocol::kHgs; }},
    {"policy-service", "the policy wants another", [](AasCase& c) { c.policy.service = "https://other.test"; }},
};

Judgement judged(const auto& made) { return judge(evidenceOf(made), made.policy); }
QString failedIn(const Judgement& judgement) { return text(idsOf(judgement, RuleVerdict::kFailed)); }

}  // namespace

class TestRulesAas : public QObject {
    Q_OBJECT

private slots:
    void wholeCasesAreBelieved_data()
    {
        QTest::addColumn<bool>("sgx");
        QTest::newRow("VBS") << false;
        QTest::newRow("SGX") << true;
    }
    void wholeCasesAreBelieved()
    {
        QFETCH(bool, sgx);
        AasCase made;
        if (sgx) useSgx(made);
        made.policy.requireClaims = true;
        made.policy.trustedRoots = {fingerprintOf(made.tlsChain.back())};
        made.policy.service = "https://aas.test";
        const Judgement judgement = judged(made);
        QCOMPARE(failedIn(judgement), QString());
        QCOMPARE(text(idsOf(judgement, RuleVerdict::kNotChecked)), QString());
        QVERIFY(judgement.verdict == Verdict::kVerified);
        QCOMPARE(judgement.root.fingerprint, made.policy.trustedRoots.front());
        QVERIFY(judgement.validUntil == secondsAt(kNow + 8 * 3600));
        const auto issuer = std::find_if(judgement.claims.begin(), judgement.claims.end(), [](const Claim& c) { return c.name == "iss"; });
        QVERIFY(issuer != judgement.claims.end());
        QCOMPARE(issuer->value, std::string("https://aas.test"));
    }

    void aasRules_data() { addRuleRows(kAasRows); }
    void aasRules()
    {
        QFETCH(int, row);
        verifyRow(kAasRows[static_cast<std::size_t>(row)]);
    }
    void everyRuleHasARow() { verifyEveryRuleHasARow(Protocol::kAas, kAasRows); }

    // Whichever single bit is turned (a sample: each judgement costs milliseconds), but for the first size, which no driver reads, and the session's id, which nobody signs.
    void anyByteCounts_data() { wholeCasesAreBelieved_data(); }
    void anyByteCounts()
    {
        QFETCH(bool, sgx);
        AasCase made;
        if (sgx) useSgx(made);
        const Evidence whole = evidenceOf(made);
        Evidence evidence = whole;
        const std::size_t sessionAt = whole.result.size() - 256 - 104 - 16;
        for (std::size_t i = 4; i < whole.result.size(); i += 5) {
            if (i >= sessionAt && i < sessionAt + 8) continue;
            evidence.result[i] ^= static_cast<base::Byte>(1U << (i % 8));
            QVERIFY2(judge(evidence, made.policy).verdict == Verdict::kRefused, QByteArray::number(qsizetype(i)));
            evidence.result[i] = whole.result[i];
        }
    }

    void whatIsAllowed_data()
    {
        QTest::addColumn<int>("which");
        const char* names[]{"issuer with :443", "quotes and white space around the token", "x5c alone", "n and e alone", "use and alg not stated",
            "times not stated", "claims not stated", "debug accepted", "expired within the skew", "from the future within the skew",
            "metadata without issuer", "any product and signer", "another port"};
        for (int i = 0; i < static_cast<int>(std::size(names)); ++i)
            QTest::newRow(names[i]) << i;
    }
    void whatIsAllowed()
    {
        QFETCH(int, which);
        AasCase c;
        switch (which) {
        case 0: claim(c, "iss", "https://aas.test:443"); break;
        case 1: c.token = [](std::string& t) { t = " \"" + t + "\"\r\n"; }; break;
        case 2: c.keys[1] = without(without(c.keys[1], "n"), "e"); break;
        case 3: c.keys[1] = without(c.keys[1], "x5c"); break;
        case 4: c.keys[1] = without(without(c.keys[1], "use"), "alg"); break;
        case 5: c.claims = without(without(c.claims, "nbf"), "iat"); break;
        case 6:
            for (const char* name : {"is-debuggable", "product-id", "svn", "x-ms-attestation-type", "enclaveOwnerId", "enclaveAuthorId",
                     "enclaveFamilyId", "enclaveImageId", "enclaveSvn", "enclavePlatformSvn", "enclaveFlags"})
                noClaim(c, name);
            break;
        case 7: claim(c, "is-debuggable", true); claim(c, "enclaveFlags", 7); c.policy.debug = true; break;
        case 8: claim(c, "exp", kNow - 299); break;
        case 9: claim(c, "nbf", kNow + 300); claim(c, "iat", kNow + 300); break;
        case 10: c.metadata = without(c.metadata, "issuer"); break;
        case 11: useSgx(c); claim(c, "x-ms-sgx-mrsigner", "other"); claim(c, "product-id", 7); c.policy.sgxSigner = ""; c.policy.sgxProduct.reset(); break;
        default:
            c.url = "https://AAS.test:8443/attest";
            c.metadataUrl = "https://aas.test:8443/.well-known/openid-configuration";
            c.jwksUrl = "https://aas.test:8443/certs";
            claim(c, "iss", "https://aas.test:8443");
            c.metadata.set("issuer", "https://aas.test:8443");
            c.metadata.set("jwks_uri", c.jwksUrl);
        }
        const Judgement judgement = judged(c);
        QCOMPARE(failedIn(judgement), QString());
        QVERIFY(judgement.verdict == Verdict::kVerified);
    }

    void missingDocuments()
    {
        const AasCase made;
        Evidence evidence = evidenceOf(made);
        evidence.documents.pop_back();
        Judgement judgement = judge(evidence, made.policy);
        QVERIFY(judgement.verdict == Verdict::kUnreachable);
        QCOMPARE(text(idsOf(judgement, RuleVerdict::kNotChecked)),
            text({"jwks", "jwks-key", "jwt-kid", "jwt-signature", "service-origin", "service-transport", "trusted-root"}));
        evidence.documents.clear();
        judgement = judge(evidence, made.policy);
        QVERIFY(judgement.verdict == Verdict::kUnreachable);
        QCOMPARE(failedIn(judgement), QString());
    }

    void refetchHelpsWithUnknownKeys()
    {
        AasCase unknown;
        unknown.header.set("kid", "key-9");
        QVERIFY(judged(unknown).refetchMayHelp);
        AasCase renewed;
        renewed.tokenSigner = "elsewhere";
        QVERIFY(judged(renewed).refetchMayHelp);
        AasCase expired;
        claim(expired, "exp", kNow - 3000);
        QVERIFY(!judged(expired).refetchMayHelp);
    }

    void sandboxRootShows()
    {
        AasCase made;
        CertificatePlan root = rootPlan("tls-root");
        root.organization = enclave::kSandboxOrganization;
        made.tlsChain = tlsChainUnder(root);
        QVERIFY(judged(made).root.sandbox);
        QVERIFY(!judged(AasCase()).root.sandbox);
    }
};

QTEST_APPLESS_MAIN(TestRulesAas)
#include "tst_rules_aas.moc"
