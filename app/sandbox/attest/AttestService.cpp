#include "app/sandbox/attest/AttestService.h"

#include <algorithm>

namespace es::sandbox {

using base::Bytes;
using base::ByteView;

namespace {

constexpr std::uint32_t kAasId = 1;
constexpr std::uint32_t kHgsId = 3;
constexpr int kKeepSeconds = 3600;
constexpr std::string_view kJson = "application/json; charset=utf-8";

// Lower-case, without slashes at the end: Windows' web server looks at neither.
std::string normalised(std::string path)
{
    std::transform(path.begin(), path.end(), path.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

HttpAnswer notHere(std::string_view what)
{
    HttpAnswer answer;
    answer.body = "This is the attestation service of an Enclave Studio sandbox. It serves " + std::string(what) + ".\n";
    return answer;
}

HttpAnswer json(std::string body)
{
    return {200, std::string(kJson), std::move(body), kKeepSeconds};
}

}  // namespace

AttestService::AttestService(const AttestRoot& root, ServiceNames names, AttestMode mode, AttestFaults faults, const base::Clock& clock)
    : m_mode(mode), m_health(root, faults, clock), m_tokens(root, std::move(names), mode, faults, clock)
{
}

base::Result<abi::EvidenceReply> AttestService::evidence(const abi::EvidenceRequest& request)
{
    const std::uint32_t spoken = m_mode == AttestMode::kHgs ? kHgsId : kAasId;
    if (request.protocolId != spoken || request.identity.empty() || (spoken == kAasId && request.nonce.empty()))
        return base::makeError(abi::kAttestRefused, "The attestation service does not attest what it was asked for.");
    abi::EvidenceReply reply;
    if (spoken == kHgsId) {
        ES_TRY(HealthEvidence health, m_health.evidenceFor(request.identity));
        reply.identityAsSent = request.identity;
        reply.healthReport = std::move(health.healthReport);
        reply.reportPackage = std::move(health.reportPackage);
        return reply;
    }
    ES_TRY(TokenEvidence token, m_tokens.evidenceFor(request.identity, request.url, request.nonce));
    reply.identityAsSent = std::move(token.identityAsSent);
    reply.token = std::move(token.token);
    return reply;
}

Bytes AttestService::answerMessage(ByteView message)
{
    const auto request = abi::decodeEvidenceRequest(message);
    if (!request)
        return abi::encodeEvidenceRefusal(request.error().text);
    const auto reply = evidence(*request);
    return reply ? abi::encodeEvidenceReply(*reply) : abi::encodeEvidenceRefusal(reply.error().text);
}

HttpAnswer AttestService::document(const HttpRequest& request)
{
    const std::string path = normalised(request.path);
    return m_mode == AttestMode::kHgs ? healthDocument(path) : tokenDocument(path, request.host);
}

HttpAnswer AttestService::healthDocument(std::string_view path) const
{
    if (path != "/attestation/v2.0/signingcertificates" && path != "/attestation/attestationservice.svc/v2.0/signingcertificates")
        return notHere("/Attestation/v2.0/signingCertificates and /Attestation/attestationservice.svc/v2.0/signingCertificates");
    auto body = m_health.signingCertificates();
    if (!body)
        return {500, "text/plain; charset=utf-8", body.error().text + "\n", 0};
    return json(std::move(*body));
}

HttpAnswer AttestService::tokenDocument(std::string_view path, std::string_view host) const
{
    if (path == "/.well-known/openid-configuration")
        return json(m_tokens.metadata(m_tokens.names().originOfHost(host)));
    if (path == "/certs")
        return json(m_tokens.keys());
    return notHere("/.well-known/openid-configuration and /certs");
}

}  // namespace es::sandbox
