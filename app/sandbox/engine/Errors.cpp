#include "app/sandbox/engine/Errors.h"

#include <algorithm>
#include <array>

namespace es::sandbox {

using base::Error;

Error sqlError(std::int32_t number, std::string message, std::int32_t line, std::uint8_t state, std::uint8_t severity)
{
    Error error;
    error.code = kSqlError;
    error.origin = base::Origin::kServer;
    error.text = "The server refused the statement.";
    error.server = base::ServerError{number, state, severity, line, std::move(message), {}, {}};
    return error;
}

Error notSupported(std::string construct, std::int32_t line)
{
    Error error = sqlError(40517, construct + " is not supported in the sandbox.", line);
    error.remedy = "Write the statement without it, or run it on SQL Server.";
    return error;
}

Error atLine(Error error, std::int32_t line)
{
    if (error.server && error.server->line == 0) error.server->line = line;
    return error;
}

bool endsBatch(const Error& error)
{
    if (!error.server || error.code == kThrown) return true;
    // Statement-level failures of SQL Server: the batch goes on with the next statement.
    static constexpr std::array kStatementLevel{206, 515, 544, 547, 2601, 2627, 2628, 8101, 8115, 8134, 8152, 1222, 220, 2714, 2812, 3701, 15151,
        15530, 33275, 33280, 33282, 33287, 33288, 33289, 33290, 33291, 50000};
    return std::find(kStatementLevel.begin(), kStatementLevel.end(), error.server->number) == kStatementLevel.end();
}

Error invalidObjectName(const std::string& name, std::int32_t line)
{
    return sqlError(208, "Invalid object name '" + name + "'.", line);
}
Error invalidColumnName(const std::string& name, std::int32_t line)
{
    return sqlError(207, "Invalid column name '" + name + "'.", line);
}

Error mustDeclareVariable(const std::string& name, std::int32_t line)
{
    return sqlError(137, "Must declare the scalar variable \"" + name + "\".", line, 2, 15);
}

Error keyNotInEnclave(std::int32_t line)
{
    Error error = sqlError(33546,
        "A column encryption key that the statement needs has not been sent to the enclave. Enable column encryption and enclave "
        "computations on the connection, and use a client driver that supports secure enclaves.",
        line);
    error.setting = "attestation";
    error.remedy = "Connect with column encryption and an attestation protocol.";
    return error;
}

Error enclaveNotAvailable(std::int32_t line)
{
    return sqlError(33545, "The statement needs a secure enclave, and none is available for the current database.", line);
}

Error cancelledInside()
{
    return base::makeError(kCancelledInside, "The statement was cancelled.");
}

Error lockTimeout(std::int32_t line)
{
    return sqlError(1222, "Lock request time out period exceeded.", line, 51);
}

} // namespace es::sandbox
