#include "driver/http/ResponseReader.h"

#include "driver/http/CurlHandles.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace es::http {
namespace {

std::string lowered(std::string_view text)
{
    std::string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return copy;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// "max-age=60" out of "public, max-age=60".
std::optional<std::int64_t> maxAge(std::string_view cacheControl)
{
    const std::string_view name = "max-age=";
    const auto at = cacheControl.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    std::int64_t seconds = 0;
    const char* begin = cacheControl.data() + at + name.size();
    const char* end = cacheControl.data() + cacheControl.size();
    if (std::from_chars(begin, end, seconds).ec != std::errc() || seconds < 0) return std::nullopt;
    return seconds;
}

}  // namespace

bool ResponseReader::object(Objection objection)
{
    m_objection = objection;
    return false;
}

bool ResponseReader::takeHeaderLine(std::string_view line)
{
    m_headerBytes += line.size();
    if (m_headerBytes > kMaxHeaderBytes) return object(Objection::kTooLarge);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    const std::string name = lowered(trimmed(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-encoding" && !value.empty() && lowered(value) != "identity") return object(Objection::kEncoded);
    if (name == "content-type") m_contentType = value;
    if (name == "cache-control") m_cacheControl = lowered(value);
    if (name == "expires") m_expires = value;
    if (name == "date") m_date = value;
    return true;
}

bool ResponseReader::takeBody(std::string_view bytes)
{
    if (m_body.size() + bytes.size() > m_maxBodyBytes) return object(Objection::kTooLarge);
    const base::ByteView view = base::viewOf(bytes);
    m_body.insert(m_body.end(), view.begin(), view.end());
    return true;
}

std::optional<std::chrono::seconds> ResponseReader::freshFor() const
{
    if (m_cacheControl.find("no-store") != std::string::npos || m_cacheControl.find("no-cache") != std::string::npos)
        return std::chrono::seconds(0);
    if (const auto age = maxAge(m_cacheControl)) return std::chrono::seconds(*age);
    if (m_expires.empty() || m_date.empty()) return std::nullopt;
    const auto expires = curl().getdate(m_expires.c_str(), nullptr);
    const auto date = curl().getdate(m_date.c_str(), nullptr);
    if (expires < 0 || date < 0) return std::nullopt;
    return std::chrono::seconds(std::max<std::int64_t>(0, expires - date));
}

void ResponseReader::fill(HttpResponse& response)
{
    response.contentType = m_contentType;
    response.freshFor = freshFor();
    response.body = std::move(m_body);
}

}  // namespace es::http
