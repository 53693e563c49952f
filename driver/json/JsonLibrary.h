// Which JSON library this is. Thread: any.
#pragma once

#include <string>

namespace es::json {

[[nodiscard]] std::string libraryVersion(); // "3.11.2"

} // namespace es::json
