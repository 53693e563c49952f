#include "driver/tds/Errors.h"

namespace es::tds {

base::Error protocolError(base::ErrorCode code, std::string text)
{
    base::Error error = base::makeError(
        code, std::move(text), {}, "Connect again; if it happens again, the other side does not speak TDS 7.4 as expected.");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

}  // namespace es::tds
