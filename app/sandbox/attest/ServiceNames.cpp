#include "app/sandbox/attest/ServiceNames.h"

#include <algorithm>

namespace es::sandbox {

namespace {

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

}  // namespace

ServiceNames::ServiceNames(std::string host, std::uint16_t httpsPort) : m_host(lowered(host)), m_port(httpsPort)
{
    if (m_host.find(':') != std::string::npos && m_host.front() != '[')
        m_host = "[" + m_host + "]";
    if (m_host == "0.0.0.0" || m_host == "[::]")
        m_host = "127.0.0.1";  // every address of this machine: the one that surely works here
}

std::string ServiceNames::ownOrigin() const
{
    return "https://" + m_host + ":" + std::to_string(m_port);
}

bool ServiceNames::isOurs(std::string_view authority) const
{
    const std::string port = ":" + std::to_string(m_port);
    if (authority.ends_with(port))
        authority.remove_suffix(port.size());
    else if (m_port != 443)  // the port of https may be left out, no other
        return false;
    return authority == m_host || authority == "localhost" || authority == "127.0.0.1" || authority == "[::1]";
}

std::string ServiceNames::originOfHost(std::string_view authority) const
{
    const std::string name = lowered(authority);
    return isOurs(name) ? "https://" + name : ownOrigin();
}

std::string ServiceNames::originOf(std::string_view url) const
{
    constexpr std::string_view kScheme = "https://";
    const std::string whole = lowered(url.substr(0, 512));
    if (!whole.starts_with(kScheme))
        return ownOrigin();
    const std::string_view rest = std::string_view(whole).substr(kScheme.size());
    return originOfHost(rest.substr(0, rest.find_first_of("/?#")));
}

}  // namespace es::sandbox
