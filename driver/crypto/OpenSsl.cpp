#include "driver/crypto/OpenSsl.h"

#include "driver/crypto/Errors.h"

#include <openssl/err.h>

namespace es::crypto {

base::Error libraryError(std::string_view what)
{
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return base::makeError(kCryptoFailed,
        "The cryptographic library could not " + std::string(what) + (reason != nullptr ? std::string(" (") + reason + ")." : "."));
}

}  // namespace es::crypto
