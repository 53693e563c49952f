// Under which origins the service answers: a client's URL decides which name the documents and tokens carry, as long as it is one
// of ours. Thread: any (plain values).
#pragma once

#include "driver/base/Bytes.h"

namespace es::sandbox {

class ServiceNames {
public:
    // `host`: where the service listens; it is also known as localhost, 127.0.0.1 and [::1].
    ServiceNames(std::string host, std::uint16_t httpsPort);

    // "https://127.0.0.1:4711"
    [[nodiscard]] std::string ownOrigin() const;
    // The origin of `url` if that is https, one of our names and our port; else our own.
    [[nodiscard]] std::string originOf(std::string_view url) const;
    // The same for the Host header of a request ("localhost:4711").
    [[nodiscard]] std::string originOfHost(std::string_view authority) const;

private:
    [[nodiscard]] bool isOurs(std::string_view authority) const;

    std::string m_host;  // with brackets when it is an IPv6 address
    std::uint16_t m_port;
};

}  // namespace es::sandbox
