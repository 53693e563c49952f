// Stands at the http seam: answers from a script, remembers what was asked. Thread: one at a time.
#pragma once

#include "driver/http/HttpClient.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

namespace es::test {

class HttpSeam final : public http::HttpClient {
public:
    using Answer = std::function<base::Result<std::optional<http::HttpResponse>>(const http::HttpRequest&, std::stop_token)>;

    // What is on none of these is answered with 404.
    void on(const std::string& url, Answer answer) { m_answers[url] = std::move(answer); }
    void on(const std::string& url, const std::string& body, std::optional<std::chrono::seconds> freshFor = {})
    {
        on(url, [body, freshFor](const http::HttpRequest& request, const std::stop_token&) {
            return std::optional<http::HttpResponse>(response(request, 200, body, freshFor));
        });
    }
    // Answers nothing until it is cancelled.
    void hangOn(const std::string& url)
    {
        on(url, [](const http::HttpRequest&, std::stop_token cancel) -> base::Result<std::optional<http::HttpResponse>> {
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any waiting;
            waiting.wait(lock, std::move(cancel), [] { return false; });
            return std::optional<http::HttpResponse>();
        });
    }

    [[nodiscard]] base::Result<std::optional<http::HttpResponse>> get(const http::HttpRequest& request, std::stop_token cancel) override
    {
        asked.push_back(request);
        const auto found = m_answers.find(request.url);
        if (found == m_answers.end()) return std::optional<http::HttpResponse>(response(request, 404, "no such page", {}));
        return found->second(request, std::move(cancel));
    }

    static http::HttpResponse response(const http::HttpRequest& request, int status, const std::string& body, std::optional<std::chrono::seconds> freshFor)
    {
        http::HttpResponse made;
        made.status = status;
        made.url = request.url;
        made.body = base::Bytes(base::viewOf(body).begin(), base::viewOf(body).end());
        made.freshFor = freshFor;
        return made;
    }

    std::vector<http::HttpRequest> asked;

private:
    std::map<std::string, Answer> m_answers;
};

}  // namespace es::test
