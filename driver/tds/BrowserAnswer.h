// What SQL Server Browser is asked, and answers, about a named instance: one datagram each way.      MC-SQLR 2.2.3, 2.2.5
//   question  u8 0x04, instance name in single bytes, u8 0
//   answer    u8 0x05, u16 length little-endian, text of key;value; pairs, ended by an empty key
// Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace es::tds {

inline constexpr std::uint16_t kBrowserPort = 1434;
inline constexpr std::size_t kMaxInstanceNameBytes = 32;
inline constexpr std::size_t kMaxBrowserAnswerBytes = 1024;  // of the text

// Errors: kCannotEncode (empty, longer than 32 bytes, or other than printable ASCII without ; and \).
[[nodiscard]] base::Result<base::Bytes> encodeInstanceQuestion(std::string_view instance);

struct BrowserAnswer {
    std::string serverName, instanceName, version;
    std::optional<std::uint16_t> tcpPort;  // nothing: the instance does not listen on TCP
};
[[nodiscard]] base::Bytes encodeBrowserAnswer(const BrowserAnswer& answer);
// Errors: kTruncated, kMalformed, kTooLarge. Anybody can send a datagram: whoever asked goes on waiting after one of these.
[[nodiscard]] base::Result<BrowserAnswer> decodeBrowserAnswer(base::ByteView datagram);
// Names of instances know no case.
[[nodiscard]] bool sameInstance(std::string_view a, std::string_view b);

}  // namespace es::tds
