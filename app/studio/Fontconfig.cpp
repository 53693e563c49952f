#include "app/studio/Fontconfig.h"

#include <fontconfig/fontconfig.h>

namespace es::studio {

std::jthread readFontConfiguration()
{
    // A configuration that cannot be read is Qt's to complain about: it asks again.
    return std::jthread([] { FcInit(); });
}

} // namespace es::studio
