#include "app/sandbox/enclaveabi/AttestMessages.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"

namespace es::sandbox::abi {

using base::ByteReader;
using base::Bytes;
using base::ByteView;
using base::ByteWriter;

namespace {

constexpr std::uint8_t kGiven = 0;
constexpr std::uint8_t kRefused = 1;

base::Error malformed()
{
    return base::makeError(kBadAttestMessage, "A message between enclave and attestation program is malformed.");
}

void put(ByteWriter& out, ByteView bytes)
{
    out.u32le(static_cast<std::uint32_t>(bytes.size()));
    out.bytes(bytes);
}
void put(ByteWriter& out, std::string_view text) { put(out, base::viewOf(text)); }

ByteView get(ByteReader& in, std::size_t maxBytes)
{
    const std::uint32_t size = in.u32le();
    if (size > maxBytes)
        in.fail();
    return in.bytes(size);
}
Bytes getBytes(ByteReader& in, std::size_t maxBytes)
{
    const ByteView view = get(in, maxBytes);
    return {view.begin(), view.end()};
}
std::string getText(ByteReader& in, std::size_t maxBytes)
{
    const ByteView view = get(in, maxBytes);
    return {view.begin(), view.end()};
}

}  // namespace

Bytes encodeEvidenceRequest(const EvidenceRequest& request)
{
    ByteWriter out;
    out.u32le(kAttestVersion);
    out.u32le(request.protocolId);
    put(out, request.identity);
    put(out, request.url);
    put(out, request.nonce);
    return std::move(out).take();
}

base::Result<EvidenceRequest> decodeEvidenceRequest(ByteView message)
{
    ByteReader in(message);
    EvidenceRequest request;
    const bool sameVersion = in.u32le() == kAttestVersion;
    request.protocolId = in.u32le();
    request.identity = getBytes(in, kMaxAttestIdentityBytes);
    request.url = getText(in, kMaxAttestUrlBytes);
    request.nonce = getBytes(in, kMaxAttestNonceBytes);
    if (!in.ok() || !in.atEnd() || !sameVersion)
        return malformed();
    return request;
}

Bytes encodeEvidenceReply(const EvidenceReply& reply)
{
    ByteWriter out;
    out.u8(kGiven);
    put(out, reply.identityAsSent);
    put(out, reply.healthReport);
    put(out, reply.reportPackage);
    put(out, reply.token);
    return std::move(out).take();
}

Bytes encodeEvidenceRefusal(std::string_view reason)
{
    ByteWriter out;
    out.u8(kRefused);
    put(out, reason.substr(0, 1024));
    return std::move(out).take();
}

base::Result<EvidenceReply> decodeEvidenceReply(ByteView message)
{
    ByteReader in(message);
    const std::uint8_t kind = in.u8();
    if (in.ok() && kind == kRefused) {
        std::string reason = getText(in, 1024);
        if (!in.ok() || !in.atEnd())
            return malformed();
        return base::makeError(kAttestRefused, std::move(reason));
    }
    EvidenceReply reply;
    reply.identityAsSent = getBytes(in, kMaxAttestIdentityBytes);
    reply.healthReport = getBytes(in, kMaxAttestMessageBytes);
    reply.reportPackage = getBytes(in, kMaxAttestMessageBytes);
    reply.token = getText(in, kMaxAttestMessageBytes);
    if (kind != kGiven || !in.ok() || !in.atEnd())
        return malformed();
    return reply;
}

}  // namespace es::sandbox::abi
