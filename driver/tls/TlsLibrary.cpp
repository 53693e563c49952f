#include "driver/tls/TlsLibrary.h"

#include <openssl/crypto.h>

namespace es::tls {

std::string libraryVersion()
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

} // namespace es::tls
