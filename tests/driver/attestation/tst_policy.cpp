// Policies: what a file may say, what is refused, and the one made from what was seen.                    enclave-protocol 4.3, 5.2
#include "driver/attestation/PolicyFromReport.h"
#include "tests/driver/attestation/EvidenceMaker.h"

#include <QTest>

using namespace es;
using namespace es::attestation;
using namespace es::testing;

namespace {

Policy everythingSet()
{
    Policy policy;
    policy.name = "Payroll \"2026\" é";
    policy.protocol = Protocol::kAas;
    policy.service = "https://hgs.test:8443";
    policy.plainHttp = true;
    policy.redirectOrigins = {"https://a.test", "http://b.test"};
    policy.trustedRoots = {std::string(64, 'a'), std::string(64, '0')};
    policy.clockSkew = std::chrono::seconds{600};
    policy.ownerId = "";
    policy.authorId = std::string(64, '1');
    policy.familyId = std::string(32, '2');
    policy.imageId = "";
    policy.minimumEnclaveSvn = 1;
    policy.minimumSecureKernelSvn = 4294967295;
    policy.minimumPlatformSvn = 0;
    policy.debug = true;
    policy.sgxSigner = std::string(64, 'f');
    policy.sgxProduct.reset();
    policy.minimumSgxSvn = 5;
    policy.requireClaims = true;
    policy.trustedKeyPaths = std::vector<std::string>{"CurrentUser/My/ABC", "https://vault.test/keys/a"};
    return policy;
}

AttestationReport reportOf(Evidence evidence, Policy policy)
{
    AttestationReport report;
    report.evidence = std::move(evidence);
    report.policy = std::move(policy);
    report.judgement = judge(report.evidence, report.policy);
    return report;
}

}  // namespace

class TestPolicy : public QObject {
    Q_OBJECT

private slots:
    void roundTrip()
    {
        for (const Policy& policy : {Policy(), everythingSet()}) {
            const std::string text = policyToJson(policy);
            const auto read = policyFromJson(text);
            QVERIFY2(read, read ? "" : read.error().describe().c_str());
            QVERIFY(*read == policy);
            QCOMPARE(policyToJson(*read), text);
        }
    }

    void digests()
    {
        Policy renamed;
        renamed.name = "another";
        QCOMPARE(policyDigest(renamed), policyDigest(Policy()));
        QCOMPARE(policyDigest(Policy()).size(), std::size_t{64});
        std::set<std::string> digests{policyDigest(Policy()), policyDigest(everythingSet())};
        const std::vector<std::function<void(Policy&)>> changes{[](Policy& p) { p.debug = true; }, [](Policy& p) { p.trustedKeyPaths.emplace(); },
            [](Policy& p) { p.protocol = Protocol::kNone; }, [](Policy& p) { p.minimumSgxSvn = 1; }, [](Policy& p) { p.clockSkew = {}; },
            [](Policy& p) { p.sgxProduct = 0; }, [](Policy& p) { p.plainHttp = true; }, [](Policy& p) { p.ownerId.clear(); }};
        for (const auto& change : changes) {
            Policy policy;
            change(policy);
            QVERIFY(digests.insert(policyDigest(policy)).second);
        }
    }

    void leftOutMeansStrict()
    {
        const auto read = policyFromJson("\xEF\xBB\xBF{\"version\": 1, \"name\": \"x\"}");
        QVERIFY(read);
        Policy expected;
        expected.name = "x";
        QVERIFY(*read == expected);
    }

    void uniform()
    {
        std::string text = "{'version':1,'service':'HTTPS://Host.Test:443/','authorId':'" + std::string(64, 'A') + "','trustedRoots':['AA:"
            + std::string(62, 'B') + "']}";
        std::replace(text.begin(), text.end(), '\'', '"');
        const auto read = policyFromJson(text);
        QVERIFY(read);
        QCOMPARE(read->service, std::string("https://host.test"));
        QCOMPARE(read->authorId, std::string(64, 'a'));
        QCOMPARE(read->trustedRoots.front(), "aa" + std::string(62, 'b'));
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char* name, const char* member, const char* names) {
            QTest::newRow(name) << QByteArray("{\"version\":1,") + member + "}" << QByteArray(names);
        };
        QTest::newRow("nothing") << QByteArray() << QByteArray("JSON");
        QTest::newRow("a list") << QByteArray("[1]") << QByteArray("object");
        QTest::newRow("no version") << QByteArray("{}") << QByteArray("version");
        QTest::newRow("version 2") << QByteArray("{\"version\":2}") << QByteArray("version");
        QTest::newRow("version as text") << QByteArray("{\"version\":\"1\"}") << QByteArray("version");
        QTest::newRow("two documents") << QByteArray("{\"version\":1}{}") << QByteArray("JSON");
        row("spelled wrong", "\"autorId\":\"\"", "authorId");
        row("another case", "\"AuthorId\":\"\"", "authorId");
        row("shorter", "\"minimumSvn\":3", "nearest is \"minimum");
        row("twice", "\"debug\":false,\"debug\":true", "debug");
        row("flag as text", "\"debug\":\"false\"", "debug");
        row("flag as number", "\"plainHttp\":0", "plainHttp");
        row("number as text", "\"minimumPlatformSvn\":\"1\"", "minimumPlatformSvn");
        row("number below 0", "\"minimumPlatformSvn\":-1", "minimumPlatformSvn");
        row("number with a fraction", "\"minimumPlatformSvn\":1.5", "minimumPlatformSvn");
        row("number too large", "\"minimumEnclaveSvn\":4294967296", "minimumEnclaveSvn");
        row("hex too short", "\"imageId\":\"1917\"", "imageId");
        row("no hex", "\"familyId\":\"gggggggggggggggggggggggggggggggg\"", "familyId");
        row("hex as null", "\"ownerId\":null", "ownerId");
        row("skew too large", "\"clockSkewSeconds\":601", "clockSkewSeconds");
        row("skew below 0", "\"clockSkewSeconds\":-1", "clockSkewSeconds");
        row("unknown protocol", "\"protocol\":\"HGS\"", "protocol");
        row("service with a path", "\"service\":\"https://host.test/Attestation\"", "service");
        row("service without scheme", "\"service\":\"host.test\"", "service");
        row("service of another kind", "\"service\":\"ftp://host.test\"", "service");
        row("root too short", "\"trustedRoots\":[\"aa\"]", "trustedRoots");
        row("roots as text", "\"trustedRoots\":\"aa\"", "trustedRoots");
        row("redirect to a path", "\"redirectOrigins\":[\"https://a.test/x\"]", "redirectOrigins");
        row("empty key path", "\"trustedKeyPaths\":[\"\"]", "trustedKeyPaths");
        row("key paths as text", "\"trustedKeyPaths\":\"a\"", "trustedKeyPaths");
        row("product as text", "\"sgxProduct\":\"4639\"", "sgxProduct");
    }
    void refused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, names);
        const auto read = policyFromJson(text.toStdString());
        QVERIFY(!read);
        QVERIFY(read.error().code == kBadPolicy);
        QCOMPARE(read.error().setting, std::string("attestation-policy"));
        QVERIFY2(read.error().text.find(names.toStdString()) != std::string::npos, read.error().text.c_str());
    }

    void keyPaths()
    {
        Policy policy;
        QVERIFY(policy.trustsKeyPath("anything"));
        policy.trustedKeyPaths.emplace();
        QVERIFY(!policy.trustsKeyPath("anything"));
        policy.trustedKeyPaths = {"CurrentUser/My/AB"};
        QVERIFY(policy.trustsKeyPath("currentuser/my/ab"));
        QVERIFY(!policy.trustsKeyPath("CurrentUser/My/ABC"));
        QVERIFY(!policy.trustsKeyPath("CurrentUser/My/A"));
    }

    void protocolNames()
    {
        for (const Protocol protocol : {Protocol::kNone, Protocol::kHgs, Protocol::kAas})
            QVERIFY(protocolFromName(protocolName(protocol)) == protocol);
        QVERIFY(!protocolFromName("HGS"));
    }

    void trustWhatIsSeenHgs()
    {
        HgsCase made;
        made.report.enclaveSvn = 3;
        made.report.secureKernelSvn = 4;
        made.report.platformSvn = 5;
        made.report.imageId.fill(0xAB);
        made.policy.imageId.clear();
        made.policy.minimumPlatformSvn = 0;
        made.policy.trustedKeyPaths = std::vector<std::string>{"path"};
        const AttestationReport report = reportOf(evidenceOf(made), made.policy);
        const auto policy = policyFromReport(report);
        QVERIFY(policy);
        QVERIFY(policy->protocol == Protocol::kHgs);
        QCOMPARE(policy->service, std::string("https://hgs.test"));
        QCOMPARE(policy->trustedRoots, std::vector<std::string>{report.judgement.root.fingerprint});
        QCOMPARE(policy->imageId, std::string("abababababababababababababababab"));
        QCOMPARE(policy->minimumEnclaveSvn, 3U);
        QCOMPARE(policy->minimumSecureKernelSvn, 4U);
        QCOMPARE(policy->minimumPlatformSvn, 5U);
        QVERIFY(policy->trustedKeyPaths == made.policy.trustedKeyPaths);
        QVERIFY(judge(report.evidence, *policy).verdict == Verdict::kVerified);
        QVERIFY(*policyFromJson(policyToJson(*policy)) == *policy);
        made.report.secureKernelSvn = 3;  // weaker than what was seen
        QCOMPARE(judge(evidenceOf(made), *policy).firstFailure() == nullptr, false);
    }

    void trustWhatIsSeenAas()
    {
        AasCase made;
        made.enclaveType = "SGX";
        made.type = 2;
        made.claims.set("x-ms-attestation-type", "sgx");
        made.claims.set("x-ms-sgx-mrsigner", std::string(64, 'c'));
        made.claims.set("product-id", 77);
        made.claims.set("is-debuggable", true);
        made.policy.sgxSigner.clear();
        made.policy.sgxProduct.reset();
        made.policy.debug = true;
        const AttestationReport report = reportOf(evidenceOf(made), made.policy);
        const auto policy = policyFromReport(report);
        QVERIFY(policy);
        QVERIFY(policy->protocol == Protocol::kAas);
        QCOMPARE(policy->service, std::string("https://aas.test"));
        QCOMPARE(policy->sgxSigner, std::string(64, 'c'));
        QVERIFY(policy->sgxProduct == 77U);
        QCOMPARE(policy->minimumSgxSvn, 2U);
        QVERIFY(policy->debug && policy->requireClaims);
        QVERIFY(judge(report.evidence, *policy).verdict == Verdict::kVerified);
    }

    void onlyWhatWasVerified()
    {
        QVERIFY(policyFromReport(reportOf(evidenceOf(NoneCase()), Policy())).error().code == kNotVerified);
        HgsCase debug;
        debug.report.flags = 1;
        QVERIFY(policyFromReport(reportOf(evidenceOf(debug), Policy())).error().code == kNotVerified);
    }
};

QTEST_APPLESS_MAIN(TestPolicy)
#include "tst_policy.moc"
