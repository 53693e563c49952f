#include "driver/crypto/OpenSsl.h"

#include "driver/crypto/Errors.h"

namespace es::crypto {

base::Error libraryError(std::string_view what)
{
    return base::makeError(kCryptoFailed, "The cryptographic library could not " + std::string(what) + base::openSslReason() + ".");
}

}  // namespace es::crypto
