#include "tests/driver/attestation/EvidenceMaker.h"

#include "driver/crypto/Certificate.h"
#include "driver/crypto/EcdhP384.h"
#include "driver/crypto/Hash.h"

#include <QByteArray>

#include <algorithm>
#include <map>

namespace es::testing {
namespace {

using attestation::Evidence;
using attestation::Protocol;
using crypto::RsaPrivateKey;

RsaPrivateKey keyOf(const std::string& name, unsigned bits = 2048) { return RsaPrivateKey::fromPem(base::viewOf(keyPem(name, bits))).value(); }

base::Bytes hooked(base::Bytes bytes, const Hook& hook)
{
    if (hook) hook(bytes);
    return bytes;
}
base::Bytes bytesOf(std::string_view text)
{
    const base::ByteView view = base::viewOf(text);
    return {view.begin(), view.end()};
}

const crypto::EcdhP384& clientPair()
{
    static const crypto::EcdhP384 pair = crypto::EcdhP384::generate().value();
    return pair;
}
const crypto::EcdhP384& enclavePair()
{
    static const crypto::EcdhP384 pair = crypto::EcdhP384::generate().value();
    return pair;
}

base::Bytes identityBlob(const AnyCase& made)
{
    return hooked(enclave::encodeIdentity(keyOf(made.identity, made.identityBits).publicKey()), made.identityBlob);
}

enclave::SessionPart sessionOf(const AnyCase& made)
{
    enclave::SessionPart session;
    session.sessionId = {1, 2, 3, 4, 5, 6, 7, 8};
    session.enclavePublicKey = hooked(enclavePair().publicKey(), made.dhKey);
    const unsigned bits = made.signer == made.identity ? made.identityBits : 2048;
    session.signature = hooked(keyOf(made.signer, bits).signPkcs1Sha256(session.enclavePublicKey).value(), made.dhSignature);
    return session;
}

Evidence start(const AnyCase& made, Protocol protocol, enclave::AttestationParameters parameters)
{
    Evidence evidence;
    evidence.protocol = protocol;
    evidence.enclaveType = made.enclaveType;
    evidence.serverName = "db.test,1433";
    evidence.database = "HR";
    evidence.seenAt = secondsAt(kNow);
    parameters.clientPublicKey = clientPair().publicKey();
    evidence.parameters = hooked(enclave::encodeAttestationParameters(parameters), made.parameters);
    return evidence;
}

attestation::ServiceDocument documentOf(std::string role, std::string url, base::Bytes body)
{
    return {std::move(role), std::move(url), 200, std::move(body), {}, secondsAt(kNow)};
}

CertificatePlan validNow(const std::string& name)
{
    CertificatePlan plan;
    plan.commonName = name;
    plan.keyPem = keyPem(name);
    plan.notBefore = secondsAt(kNow - 3600);
    plan.notAfter = secondsAt(kNow + 8 * 3600);
    return plan;
}

std::string base64(base::ByteView bytes)
{
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())).toBase64().toStdString();
}

std::string signedToken(const AasCase& made, const base::Bytes& identityAsSent)
{
    json::Json claims = made.claims;
    claims.set("aas-ehd", base64Url(identityAsSent));
    if (made.type == 1) claims.set("rp_data", base64Url(made.tokenNonce.empty() ? made.nonce : made.tokenNonce));
    if (made.laterClaims) made.laterClaims(claims);
    std::string payload = json::write(claims);
    if (made.payloadText) made.payloadText(payload);
    const std::string text = base64Url(base::viewOf(json::write(made.header))) + '.' + base64Url(base::viewOf(payload));
    std::string token = text + '.' + base64Url(keyOf(made.tokenSigner).signPkcs1Sha256(base::viewOf(text)).value());
    if (made.token) made.token(token);
    return token;
}

}  // namespace

const std::string& keyPem(const std::string& name, unsigned bits)
{
    static std::map<std::pair<std::string, unsigned>, std::string> made;
    std::string& pem = made[{name, bits}];
    if (pem.empty()) pem = name == "ec" ? newEcKeyPem() : newRsaKeyPem(bits);
    return pem;
}

std::chrono::system_clock::time_point secondsAt(std::int64_t sinceEpoch)
{
    return std::chrono::system_clock::time_point(std::chrono::seconds(sinceEpoch));
}

HgsCase::HgsCase() : authority(rootPlan("authority")), health(validNow("health"))
{
    health.issuerName = authority.commonName;
    health.issuerOrganization = authority.organization;
    health.issuerKeyPem = authority.keyPem;
    health.keyUsage = "critical,digitalSignature";
    const auto set = [](auto& field, const std::string& hex) {
        const base::Bytes bytes = base::fromHex(hex).value();
        std::copy(bytes.begin(), bytes.end(), field.begin());
    };
    set(report.ownerId, policy.ownerId);
    set(report.authorId, policy.authorId);
    set(report.familyId, policy.familyId);
    set(report.imageId, policy.imageId);
    report.platformSvn = 1;
    report.modules.push_back({});
    report.modules.back().name = "test.dll";
}

AasCase::AasCase() : nonce(enclave::kAasNonceBytes)
{
    for (std::size_t i = 0; i < nonce.size(); ++i)
        nonce[i] = static_cast<base::Byte>(7 * i + 3);
    header = json::Json(json::Json::Object{{"alg", "RS256"}, {"kid", "key-1"}, {"typ", "JWT"}});
    claims = json::Json(json::Json::Object{{"iss", "https://aas.test"}, {"exp", kNow + 8 * 3600}, {"iat", kNow - 60}, {"nbf", kNow - 60},
        {"is-debuggable", false}, {"product-id", 4639}, {"svn", 2}, {"x-ms-attestation-type", "vbs"}});
    const auto idClaim = [](const std::string& hex) { return base64Url(base::fromHex(hex).value()); };
    claims.set("enclaveOwnerId", idClaim(policy.ownerId)).set("enclaveAuthorId", idClaim(policy.authorId));
    claims.set("enclaveFamilyId", idClaim(policy.familyId)).set("enclaveImageId", idClaim(policy.imageId));
    claims.set("enclaveSvn", 0).set("enclavePlatformSvn", 1).set("enclaveFlags", 0);
    metadata = json::Json(json::Json::Object{{"issuer", "https://aas.test"}, {"jwks_uri", jwksUrl}});
    keys.push_back(webKey("key-0", "other-service"));
    keys.push_back(webKey("key-1", "service"));
    tlsChain = tlsChainUnder(rootPlan("tls-root"));
}

Evidence evidenceOf(const NoneCase& made)
{
    Evidence evidence = start(made, Protocol::kNone, {enclave::ProtocolId::kNone, {}, {}});
    evidence.result = hooked(enclave::encodeNoneResult({sessionOf(made)}), made.result);
    return evidence;
}

Evidence evidenceOf(const HgsCase& made)
{
    Evidence evidence = start(made, Protocol::kHgs, {enclave::ProtocolId::kHgs, {}, {}});
    evidence.url = made.url;
    std::vector<base::Bytes> listed = made.alsoListed;
    if (made.listAuthority) listed.push_back(makeCertificate(made.authority));
    json::Json array(json::Json::Array{});
    for (const base::Byte byte : makePkcs7(listed))
        array.push(int{byte});
    evidence.documents.push_back(documentOf("signing-certificates", made.documentUrl, hooked(bytesOf(json::write(array)), made.body)));
    evidence.documents.back().status = made.documentStatus;

    enclave::HgsResult result;
    result.identity = identityBlob(made);
    result.healthReport = hooked(makeCertificate(made.health), made.healthCertificate);
    enclave::VbsReport report = made.report;
    const auto digest = crypto::sha256(
        made.boundIdentity == made.identity ? result.identity : enclave::encodeIdentity(keyOf(made.boundIdentity).publicKey()));
    std::copy(digest.begin(), digest.end(), report.enclaveData.begin());
    enclave::ReportPackage package;
    if (made.enclaveData) {
        base::Bytes data(report.enclaveData.begin(), report.enclaveData.end());
        made.enclaveData(data);
        std::copy(data.begin(), data.end(), report.enclaveData.begin());
    }
    package.statement = hooked(enclave::encodeVbsReport(report), made.statement);
    const auto healthKey = RsaPrivateKey::fromPem(base::viewOf(made.health.keyPem));
    if (healthKey) package.signature = healthKey->signPssSha256(package.statement).value();
    package.signature = hooked(package.signature, made.reportSignature);
    result.reportPackage = hooked(enclave::encodeReportPackage(package), made.package);
    result.session = sessionOf(made);
    evidence.result = hooked(enclave::encodeHgsResult(result), made.result);
    return evidence;
}

Evidence evidenceOf(const AasCase& made)
{
    const std::string asked = made.challengeUrl.empty() ? made.url : made.challengeUrl;
    Evidence evidence = start(made, Protocol::kAas, {enclave::ProtocolId::kAas, enclave::AasChallenge{asked, made.nonce}, {}});
    evidence.url = made.url;
    evidence.documents.push_back(
        documentOf("openid-configuration", made.metadataUrl, hooked(bytesOf(json::write(made.metadata)), made.metadataBody)));
    json::Json set;
    set.set("keys", json::Json(json::Json::Array(made.keys)));
    evidence.documents.push_back(documentOf("jwks", made.jwksUrl, hooked(bytesOf(json::write(set)), made.jwksBody)));
    for (auto& document : evidence.documents)
        document.tlsCertificatesPem = made.tlsChain;

    enclave::AasResult result;
    result.enclaveType = static_cast<enclave::AasEnclaveType>(made.type);
    result.identity = identityBlob(made);
    if (made.type == 2) result.identity = enclave::maskIdentity(result.identity, made.tokenNonce.empty() ? made.nonce : made.tokenNonce);
    result.token = signedToken(made, result.identity);
    result.session = sessionOf(made);
    evidence.result = hooked(enclave::encodeAasResult(result), made.result);
    return evidence;
}

std::string base64Url(base::ByteView bytes)
{
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()))
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

json::Json webKey(const std::string& kid, const std::string& keyName, unsigned bits)
{
    CertificatePlan plan = validNow(keyName);
    plan.keyPem = keyPem(keyName, bits);
    const auto key = keyOf(keyName, bits).publicKey();
    return json::Json(json::Json::Object{{"kid", kid}, {"kty", "RSA"}, {"use", "sig"}, {"alg", "RS256"}, {"n", base64Url(key.modulus())},
        {"e", base64Url(key.exponent())}, {"x5c", json::Json(json::Json::Array{base64(makeCertificate(plan))})}});
}

json::Json without(const json::Json& object, std::string_view name)
{
    json::Json::Object kept;
    for (const auto& member : *object.asObject())
        if (member.first != name) kept.push_back(member);
    return json::Json(std::move(kept));
}

std::string certificatePem(const CertificatePlan& plan) { return crypto::Certificate::fromDer(makeCertificate(plan)).value().pem(); }

CertificatePlan rootPlan(const std::string& name)
{
    CertificatePlan plan = validNow(name);
    plan.organization = "Test";
    plan.basicConstraints = "critical,CA:TRUE";
    plan.keyUsage = "critical,keyCertSign";
    return plan;
}

std::vector<std::string> tlsChainUnder(const CertificatePlan& root)
{
    CertificatePlan leaf = validNow("aas.test");
    leaf.issuerName = root.commonName;
    leaf.issuerOrganization = root.organization;
    leaf.issuerKeyPem = root.keyPem;
    return {certificatePem(leaf), certificatePem(root)};
}

std::set<std::string> idsOf(const attestation::Judgement& judgement, attestation::RuleVerdict verdict)
{
    std::set<std::string> ids;
    for (const auto& rule : judgement.rules)
        if (rule.verdict == verdict) ids.insert(rule.id);
    return ids;
}

}  // namespace es::testing
