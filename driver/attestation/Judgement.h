// Judges evidence against a policy, rule by rule: pure, no network, no clock. The only place that decides whether an enclave is believed.
// Thread: any (pure).                                                               enclave-protocol 4.4, 5.2, 6, 11
#pragma once

#include "driver/attestation/Evidence.h"
#include "driver/attestation/Rules.h"
#include "driver/enclave/AttestationResult.h"

namespace es::attestation {

enum class Verdict : std::uint8_t {
    kNotAttested,  // protocol None: key agreement holds, nobody proved who it is. Never shown as verified.
    kVerified,
    kRefused,      // a rule failed
    kUnreachable,  // the service did not give what the rules need
};
[[nodiscard]] std::string_view verdictName(Verdict verdict);  // "not attested", "verified", "refused", "unreachable"

enum class RuleVerdict : std::uint8_t { kPassed, kFailed, kNotChecked };  // kNotChecked: an earlier failure left nothing to look at

struct RuleResult {
    std::string id;
    RuleVerdict verdict = RuleVerdict::kNotChecked;
    std::string expected;  // short, for a column: "off", ">= 1", "0437cae2..." in full
    std::string seen;
    friend bool operator==(const RuleResult&, const RuleResult&) = default;
};

struct Claim {  // one fact that an inspector can show: name as in the protocol, value as text
    std::string name;
    std::string value;
    friend bool operator==(const Claim&, const Claim&) = default;
};

// Where the chain ends. HGS: the listed certificate that issued the health certificate. AAS: the end of the service's TLS chain, as far as it sent it.
struct TrustRoot {
    std::string subject;
    std::string fingerprint;  // SHA-256 hex; empty: none (None, plain http)
    bool sandbox = false;     // enclave/SandboxRoot.h: wherever "verified" is said, "sandbox root" is said too
    friend bool operator==(const TrustRoot&, const TrustRoot&) = default;
};

struct Judgement {
    Verdict verdict = Verdict::kRefused;
    std::vector<RuleResult> rules;  // all of the protocol's, in the table's order; every one is checked as far as it can be
    std::vector<Claim> claims;      // image, author, versions, flags, token claims, certificate subject ...
    TrustRoot root;
    std::optional<std::chrono::system_clock::time_point> validUntil;  // the earliest end: health certificate, token
    std::optional<enclave::SessionPart> session;                      // as far as it could be read
    bool refetchMayHelp = false;    // an unknown key id or issuer: the service's documents may have changed

    [[nodiscard]] const RuleResult* firstFailure() const;  // null pointer: none
};

// With protocol None: format rules alone. A missing document: the rules that need it are kNotChecked, verdict kUnreachable unless
// something else failed.
[[nodiscard]] Judgement judge(const Evidence& evidence, const Policy& policy);

// For error texts: "Rule \"Debug mode\": expected off, seen on."
[[nodiscard]] std::string mismatchText(const RuleResult& result, Protocol protocol);

}  // namespace es::attestation
