#include "driver/json/JsonLibrary.h"

#include <nlohmann/json.hpp>

namespace es::json {

std::string libraryVersion()
{
    return std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + '.' + std::to_string(NLOHMANN_JSON_VERSION_MINOR) + '.'
        + std::to_string(NLOHMANN_JSON_VERSION_PATCH);
}

} // namespace es::json
