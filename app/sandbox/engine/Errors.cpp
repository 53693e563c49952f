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

Consequence consequenceOf(const Error& error)
{
    if (!error.server || error.code == kThrown) return Consequence::kBatch;
    if (error.code == kRaised || error.code == kCrossedScope) return Consequence::kStatement;
    static constexpr std::array kStatementLevel{201, 206, 220, 232, 266, 297, 500, 512, 515, 544, 547, 628, 1222, 1505, 1750, 1779, 2601, 2627,
        2628, 2705, 2714, 2812, 3621, 3701, 3726, 3902, 3903, 3930, 3931, 3952, 6401, 229, 230, 262, 300, 916, 1088, 2759, 2760, 4613, 4617, 4621, 4624, 4922, 5011, 5812, 15007,
        15010, 15023, 15025, 15063, 15081, 15116, 15144, 15150, 15247, 15405, 15413, 15434, 8101, 8115, 8134, 8152, 8162, 15151, 15580, 2557, 2571, 33190, 33195, 33275, 33280,
        33282, 33287, 33288, 33289, 33290, 33291, 33545, 33546, 50000};
    static constexpr std::array kBatchLevel{217, 241, 242, 244, 245, 248, 295, 296, 529, 8114, 8169, 1204, 1205};
    const auto holds = [&](const auto& numbers) { return std::find(numbers.begin(), numbers.end(), error.server->number) != numbers.end(); };
    return holds(kStatementLevel) ? Consequence::kStatement : holds(kBatchLevel) ? Consequence::kBatch : Consequence::kScope;
}

Error invalidObjectName(const std::string& name, std::int32_t line)
{
    return sqlError(208, "Invalid object name '" + name + "'.", line);
}
Error invalidColumnName(const std::string& name, std::int32_t line)
{
    return sqlError(207, "Invalid column name '" + name + "'.", line);
}

Error inGroupBy(std::int32_t line)
{
    return sqlError(144, "Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY clause.", line, 1, 15);
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
