// From the server's ERROR tokens to our Error values: what it means, which setting it concerns, what to do. Thread: any (pure).
#pragma once

#include "driver/session/ConnectionSettings.h"
#include "driver/session/Errors.h"

namespace es::session {

// Errors that the client answers itself once.                              enclave-protocol.md 2.5, appendix B
inline constexpr std::int32_t kErrorEnclaveSessionUnknown = 33195;
inline constexpr std::int32_t kErrorParameterMetadata = 33514;
inline constexpr std::int32_t kErrorEnclaveKeyMissing = 33546;

// The errors of a refused login (at least one).
[[nodiscard]] base::Error loginError(const std::vector<base::ServerError>& errors, const ConnectionSettings& settings);

// Collects the errors of one response.
class StatementErrors {
public:
    void add(const base::ServerError& error);
    void transactionRolledBack() { m_rolledBack = true; }
    [[nodiscard]] bool any() const { return m_first.has_value(); }
    [[nodiscard]] bool fatal() const;  // the server ends the connection
    [[nodiscard]] base::Error toError() const;  // precondition: any()

private:
    std::optional<base::ServerError> m_first;
    std::uint8_t m_worstSeverity = 0;
    std::size_t m_count = 0;
    bool m_rolledBack = false;
};

[[nodiscard]] base::Error connectionLostError(const base::Error& cause, std::string_view during);
[[nodiscard]] base::Error protocolError(std::string text);  // session unusable

}  // namespace es::session
