// Protocols None and HGS: each rule broken alone, and nothing else held against the enclave.      enclave-protocol 3, 4, 6, 11
#include "driver/attestation/RuleSheet.h"
#include "driver/crypto/Certificate.h"
#include "driver/enclave/SandboxRoot.h"
#include "tests/driver/attestation/RuleRows.h"

using namespace es;
using namespace es::attestation;
using namespace es::testing;

namespace {

const Ids kNoKey{"dh-key-header", "dh-key-point"};
constexpr std::size_t kDhY = 56;

const std::vector<RuleRow<NoneCase>> kNoneRows{
    {"enclave-type", "SGX", [](NoneCase& c) { c.enclaveType = "SGX"; }},
    {"enclave-type", "nothing", [](NoneCase& c) { c.enclaveType = "none"; }},
    {"dh-key-point", "off the curve", [](NoneCase& c) { c.dhKey = flip(kDhY); }},
    {"dh-key-length", "103 bytes", [](NoneCase& c) { c.dhKey = [](base::Bytes& key) { key.pop_back(); }; }, kNoKey},
    {"dh-key-header", "ECK1", [](NoneCase& c) { c.dhKey = flip(3, 2); }, {"dh-key-point"}},
    {"dh-key-header", "32 bytes", [](NoneCase& c) { c.dhKey = flip(4, 16); }, {"dh-key-point"}},
    {"total-size", "4", [](NoneCase& c) { c.result = flip(0, 4); }},
    {"truncated", "last byte missing", [](NoneCase& c) { c.result = [](base::Bytes& r) { r.pop_back(); }; }},
    {"truncated", "nothing but the first size", [](NoneCase& c) { c.result = [](base::Bytes& r) { r.resize(4); }; },
        {"dh-key-length", "dh-key-header", "dh-key-point"}},
    {"trailing-bytes", "one more", [](NoneCase& c) { c.result = [](base::Bytes& r) { r.push_back(0); }; }},
    {"trailing-bytes", "one more inside the session part", [](NoneCase& c) { c.result = [](base::Bytes& r) { r.push_back(0); ++r[4]; }; }},
    {"result-size", "above 64 KiB", [](NoneCase& c) { c.result = [](base::Bytes& r) { r.resize(64 * 1024 + 1); }; },
        {"dh-key-length", "dh-key-header", "dh-key-point", "total-size", "truncated", "trailing-bytes"}},
    {"request-format", "asked for HGS", [](NoneCase& c) { c.parameters = flip(0); }},
    {"request-format", "cut", [](NoneCase& c) { c.parameters = [](base::Bytes& p) { p.pop_back(); }; }},
    {"policy-protocol", "the policy wants HGS", [](NoneCase& c) { c.policy.protocol = Protocol::kHgs; }},
};

const Ids kNoResult{"report-binding", "report-signature", "health-certificate-validity", "trusted-root", "policy-author", "policy-family",
    "policy-image", "policy-svn-enclave", "policy-svn", "policy-debug", "policy-svn-kernel", "policy-owner", "dh-signature", "dh-key-point",
    "dh-key-length", "dh-key-header", "health-certificate-issuer", "issuer-authority", "issuer-validity", "health-certificate-usage",
    "health-certificate-format", "identity-format", "identity-strength", "report-format", "report-version", "report-scheme",
    "report-reserved", "total-size", "truncated", "trailing-bytes"};
const Ids kNoIssuer{"issuer-authority", "issuer-validity", "trusted-root"};
const Ids kNoStatement{"report-binding", "policy-author", "policy-family", "policy-image", "policy-svn-enclave", "policy-svn",
    "policy-debug", "policy-svn-kernel", "policy-owner", "report-version", "report-reserved"};

std::string certificateFingerprint(const CertificatePlan& plan)
{
    return crypto::Certificate::fromDer(makeCertificate(plan)).value().fingerprint();
}
void useText(base::Bytes& bytes, std::string_view text)
{
    const base::ByteView view = base::viewOf(text);
    bytes.assign(view.begin(), view.end());
}

const std::vector<RuleRow<HgsCase>> kHgsRows{
    {"report-binding", "another session's report", [](HgsCase& c) { c.boundIdentity = "elsewhere"; }},
    {"report-binding", "another enclave's key", [](HgsCase& c) { c.identity = c.signer = "elsewhere"; }},
    {"report-binding", "first bit of the hash", [](HgsCase& c) { c.enclaveData = flip(0, 128); }},
    {"report-binding", "last bit of the hash", [](HgsCase& c) { c.enclaveData = flip(31); }},
    {"report-signature", "a bit of the signature", [](HgsCase& c) { c.reportSignature = flip(100); }},
    {"report-signature", "empty", [](HgsCase& c) { c.reportSignature = [](base::Bytes& s) { s.clear(); }; }},
    {"report-signature", "unchecked field altered after signing", [](HgsCase& c) { c.package = flip(24 + 104); }},
    {"report-signature", "signing level altered after signing", [](HgsCase& c) { c.package = flip(24 + 216); }},
    {"report-signature", "module altered after signing", [](HgsCase& c) { c.package = flip(24 + 224 + 20); }},
    {"health-certificate-validity", "expired", [](HgsCase& c) { c.health.notAfter = secondsAt(kNow - 301); }},
    {"health-certificate-validity", "expired, no skew", [](HgsCase& c) { c.health.notAfter = secondsAt(kNow - 1); c.policy.clockSkew = {}; }},
    {"health-certificate-validity", "skew beyond its bound",
        [](HgsCase& c) { c.health.notAfter = secondsAt(kNow - 601); c.policy.clockSkew = std::chrono::hours{10}; }},
    {"health-certificate-validity", "not yet", [](HgsCase& c) { c.health.notBefore = secondsAt(kNow + 301); }},
    {"trusted-root", "another is trusted", [](HgsCase& c) { c.policy.trustedRoots = {std::string(64, 'a')}; }},
    {"trusted-root", "the host's own is no root", [](HgsCase& c) { c.policy.trustedRoots = {certificateFingerprint(c.health)}; }},
    {"policy-author", "a bit", [](HgsCase& c) { c.report.authorId[31] ^= 1; }},
    {"policy-author", "another is wanted", [](HgsCase& c) { c.policy.authorId = std::string(64, '1'); }},
    {"policy-family", "a bit", [](HgsCase& c) { c.report.familyId[15] ^= 128; }},
    {"policy-image", "a bit", [](HgsCase& c) { c.report.imageId[0] ^= 1; }},
    {"policy-svn-enclave", "below the minimum", [](HgsCase& c) { c.policy.minimumEnclaveSvn = 3; c.report.enclaveSvn = 2; }},
    {"policy-svn", "0", [](HgsCase& c) { c.report.platformSvn = 0; }},
    {"policy-svn", "below the minimum", [](HgsCase& c) { c.policy.minimumPlatformSvn = 2; }},
    {"policy-svn-kernel", "below the minimum", [](HgsCase& c) { c.policy.minimumSecureKernelSvn = 1; }},
    {"policy-debug", "full debug", [](HgsCase& c) { c.report.flags = 1; }},
    {"policy-debug", "dynamic debug enabled", [](HgsCase& c) { c.report.flags = 2; }},
    {"policy-debug", "dynamic debug active", [](HgsCase& c) { c.report.flags = 4; }},
    {"policy-debug", "an unknown flag, though debug is accepted", [](HgsCase& c) { c.report.flags = 8; c.policy.debug = true; }},
    {"policy-owner", "a bit", [](HgsCase& c) { c.report.ownerId[31] ^= 1; }},
    {"dh-signature", "a bit", [](HgsCase& c) { c.dhSignature = flip(0); }},
    {"dh-signature", "empty", [](HgsCase& c) { c.dhSignature = [](base::Bytes& s) { s.clear(); }; }},
    {"dh-signature", "by another key", [](HgsCase& c) { c.signer = "elsewhere"; }},
    {"dh-key-point", "off the curve", [](HgsCase& c) { c.dhKey = flip(kDhY); }},
    {"dh-key-point", "all zeros", [](HgsCase& c) { c.dhKey = [](base::Bytes& k) { std::fill(k.begin() + 8, k.end(), base::Byte{0}); }; }},
    {"dh-key-point", "coordinate beyond the field",
        [](HgsCase& c) { c.dhKey = [](base::Bytes& k) { std::fill(k.begin() + 8, k.begin() + 56, base::Byte{0xFF}); }; }},
    {"dh-key-length", "105 bytes", [](HgsCase& c) { c.dhKey = [](base::Bytes& key) { key.push_back(0); }; }, kNoKey},
    {"dh-key-header", "ECK1", [](HgsCase& c) { c.dhKey = flip(3, 2); }, {"dh-key-point"}},
    {"health-certificate-issuer", "its authority is not listed",
        [](HgsCase& c) { c.alsoListed = {makeCertificate(rootPlan("elsewhere"))}; c.listAuthority = false; }, kNoIssuer},
    {"health-certificate-issuer", "signed by another of the same name", [](HgsCase& c) { c.health.issuerKeyPem = keyPem("elsewhere"); }, kNoIssuer},
    {"health-certificate-issuer", "signed with SHA-1", [](HgsCase& c) { c.health.digest = "SHA1"; }, kNoIssuer},
    {"health-certificate-issuer", "self-signed",
        [](HgsCase& c) { c.health.issuerKeyPem.clear(); c.health.issuerName.clear(); }, kNoIssuer},
    {"health-certificate-issuer", "last bit of its signature",
        [](HgsCase& c) { c.healthCertificate = [](base::Bytes& der) { der.back() ^= 1; }; }, kNoIssuer},
    {"issuer-authority", "no CA", [](HgsCase& c) { c.authority.basicConstraints = "critical,CA:FALSE"; c.authority.keyUsage.clear(); }},
    {"issuer-authority", "may not issue", [](HgsCase& c) { c.authority.keyUsage = "critical,digitalSignature"; }},
    {"issuer-authority", "nothing stated", [](HgsCase& c) { c.authority.basicConstraints.clear(); c.authority.keyUsage.clear(); }},
    {"issuer-validity", "expired", [](HgsCase& c) { c.authority.notAfter = secondsAt(kNow - 301); }},
    {"issuer-validity", "not yet", [](HgsCase& c) { c.authority.notBefore = secondsAt(kNow + 301); }},
    {"health-certificate-usage", "encrypts alone", [](HgsCase& c) { c.health.keyUsage = "critical,keyEncipherment"; }},
    {"health-certificate-format", "nonsense", [](HgsCase& c) { c.healthCertificate = [](base::Bytes& der) { der.assign(40, 7); }; },
        {"health-certificate-validity", "health-certificate-usage", "health-certificate-issuer", "issuer-authority", "issuer-validity",
            "trusted-root", "report-signature"}},
    {"health-certificate-format", "a byte too much", [](HgsCase& c) { c.healthCertificate = [](base::Bytes& der) { der.push_back(0); }; },
        {"health-certificate-validity", "health-certificate-usage", "health-certificate-issuer", "issuer-authority", "issuer-validity",
            "trusted-root", "report-signature"}},
    {"health-certificate-format", "1024 bits", [](HgsCase& c) { c.health.keyPem = keyPem("health", 1024); }},
    {"health-certificate-format", "EC key", [](HgsCase& c) { c.health.keyPem = keyPem("ec"); }, {"report-signature"}},
    {"identity-format", "another magic", [](HgsCase& c) { c.identityBlob = flip(3); }, {"identity-strength", "dh-signature"}},
    {"identity-format", "a byte too much", [](HgsCase& c) { c.identityBlob = [](base::Bytes& b) { b.push_back(0); }; },
        {"identity-strength", "dh-signature"}},
    {"identity-format", "empty", [](HgsCase& c) { c.identityBlob = [](base::Bytes& b) { b.clear(); }; }, {"identity-strength", "dh-signature"}},
    {"identity-strength", "1024 bits", [](HgsCase& c) { c.identityBits = 1024; }},
    {"report-format", "package size", [](HgsCase& c) { c.package = flip(0); }},
    {"report-format", "report size, signed", [](HgsCase& c) { c.statement = flip(0); }, kNoStatement},
    {"report-format", "module size, signed", [](HgsCase& c) { c.statement = flip(224 + 4); }, kNoStatement},
    {"report-format", "signature size", [](HgsCase& c) { c.package = flip(16); },
        [] { Ids ids = kNoStatement; ids.insert({"report-signature", "report-scheme"}); return ids; }()},
    {"report-format", "a byte too much", [](HgsCase& c) { c.package = [](base::Bytes& p) { p.push_back(0); }; },
        [] { Ids ids = kNoStatement; ids.insert({"report-signature", "report-scheme"}); return ids; }()},
    {"report-version", "package 2", [](HgsCase& c) { c.package = flip(4, 3); }},
    {"report-version", "statement 2", [](HgsCase& c) { c.report.version = 2; }},
    {"report-scheme", "2", [](HgsCase& c) { c.package = flip(8, 3); }},
    {"report-reserved", "in the package", [](HgsCase& c) { c.package = flip(20); }},
    {"report-reserved", "in the statement", [](HgsCase& c) { c.report.reserved = 1; }},
    {"report-reserved", "behind the hash", [](HgsCase& c) { c.enclaveData = flip(63); }},
    {"enclave-type", "SGX", [](HgsCase& c) { c.enclaveType = "SGX"; }},
    {"service-transport", "http",
        [](HgsCase& c) { c.url = "http://hgs.test/Attestation"; c.documentUrl = c.url + "/v2.0/signingCertificates"; }},
    {"service-transport", "a redirect to http",
        [](HgsCase& c) { c.documentUrl = "http://hgs.test/list"; c.policy.redirectOrigins = {"http://hgs.test"}; }},
    {"service-origin", "from elsewhere", [](HgsCase& c) { c.documentUrl = "https://elsewhere.test/list"; }},
    {"service-origin", "another port", [](HgsCase& c) { c.documentUrl = "https://hgs.test:8443/list"; }},
    {"signing-certificates", "no JSON", [](HgsCase& c) { c.body = [](base::Bytes& b) { useText(b, "<html>"); }; },
        {"health-certificate-issuer", "issuer-authority", "issuer-validity", "trusted-root"}},
    {"signing-certificates", "not bytes", [](HgsCase& c) { c.body = [](base::Bytes& b) { useText(b, "[48,256]"); }; },
        {"health-certificate-issuer", "issuer-authority", "issuer-validity", "trusted-root"}},
    {"signing-certificates", "a byte value with more bits",
        [](HgsCase& c) {
            c.body = [](base::Bytes& b) {
                const std::string text(b.begin(), b.end());
                useText(b, "[304" + text.substr(text.find(',')));
            };
        },
        {"health-certificate-issuer", "issuer-authority", "issuer-validity", "trusted-root"}},
    {"signing-certificates", "an empty list", [](HgsCase& c) { c.listAuthority = false; },
        {"health-certificate-issuer", "issuer-authority", "issuer-validity", "trusted-root"}},
    {"total-size", "a bit", [](HgsCase& c) { c.result = flip(0); }},
    {"truncated", "last byte missing", [](HgsCase& c) { c.result = [](base::Bytes& r) { r.pop_back(); }; }, {"dh-signature"}},
    {"truncated", "no session part", [](HgsCase& c) { c.result = [](base::Bytes& r) { r.resize(r.size() - 380); }; },
        {"dh-signature", "dh-key-point", "dh-key-length", "dh-key-header"}},
    {"trailing-bytes", "one more", [](HgsCase& c) { c.result = [](base::Bytes& r) { r.push_back(0); }; }},
    {"result-size", "above 64 KiB", [](HgsCase& c) { c.result = [](base::Bytes& r) { r.resize(64 * 1024 + 1); }; }, kNoResult},
    {"request-format", "asked for None", [](HgsCase& c) { c.parameters = flip(0); }},
    {"request-format", "own point off the curve", [](HgsCase& c) { c.parameters = flip(12 + kDhY); }},
    {"policy-protocol", "the policy wants AAS", [](HgsCase& c) { c.policy.protocol = Protocol::kAas; }},
    {"policy-service", "the policy wants another", [](HgsCase& c) { c.policy.service = "https://other.test"; }},
};

Judgement judged(const auto& made) { return judge(evidenceOf(made), made.policy); }

}  // namespace

class TestRulesHgs : public QObject {
    Q_OBJECT

private slots:
    void wholeCasesAreBelieved()
    {
        const Judgement none = judged(NoneCase());
        QCOMPARE(text(idsOf(none, RuleVerdict::kPassed)).count(' ') + 1, qsizetype(rulesOf(Protocol::kNone).size()));
        QVERIFY(none.verdict == Verdict::kNotAttested);
        QVERIFY(none.root.fingerprint.empty() && !none.validUntil);

        const HgsCase made;
        const Judgement hgs = judged(made);
        QCOMPARE(text(idsOf(hgs, RuleVerdict::kPassed)).count(' ') + 1, qsizetype(rulesOf(Protocol::kHgs).size()));
        QVERIFY(hgs.verdict == Verdict::kVerified);
        QCOMPARE(hgs.root.fingerprint.size(), std::size_t{64});
        QVERIFY(!hgs.root.sandbox && !hgs.refetchMayHelp);
        QVERIFY(hgs.validUntil == made.health.notAfter);
        const auto image = std::find_if(hgs.claims.begin(), hgs.claims.end(), [](const Claim& c) { return c.name == "image id"; });
        QVERIFY(image != hgs.claims.end());
        QCOMPARE(image->value, made.policy.imageId);
    }

    void noneRules_data() { addRuleRows(kNoneRows); }
    void noneRules()
    {
        QFETCH(int, row);
        verifyRow(kNoneRows[static_cast<std::size_t>(row)]);
    }
    void hgsRules_data() { addRuleRows(kHgsRows); }
    void hgsRules()
    {
        QFETCH(int, row);
        verifyRow(kHgsRows[static_cast<std::size_t>(row)]);
    }
    void everyRuleHasARow()
    {
        verifyEveryRuleHasARow(Protocol::kNone, kNoneRows);
        verifyEveryRuleHasARow(Protocol::kHgs, kHgsRows);
    }

    // Whichever single bit of the answer is turned (a sample: each judgement costs milliseconds), but for the session's id, which nobody signs.
    void anyByteCounts()
    {
        const HgsCase made;
        const Evidence whole = evidenceOf(made);
        Evidence evidence = whole;
        const std::size_t sessionAt = whole.result.size() - 256 - 104 - 16;
        for (std::size_t i = 0; i < whole.result.size(); i += 3) {
            if (i >= sessionAt && i < sessionAt + 8) continue;
            evidence.result[i] ^= static_cast<base::Byte>(1U << (i % 8));
            QVERIFY2(judge(evidence, made.policy).verdict == Verdict::kRefused, QByteArray::number(qsizetype(i)));
            evidence.result[i] = whole.result[i];
        }
        for (std::size_t size = 0; size < whole.result.size(); size += 37) {
            evidence.result.resize(size);
            QVERIFY(judge(evidence, made.policy).verdict == Verdict::kRefused);
            evidence.result = whole.result;
        }
    }

    void whatPoliciesAllow()
    {
        HgsCase made;
        made.policy.ownerId = made.policy.authorId = made.policy.familyId = made.policy.imageId = "";
        made.report.ownerId.fill(9);
        made.report.authorId.fill(9);
        made.report.familyId.fill(9);
        made.report.imageId.fill(9);
        made.report.flags = 7;
        made.policy.debug = true;
        made.url = "http://hgs.test/Attestation";
        made.documentUrl = "https://redirected.test/list";
        made.policy.plainHttp = true;
        made.policy.redirectOrigins = {"https://redirected.test"};
        made.policy.service = "http://hgs.test";
        made.policy.trustedRoots = {std::string(64, 'a'), "placeholder"};
        const base::Bytes authority = makeCertificate(made.authority);
        made.alsoListed = {authority};
        made.listAuthority = false;
        made.policy.trustedRoots[1] = crypto::Certificate::fromDer(authority)->fingerprint();
        made.policy.protocol = Protocol::kHgs;
        QCOMPARE(text(idsOf(judged(made), RuleVerdict::kFailed)), QString());
        QVERIFY(judged(made).verdict == Verdict::kVerified);
    }

    void skewIsAllowed()
    {
        HgsCase late;
        late.health.notAfter = secondsAt(kNow - 300);
        QVERIFY(judged(late).verdict == Verdict::kVerified);
        HgsCase early;
        early.health.notBefore = early.authority.notBefore = secondsAt(kNow + 300);
        QVERIFY(judged(early).verdict == Verdict::kVerified);
    }

    // A renewed signing certificate with the same name and key: the one that serves is found, wherever it stands.
    void renewedAuthority()
    {
        HgsCase made;
        CertificatePlan old = made.authority;
        old.notAfter = secondsAt(kNow - 1000);
        made.alsoListed = {makeCertificate(old)};
        QVERIFY(judged(made).verdict == Verdict::kVerified);
        made.alsoListed = {makeCertificate(made.authority)};
        made.authority = old;
        QVERIFY(judged(made).verdict == Verdict::kVerified);
    }

    void sandboxRootShows()
    {
        HgsCase made;
        made.authority.organization = made.health.issuerOrganization = enclave::kSandboxOrganization;
        const Judgement judgement = judged(made);
        QVERIFY(judgement.verdict == Verdict::kVerified);
        QVERIFY(judgement.root.sandbox);
    }

    void missingDocument_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("absent") << 0;
        QTest::newRow("404") << 404;
    }
    void missingDocument()
    {
        QFETCH(int, status);
        HgsCase made;
        made.documentStatus = status;
        Evidence evidence = evidenceOf(made);
        if (status == 0) evidence.documents.clear();
        const Judgement judgement = judge(evidence, made.policy);
        QVERIFY(judgement.verdict == Verdict::kUnreachable);
        QCOMPARE(text(idsOf(judgement, RuleVerdict::kFailed)), QString());
        QCOMPARE(text(idsOf(judgement, RuleVerdict::kNotChecked)),
            text({"service-origin", "service-transport", "signing-certificates", "health-certificate-issuer", "issuer-authority", "issuer-validity",
                "trusted-root"}));
        evidence.result.pop_back();
        QVERIFY(judge(evidence, made.policy).verdict == Verdict::kRefused);  // what failed outweighs what is missing
    }

    void refetchHelpsWithAnUnknownIssuer()
    {
        HgsCase made;
        made.listAuthority = false;
        made.alsoListed = {makeCertificate(rootPlan("elsewhere"))};
        QVERIFY(judged(made).refetchMayHelp);
        HgsCase other;
        other.report.flags = 1;
        QVERIFY(!judged(other).refetchMayHelp);
    }

    // Fail closed: what was not looked at is not believed, even if nothing failed.
    void notCheckedIsNotPassed()
    {
        for (const bool missing : {false, true}) {
            RuleSheet sheet(Protocol::kHgs);
            const auto rules = rulesOf(Protocol::kHgs);
            for (const Rule& rule : rules.first(rules.size() - 1))
                sheet.check(rule.id, true, "seen");
            if (missing) sheet.documentMissing();
            QVERIFY(std::move(sheet).finish(Verdict::kVerified).verdict == (missing ? Verdict::kUnreachable : Verdict::kRefused));
        }
    }

    void tablesAreWhole()
    {
        for (const Protocol protocol : {Protocol::kNone, Protocol::kHgs, Protocol::kAas}) {
            Ids ids;
            for (const Rule& rule : rulesOf(protocol)) {
                QVERIFY(ids.insert(std::string(rule.id)).second);
                QVERIFY(!rule.title.empty() && rule.why.ends_with('.') && rule.remedy.ends_with('.') && !rule.source.empty());
                QVERIFY(findRule(protocol, rule.id)->title == rule.title);
            }
            QVERIFY(findRule(protocol, "no-such-rule") == nullptr);
        }
        QCOMPARE(verdictName(Verdict::kNotAttested), std::string_view("not attested"));
        QCOMPARE(verdictName(Verdict::kUnreachable), std::string_view("unreachable"));
    }
};

QTEST_APPLESS_MAIN(TestRulesHgs)
#include "tst_rules_hgs.moc"
