#include "app/sandbox/enclave/Attester.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"

namespace es::sandbox {

using base::Bytes;
using base::ByteView;

namespace {

constexpr int kIdentityBits = 4096;

}  // namespace

Attester::Attester(AttestMode mode, const std::string& socketPath) : m_mode(mode), m_service(LocalAddress::of(socketPath))
{
    if (m_mode == AttestMode::kNone)
        return;
    std::promise<MadeIdentity> made;
    m_identity = made.get_future().share();
    m_maker = std::thread([promise = std::move(made)]() mutable {
        auto key = crypto::RsaPrivateKey::generate(kIdentityBits);
        base::Result<Identity> identity = key ? base::Result<Identity>(Identity{*key, enclave::encodeIdentity(key->publicKey())})
                                              : base::Result<Identity>(key.error());
        promise.set_value(std::make_shared<const base::Result<Identity>>(std::move(identity)));
    });
}

Attester::~Attester()
{
    if (m_maker.joinable())
        m_maker.join();
}

base::Result<Attester::MadeIdentity> Attester::identity() const
{
    if (m_identity.wait_for(std::chrono::milliseconds(kIdentityMs)) != std::future_status::ready)
        return enclaveError(33192, "The enclave's identity key is still being made.");
    MadeIdentity made = m_identity.get();
    if (!*made)
        return enclaveError(33192, "The enclave's identity key could not be made.");
    return made;
}

base::Result<abi::EvidenceReply> Attester::ask(const abi::EvidenceRequest& request) const
{
    auto socket = m_service ? LocalSocket::connect(*m_service) : base::Result<LocalSocket>(m_service.error());
    if (!socket || !socket->setTimeout(kEvidenceMs) || !socket->sendMessage(abi::encodeEvidenceRequest(request)))
        return enclaveError(33196, "The attestation program of the sandbox is not running.");
    const auto message = socket->receiveMessage(abi::kMaxAttestMessageBytes);
    if (!message)
        return enclaveError(33196, "The attestation program of the sandbox did not answer.");
    auto reply = abi::decodeEvidenceReply(*message);
    if (!reply)
        return enclaveError(33196, reply.error().text);
    return reply;
}

base::Result<Attester::Evidence> Attester::evidenceFor(const enclave::AttestationParameters& parameters, ByteView enclavePublicKey)
{
    Evidence evidence;
    evidence.protocolId = static_cast<std::uint32_t>(parameters.protocol);
    if (!offersProtocol(m_mode, evidence.protocolId))
        return enclaveError(33190, "This sandbox was started with --attestation " + std::string(attestModeName(m_mode)) + ".");
    if (parameters.protocol == enclave::ProtocolId::kNone)
        return evidence;

    ES_TRY(const MadeIdentity made, identity());
    const Identity& own = **made;
    abi::EvidenceRequest request{evidence.protocolId, own.blob, {}, {}};
    if (parameters.challenge) {
        request.url = parameters.challenge->url;
        request.nonce = parameters.challenge->nonce;
    }
    if (request.url.size() > abi::kMaxAttestUrlBytes || request.nonce.size() > abi::kMaxAttestNonceBytes)
        return enclaveError(33190, "The attestation URL or the nonce is too long.");
    evidence.enclaveType = m_mode == AttestMode::kAasSgx ? enclave::AasEnclaveType::kSgx : enclave::AasEnclaveType::kVbs;
    ES_TRY(evidence.parts, ask(request));
    auto signature = own.key.signPkcs1Sha256(enclavePublicKey);
    if (!signature)
        return enclaveError(33192, "The enclave could not sign its key.");
    evidence.keySignature = std::move(*signature);
    return evidence;
}

Bytes Attester::encodeResult(const Evidence& evidence, const enclave::SessionId& session, ByteView enclavePublicKey)
{
    enclave::SessionPart tail{session, Bytes(enclavePublicKey.begin(), enclavePublicKey.end()), evidence.keySignature};
    switch (static_cast<enclave::ProtocolId>(evidence.protocolId)) {
    case enclave::ProtocolId::kHgs:
        return enclave::encodeHgsResult(
            {evidence.parts.identityAsSent, evidence.parts.healthReport, evidence.parts.reportPackage, std::move(tail)});
    case enclave::ProtocolId::kAas:
        return enclave::encodeAasResult({evidence.enclaveType, evidence.parts.identityAsSent, evidence.parts.token, std::move(tail)});
    default:
        return enclave::encodeNoneResult({std::move(tail)});
    }
}

}  // namespace es::sandbox
