#include "driver/crypto/EcdhP384.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/crypto/OpenSsl.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>

namespace es::crypto {
namespace {

constexpr std::size_t kCoordinateBytes = 48;
constexpr std::uint32_t kMagic = 0x334B4345;  // "ECK3"
constexpr base::Byte kUncompressed = 0x04;    // SEC 1: 04 || X || Y
constexpr const char* kGroup = "P-384";

base::Error badPoint(std::string_view what)
{
    ERR_clear_error();
    return base::makeError(kBadPoint, "The key for the key agreement " + std::string(what) + ".");
}

base::Bytes publicKeyForm(base::ByteView uncompressedPoint)
{
    base::ByteWriter writer;
    writer.u32le(kMagic);
    writer.u32le(kCoordinateBytes);
    writer.bytes(uncompressedPoint.subspan(1));
    return std::move(writer).take();
}

base::Result<std::shared_ptr<EVP_PKEY>> keyFromParams(OSSL_PARAM_BLD* builder, int selection)
{
    const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
    const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1
        || EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1)
        return badPoint("is not on the curve P-384");
    return shareKey(key);
}

base::Result<std::shared_ptr<EVP_PKEY>> peerKey(base::ByteView publicKey)
{
    base::ByteReader reader(publicKey);
    const bool headerGood = publicKey.size() == kEcdhPublicKeyBytes && reader.u32le() == kMagic && reader.u32le() == kCoordinateBytes;
    if (!headerGood) return badPoint("does not have the form of a P-384 public key");
    base::Bytes point{kUncompressed};
    const base::ByteView coordinates = reader.rest();
    point.insert(point.end(), coordinates.begin(), coordinates.end());

    const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kGroup, 0) != 1
        || OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return libraryError("take an ECDH key");
    ES_TRY(auto key, keyFromParams(builder.get(), EVP_PKEY_PUBLIC_KEY));
    const PkeyCtxPtr context(EVP_PKEY_CTX_new(key.get(), nullptr));
    if (!context || EVP_PKEY_public_check(context.get()) != 1) return badPoint("is not on the curve P-384");
    return key;
}

}  // namespace

EcdhP384::EcdhP384(std::shared_ptr<EVP_PKEY> key, base::Bytes publicKey) : m_key(std::move(key)), m_publicKey(std::move(publicKey)) {}

base::Result<EcdhP384> EcdhP384::generate()
{
    const std::shared_ptr<EVP_PKEY> key = base::newEcKey(kGroup);
    base::Bytes point(1 + 2 * kCoordinateBytes);
    std::size_t size = 0;
    if (!key || EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size) != 1
        || size != point.size() || point[0] != kUncompressed)
        return libraryError("make an ECDH key");
    return EcdhP384(key, publicKeyForm(point));
}

base::Result<EcdhP384> EcdhP384::fromPrivateScalar(const base::SecureBytes& scalar)
{
    if (scalar.size() != kCoordinateBytes) return badPoint("has the wrong size");
    const GroupPtr group(EC_GROUP_new_by_curve_name(NID_secp384r1));
    const BignumPtr secret = bignumFrom(scalar.reveal(base::SecretAccess::forKeyWrap()));
    if (!group || !secret) return libraryError("take an ECDH key");
    BN_set_flags(secret.get(), BN_FLG_CONSTTIME);
    if (BN_is_zero(secret.get()) || BN_cmp(secret.get(), EC_GROUP_get0_order(group.get())) >= 0) return badPoint("is out of range");
    const PointPtr point(EC_POINT_new(group.get()));
    base::Bytes encoded(1 + 2 * kCoordinateBytes);
    if (!point || EC_POINT_mul(group.get(), point.get(), secret.get(), nullptr, nullptr, nullptr) != 1
        || EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(), nullptr)
            != encoded.size())
        return libraryError("take an ECDH key");

    const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kGroup, 0) != 1
        || OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size()) != 1
        || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) != 1)
        return libraryError("take an ECDH key");
    ES_TRY(auto key, keyFromParams(builder.get(), EVP_PKEY_KEYPAIR));
    return EcdhP384(std::move(key), publicKeyForm(encoded));
}

base::Result<base::SecureBytes> EcdhP384::sharedSecret(base::ByteView peerPublicKey) const
{
    ES_TRY(const auto peer, peerKey(peerPublicKey));
    const PkeyCtxPtr context(EVP_PKEY_CTX_new(m_key.get(), nullptr));
    base::SecureBytes secret(kCoordinateBytes);
    std::size_t size = secret.size();
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1
        || EVP_PKEY_derive(context.get(), secret.revealMutable(base::SecretAccess::forKeyWrap()).data(), &size) != 1
        || size != kCoordinateBytes)
        return libraryError("agree on a session key");
    return secret;
}

base::Result<void> checkEcdhPublicKey(base::ByteView publicKey)
{
    ES_TRY(const auto key, peerKey(publicKey));
    return {};
}

}  // namespace es::crypto
