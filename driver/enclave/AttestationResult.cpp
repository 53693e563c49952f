#include "driver/enclave/AttestationResult.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/crypto/EcdhP384.h"

#include <algorithm>

namespace es::enclave {
namespace {

constexpr std::size_t kMaxResultBytes = 64 * 1024;
constexpr std::uint32_t kIdentityMagic = 0x31415352;  // "RSA1"

base::Error bad(std::string_view what)
{
    base::Error error = base::makeError(kBadAttestationResult, "The server's attestation result is malformed: " + std::string(what) + ".");
    error.origin = base::Origin::kEnclave;
    return error;
}

base::Bytes copy(base::ByteView view) { return {view.begin(), view.end()}; }
std::uint32_t size32(const auto& bytes) { return static_cast<std::uint32_t>(bytes.size()); }

void encodeSession(const SessionPart& session, base::ByteWriter& writer)
{
    writer.u32le(static_cast<std::uint32_t>(16 + session.enclavePublicKey.size() + session.signature.size()));
    writer.bytes(session.sessionId);
    writer.u32le(size32(session.enclavePublicKey));
    writer.u32le(size32(session.signature));
    writer.bytes(session.enclavePublicKey);
    writer.bytes(session.signature);
}

// Reads to the very end: nothing may follow.
base::Result<SessionPart> decodeSession(base::ByteReader& reader)
{
    const std::uint32_t size = reader.u32le();
    if (!reader.ok() || size != reader.remainingBytes()) return bad("size of the session part");
    SessionPart session;
    const base::ByteView id = reader.bytes(session.sessionId.size());
    const std::uint32_t keySize = reader.u32le();
    const std::uint32_t signatureSize = reader.u32le();
    session.enclavePublicKey = copy(reader.bytes(keySize));
    session.signature = copy(reader.bytes(signatureSize));
    if (!reader.ok() || !reader.atEnd()) return bad("sizes in the session part");
    if (keySize != crypto::kEcdhPublicKeyBytes) return bad("size of the enclave's public key");
    std::copy(id.begin(), id.end(), session.sessionId.begin());
    return session;
}

// Tokens arrive with white space and one pair of quotes around them from some services.
base::Result<std::string> trimToken(base::ByteView bytes)
{
    constexpr std::string_view kSpace = " \t\r\n";
    std::string_view token(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    token.remove_prefix(std::min(token.find_first_not_of(kSpace), token.size()));
    token = token.substr(0, token.find_last_not_of(kSpace) + 1);
    if (token.size() >= 2 && token.front() == '"' && token.back() == '"') token = token.substr(1, token.size() - 2);
    const bool ascii = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (token.empty() || !ascii) return bad("characters in the token");
    return std::string(token);
}

}  // namespace

base::Bytes encodeNoneResult(const NoneResult& result)
{
    base::ByteWriter writer;
    writer.u32le(0);
    encodeSession(result.session, writer);
    return std::move(writer).take();
}

base::Result<NoneResult> decodeNoneResult(base::ByteView bytes)
{
    if (bytes.size() > kMaxResultBytes) return bad("too large");
    base::ByteReader reader(bytes);
    if (reader.u32le() != 0 || !reader.ok()) return bad("size of the attestation part");
    ES_TRY(SessionPart session, decodeSession(reader));
    return NoneResult{std::move(session)};
}

base::Bytes encodeHgsResult(const HgsResult& result)
{
    base::ByteWriter writer;
    writer.u32le(static_cast<std::uint32_t>(12 + result.identity.size() + result.healthReport.size() + result.reportPackage.size()));
    writer.u32le(size32(result.identity));
    writer.u32le(size32(result.healthReport));
    writer.u32le(size32(result.reportPackage));
    writer.bytes(result.identity);
    writer.bytes(result.healthReport);
    writer.bytes(result.reportPackage);
    encodeSession(result.session, writer);
    return std::move(writer).take();
}

base::Result<HgsResult> decodeHgsResult(base::ByteView bytes)
{
    if (bytes.size() > kMaxResultBytes) return bad("too large");
    base::ByteReader reader(bytes);
    const std::uint64_t totalSize = reader.u32le();
    const std::uint64_t identitySize = reader.u32le();
    const std::uint64_t healthSize = reader.u32le();
    const std::uint64_t reportSize = reader.u32le();
    if (!reader.ok() || totalSize != 12 + identitySize + healthSize + reportSize) return bad("size of the attestation part");
    HgsResult result;
    result.identity = copy(reader.bytes(identitySize));
    result.healthReport = copy(reader.bytes(healthSize));
    result.reportPackage = copy(reader.bytes(reportSize));
    if (!reader.ok()) return bad("sizes in the attestation part");
    ES_TRY(result.session, decodeSession(reader));
    return result;
}

base::Bytes encodeAasResult(const AasResult& result)
{
    base::ByteWriter writer;
    writer.u32le(static_cast<std::uint32_t>(12 + result.identity.size() + result.token.size()));
    writer.u32le(size32(result.identity));
    writer.u32le(size32(result.token));
    writer.u32le(static_cast<std::uint32_t>(result.enclaveType));
    writer.bytes(result.identity);
    writer.bytes(base::viewOf(result.token));
    encodeSession(result.session, writer);
    return std::move(writer).take();
}

base::Result<AasResult> decodeAasResult(base::ByteView bytes)
{
    if (bytes.size() > kMaxResultBytes) return bad("too large");
    base::ByteReader reader(bytes);
    reader.skip(4);  // total size: no driver reads it, and what a genuine server writes is not known
    const std::uint32_t identitySize = reader.u32le();
    const std::uint32_t tokenSize = reader.u32le();
    const std::uint32_t enclaveType = reader.u32le();
    AasResult result;
    result.identity = copy(reader.bytes(identitySize));
    const base::ByteView token = reader.bytes(tokenSize);
    if (!reader.ok()) return bad("sizes in the attestation part");
    if (enclaveType != 1 && enclaveType != 2) return bad("enclave type " + std::to_string(enclaveType));
    result.enclaveType = static_cast<AasEnclaveType>(enclaveType);
    ES_TRY(result.token, trimToken(token));
    ES_TRY(result.session, decodeSession(reader));
    return result;
}

base::Bytes encodeIdentity(const crypto::RsaPublicKey& key)
{
    const base::Bytes exponent = key.exponent();
    const base::Bytes modulus = key.modulus();
    base::ByteWriter writer;
    writer.u32le(kIdentityMagic);
    writer.u32le(static_cast<std::uint32_t>(8 * modulus.size()));
    writer.u32le(size32(exponent));
    writer.u32le(size32(modulus));
    writer.zeros(8);
    writer.bytes(exponent);
    writer.bytes(modulus);
    return std::move(writer).take();
}

base::Result<crypto::RsaPublicKey> decodeIdentity(base::ByteView blob)
{
    base::ByteReader reader(blob);
    const std::uint32_t magic = reader.u32le();
    const std::uint32_t bits = reader.u32le();
    const std::uint32_t exponentSize = reader.u32le();
    const std::uint32_t modulusSize = reader.u32le();
    const bool noPrimes = reader.u64le() == 0;
    const base::ByteView exponent = reader.bytes(exponentSize);
    const base::ByteView modulus = reader.bytes(modulusSize);
    if (!reader.ok() || !reader.atEnd() || magic != kIdentityMagic || !noPrimes || std::uint64_t{bits} != std::uint64_t{8} * modulusSize)
        return bad("identity key");
    auto key = crypto::RsaPublicKey::fromComponents(modulus, exponent);
    if (!key) return bad("identity key");
    return key;
}

base::Bytes maskIdentity(base::ByteView identity, base::ByteView nonce)
{
    base::Bytes masked = copy(identity);
    for (std::size_t i = 0; i < masked.size(); ++i)
        masked[i] = static_cast<base::Byte>(masked[i] ^ nonce[i % nonce.size()]);
    return masked;
}

}  // namespace es::enclave
