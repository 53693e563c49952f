#include "driver/types/ServerErrors.h"

namespace es::types {

base::Error serverError(std::int32_t number, std::uint8_t state, std::string message)
{
    base::Error error = base::makeError(kConversionFailed, "The server could not use the value.", "value",
                                        "Check the value against the type it is converted to.");
    error.origin = base::Origin::kServer;
    base::ServerError server;
    server.number = number;
    server.state = state;
    server.severity = 16;
    server.message = std::move(message);
    error.server = std::move(server);
    return error;
}

base::Error overflowError(std::string_view from, std::string_view to)
{
    return serverError(8115, 2, "Arithmetic overflow error converting " + std::string(from) + " to data type " + std::string(to) + ".");
}

base::Error conversionFailed(std::string_view fromName, std::string_view value, std::string_view toName)
{
    return serverError(245, 1,
                       "Conversion failed when converting the " + std::string(fromName) + " value '" + std::string(value) +
                           "' to data type " + std::string(toName) + ".");
}

base::Error notConvertible(std::string_view fromName, std::string_view toName)
{
    return serverError(8114, 5, "Error converting data type " + std::string(fromName) + " to " + std::string(toName) + ".");
}

std::string errorTypeName(const SqlType& type)
{
    return std::string(isDecimal(type.id) ? std::string_view("numeric") : baseTypeName(type.id));
}

}  // namespace es::types
