// Takes what a transfer brings, within limits: header lines and body of one answer. Private to this room. Thread: one at a time.
#pragma once

#include "driver/http/HttpClient.h"

namespace es::http {

class ResponseReader {
public:
    enum class Objection : std::uint8_t { kNone, kTooLarge, kEncoded };

    explicit ResponseReader(std::size_t maxBodyBytes) : m_maxBodyBytes(maxBodyBytes) {}

    // False: break the transfer off, see objection().
    [[nodiscard]] bool takeHeaderLine(std::string_view line);
    [[nodiscard]] bool takeBody(std::string_view bytes);

    [[nodiscard]] Objection objection() const { return m_objection; }
    // Moves the body out.
    void fill(HttpResponse& response);

private:
    static constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
    [[nodiscard]] bool object(Objection objection);
    [[nodiscard]] std::optional<std::chrono::seconds> freshFor() const;

    std::size_t m_maxBodyBytes;
    std::size_t m_headerBytes = 0;
    Objection m_objection = Objection::kNone;
    base::Bytes m_body;
    std::string m_contentType;
    std::string m_cacheControl;
    std::string m_expires;
    std::string m_date;
};

}  // namespace es::http
