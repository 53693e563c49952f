// The owners of OpenSSL's objects that only this room needs. Private to this room.
#pragma once

#include "driver/base/OpenSslHandles.h"

#include <openssl/ssl.h>

namespace es::tls {

using base::BioPtr;
using base::PkeyPtr;
using base::X509Ptr;
using SslPtr = std::unique_ptr<SSL, base::OpenSslFree<SSL_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, base::OpenSslFree<SSL_CTX_free>>;

}  // namespace es::tls
