// What went wrong, whose side it was on, and what it costs: the one error value of the house.
// Thread: any (plain values).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace es::base {

// A name that stays the same for good: tests, exit statuses and help pages refer to it.
// Each room declares its own as `inline constexpr ErrorCode kTruncated{"tds", "Truncated"};`.
struct ErrorCode {
    std::string_view room;
    std::string_view name;
    friend constexpr bool operator==(const ErrorCode&, const ErrorCode&) = default;
};

// Who says so.
enum class Origin : std::uint8_t { kClient, kServer, kEnclave, kKeyStore, kAttestation };

// What is lost with it; ordered, so that the worst of several can be taken with std::max.
enum class Consequence : std::uint8_t { kStatementFailed, kTransactionLost, kSessionUnusable };

// One ERROR or INFO token.                                            MS-TDS 2.2.7.10, 2.2.7.13
struct ServerError {
    std::int32_t number = 0;
    std::uint8_t state = 0;
    std::uint8_t severity = 0;  // "class" on the wire: 0-10 information, 11-19 error, 20+ the connection is dead
    std::int32_t line = 0;
    std::string message;  // UTF-8, the server's words
    std::string serverName;
    std::string procedure;
};

// `text` is ours and never contains the server's words, key bytes or plaintext; those of the server stand in `server`.
struct Error {
    ErrorCode code{"base", "Unknown"};
    Origin origin = Origin::kClient;
    Consequence consequence = Consequence::kStatementFailed;
    std::string text;     // what happened, one sentence
    std::string setting;  // which setting it concerns ("host", "password", "ca-file", ...); empty when none
    std::string remedy;   // what to do next, one sentence; empty when nothing can be advised
    std::optional<ServerError> server;

    // The whole message for a person: text, the server's words, the remedy.
    [[nodiscard]] std::string describe() const;
};

[[nodiscard]] std::string_view originName(Origin origin);
[[nodiscard]] std::string_view consequenceName(Consequence consequence);

// The usual way to make one: code and text, the rest by name.
[[nodiscard]] Error makeError(ErrorCode code, std::string text, std::string setting = {}, std::string remedy = {});

}  // namespace es::base
