// Tells the steps of connecting and attesting to whoever wants to show them. Private to this room.
// Thread: session thread only.
#pragma once

#include "driver/session/LoginMachine.h"
#include "driver/session/Session.h"

namespace es::session {

class ProgressTeller {
public:
    // `services` must outlive it.
    explicit ProgressTeller(const Services& services) : m_services(services), m_since(services.clock.now()) {}

    void tell(ProgressStep step, std::string fact, std::chrono::milliseconds elapsed) const;
    // The time since the step before, or since construction.
    void tellNext(ProgressStep step, std::string fact);

private:
    const Services& m_services;
    std::chrono::steady_clock::time_point m_since;
};

// A login whose steps are told as they are done; those that a refused login did reach too.
class ToldLogin final : public Machine {
public:
    ToldLogin(LoginMachine& login, const ConnectionSettings& settings, const ConnectionFacts& facts, ProgressTeller& teller)
        : m_login(login), m_settings(settings), m_facts(facts), m_teller(teller) {}

    [[nodiscard]] Action step(const Input& input) override;

private:
    void tellAnswer(bool accepted);

    LoginMachine& m_login;
    const ConnectionSettings& m_settings;
    const ConnectionFacts& m_facts;
    ProgressTeller& m_teller;
};

[[nodiscard]] std::string hostOfUrl(std::string_view url);                          // "host" or "host:port"; the URL itself when it is none
[[nodiscard]] std::string utcText(std::chrono::system_clock::time_point time);      // "2026-03-01 12:00 UTC"

}  // namespace es::session
