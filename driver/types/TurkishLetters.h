// The two letters i of Turkish and of Azeri in Latin script: ı and I are one letter, i and İ another. Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"

namespace es::types {

[[nodiscard]] inline bool hasTwoLettersI(Collation collation)
{
    const std::uint32_t locale = collation.info & 0xFFFFu;
    return locale == 0x41F || locale == 0x42C;
}

}  // namespace es::types
