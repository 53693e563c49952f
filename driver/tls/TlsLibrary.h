// Which TLS library this is. Thread: any.
#pragma once

#include <string>

namespace es::tls {

[[nodiscard]] std::string libraryVersion(); // "3.0.15", of the library that runs

} // namespace es::tls
