#include "driver/base/OpenSslHandles.h"

#include <openssl/err.h>

namespace es::base {

std::string openSslReason()
{
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    std::string text = reason == nullptr ? std::string() : " (" + std::string(reason) + ")";
    ERR_clear_error();
    return text;
}

}  // namespace es::base
