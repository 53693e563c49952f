// Owners for what OpenSSL hands out, and its words for what went wrong. Inside this room only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace es::tls {

template <auto Free>
struct OpenSslFree {
    template <class T>
    void operator()(T* pointer) const { Free(pointer); }
};

using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free_all>>;
using SslPtr = std::unique_ptr<SSL, OpenSslFree<SSL_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, OpenSslFree<SSL_CTX_free>>;
using X509Ptr = std::unique_ptr<X509, OpenSslFree<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;

// The newest entry of this thread's error queue in brackets with a space before, or nothing; empties the queue.
[[nodiscard]] std::string reasonInBrackets();

}  // namespace es::tls
