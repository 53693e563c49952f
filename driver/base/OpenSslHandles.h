// Owners for what OpenSSL hands out and its word for what went wrong: for the rooms that may see the library (crypto, tls), in no other
// room's headers. Thread: as the objects; the error queue is the calling thread's own.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace es::base {

template <auto free>
struct OpenSslFree {
    template <class T>
    void operator()(T* object) const
    {
        free(object);
    }
};

using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, OpenSslFree<BN_clear_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, OpenSslFree<X509_free>>;

// A new key on a named curve ("P-384"), null on failure. Not EVP_EC_gen: that macro casts the name's const away.
[[nodiscard]] inline PkeyPtr newEcKey(const char* curve)
{
    return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
}

// The newest entry of this thread's error queue in brackets with a space before, or nothing; empties the queue. Never holds secrets.
[[nodiscard]] std::string openSslReason();

}  // namespace es::base
