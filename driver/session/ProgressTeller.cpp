#include "driver/session/ProgressTeller.h"

#include "driver/http/HttpClient.h"

#include <chrono>

namespace es::session {

namespace {

std::string trustFact(const TlsSettings& tls)
{
    if (tls.trustServerCertificate) return "not checked, as this connection says";
    return tls.caFile.empty() ? "checked against the system's authorities" : "checked against " + tls.caFile;
}

std::string fitFact(AttestationProtocol protocol, const std::string& type)
{
    switch (protocol) {
    case AttestationProtocol::kHgs: return "HGS vouches for " + type;
    case AttestationProtocol::kAas: return "Azure Attestation vouches for " + type;
    default: return "nobody vouches for " + type;
    }
}

std::string twoDigits(unsigned number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
}

} // namespace

void ProgressTeller::tell(ProgressStep step, std::string fact, std::chrono::milliseconds elapsed) const
{
    if (m_services.progress) m_services.progress({step, std::move(fact), elapsed});
}

void ProgressTeller::tellNext(ProgressStep step, std::string fact)
{
    const auto now = m_services.clock.now();
    tell(step, std::move(fact), std::chrono::duration_cast<std::chrono::milliseconds>(now - m_since));
    m_since = now;
}

Action ToldLogin::step(const Input& input)
{
    if (std::holds_alternative<TlsEstablished>(input)) m_teller.tellNext(ProgressStep::kTlsTrusted, trustFact(m_settings.tls));
    Action action = m_login.step(input);
    if (std::holds_alternative<Finished>(action) || std::holds_alternative<Failed>(action))
        tellAnswer(std::holds_alternative<Finished>(action));
    return action;
}

void ToldLogin::tellAnswer(bool accepted)
{
    const SessionState& state = m_facts.state;
    if (state.serverVersion.empty()) return; // not logged in
    m_teller.tellNext(ProgressStep::kLoginAccepted, state.programName + ' ' + state.serverVersion);
    if (state.enclaveType.empty()) return;
    m_teller.tellNext(ProgressStep::kEnclaveSeen, state.enclaveType);
    if (accepted) m_teller.tellNext(ProgressStep::kProtocolFits, fitFact(m_settings.attestation.protocol, state.enclaveType));
}

std::string hostOfUrl(std::string_view url)
{
    const auto origin = http::originOf(url);
    if (!origin) return std::string(url);
    const auto slashes = origin->find("//");
    return slashes == std::string::npos ? *origin : origin->substr(slashes + 2);
}

std::string utcText(std::chrono::system_clock::time_point time)
{
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<minutes>(time) - day);
    return std::to_string(int(date.year())) + '-' + twoDigits(unsigned(date.month())) + '-' + twoDigits(unsigned(date.day())) + ' '
        + twoDigits(static_cast<unsigned>(clock.hours().count())) + ':' + twoDigits(static_cast<unsigned>(clock.minutes().count())) + " UTC";
}

} // namespace es::session
