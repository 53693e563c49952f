#include "driver/enclave/AttestationParameters.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/base/Utf16.h"
#include "driver/crypto/EcdhP384.h"

namespace es::enclave {
namespace {

base::Error bad(std::string_view what)
{
    base::Error error = base::makeError(kBadAttestationParameters, "The attestation parameters are malformed: " + std::string(what) + ".");
    error.origin = base::Origin::kEnclave;
    return error;
}

//   offset size field
//   0      4    U      bytes of the URL with its NUL
//   4      U    url    UTF-16LE
//   4+U    4    256
//   8+U    256  nonce
base::Bytes encodeChallenge(const AasChallenge& challenge)
{
    base::ByteWriter writer;
    writer.u32le(static_cast<std::uint32_t>(2 * base::utf16Units(challenge.url) + 2));
    writer.utf16(challenge.url);
    writer.u16le(0);
    writer.u32le(static_cast<std::uint32_t>(challenge.nonce.size()));
    writer.bytes(challenge.nonce);
    return std::move(writer).take();
}

base::Result<AasChallenge> decodeChallenge(base::ByteView bytes)
{
    base::ByteReader reader(bytes);
    const base::ByteView url = reader.bytes(reader.u32le());
    const base::ByteView nonce = reader.bytes(reader.u32le());
    if (!reader.ok() || !reader.atEnd() || nonce.size() != kAasNonceBytes) return bad("sizes in the challenge");
    if (url.size() < 2 || url.size() % 2 != 0 || url[url.size() - 1] != 0 || url[url.size() - 2] != 0) return bad("URL without terminator");
    return AasChallenge{base::utf8FromUtf16le(url.first(url.size() - 2)), base::Bytes(nonce.begin(), nonce.end())};
}

}  // namespace

base::Bytes encodeAttestationParameters(const AttestationParameters& parameters)
{
    const base::Bytes challenge = parameters.challenge ? encodeChallenge(*parameters.challenge) : base::Bytes();
    base::ByteWriter writer;
    writer.u32le(static_cast<std::uint32_t>(parameters.protocol));
    writer.u32le(static_cast<std::uint32_t>(challenge.size()));
    writer.bytes(challenge);
    writer.u32le(static_cast<std::uint32_t>(parameters.clientPublicKey.size()));
    writer.bytes(parameters.clientPublicKey);
    return std::move(writer).take();
}

base::Result<AttestationParameters> decodeAttestationParameters(base::ByteView bytes)
{
    base::ByteReader reader(bytes);
    const std::uint32_t protocol = reader.u32le();
    const base::ByteView challenge = reader.bytes(reader.u32le());
    const base::ByteView publicKey = reader.bytes(reader.u32le());
    if (!reader.ok() || !reader.atEnd()) return bad("sizes");
    if (protocol < 1 || protocol > 3) {
        base::Error error = base::makeError(kUnknownProtocol, "Attestation protocol " + std::to_string(protocol) + " is not known.");
        error.origin = base::Origin::kEnclave;
        return error;
    }
    if (publicKey.size() != crypto::kEcdhPublicKeyBytes) return bad("size of the public key");

    AttestationParameters parameters;
    parameters.protocol = static_cast<ProtocolId>(protocol);
    parameters.clientPublicKey.assign(publicKey.begin(), publicKey.end());
    if (parameters.protocol == ProtocolId::kAas) {
        ES_TRY(parameters.challenge, decodeChallenge(challenge));
    } else if (!challenge.empty()) {
        return bad("a challenge that this protocol does not have");
    }
    return parameters;
}

}  // namespace es::enclave
