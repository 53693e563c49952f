// Owners for OpenSSL's objects. Private to this room.
#pragma once

#include "driver/base/Bytes.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <memory>

namespace es::crypto {

template <auto free>
struct Freed {
    template <class T>
    void operator()(T* object) const { free(object); }
};

using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using CipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using GroupPtr = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, Freed<PKCS12_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using PointPtr = std::unique_ptr<EC_POINT, Freed<EC_POINT_clear_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;

[[nodiscard]] inline std::shared_ptr<EVP_PKEY> shareKey(EVP_PKEY* key) { return {key, Freed<EVP_PKEY_free>{}}; }
[[nodiscard]] inline BignumPtr bignumFrom(base::ByteView bigEndian)
{
    return BignumPtr(BN_bin2bn(bigEndian.data(), static_cast<int>(bigEndian.size()), nullptr));
}

// The error for a library call that should not fail, with the library's own reason (which never holds secrets). Empties its queue.
[[nodiscard]] base::Error libraryError(std::string_view what);

}  // namespace es::crypto
