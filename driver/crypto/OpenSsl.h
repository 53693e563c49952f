// The owners of OpenSSL's objects that only this room needs, and its error. Private to this room.
#pragma once

#include "driver/base/Bytes.h"
#include "driver/base/Error.h"
#include "driver/base/OpenSslHandles.h"

#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/pkcs12.h>

namespace es::crypto {

using base::BignumPtr;
using base::BioPtr;
using base::PkeyPtr;
using base::X509Ptr;
using CipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, base::OpenSslFree<EVP_CIPHER_CTX_free>>;
using GroupPtr = std::unique_ptr<EC_GROUP, base::OpenSslFree<EC_GROUP_free>>;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, base::OpenSslFree<EVP_MD_CTX_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, base::OpenSslFree<OSSL_PARAM_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, base::OpenSslFree<OSSL_PARAM_BLD_free>>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, base::OpenSslFree<PKCS12_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, base::OpenSslFree<EVP_PKEY_CTX_free>>;
using PointPtr = std::unique_ptr<EC_POINT, base::OpenSslFree<EC_POINT_clear_free>>;

[[nodiscard]] inline std::shared_ptr<EVP_PKEY> shareKey(EVP_PKEY* key) { return {key, base::OpenSslFree<EVP_PKEY_free>{}}; }
[[nodiscard]] inline BignumPtr bignumFrom(base::ByteView bigEndian)
{
    return BignumPtr(BN_bin2bn(bigEndian.data(), static_cast<int>(bigEndian.size()), nullptr));
}

// The error for a library call that should not fail, with the library's own reason (which never holds secrets). Empties its queue.
[[nodiscard]] base::Error libraryError(std::string_view what);

}  // namespace es::crypto
