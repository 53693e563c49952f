// Records: kept whole, and found out when altered.
#include "driver/attestation/AttestationRecord.h"
#include "tests/driver/attestation/EvidenceMaker.h"

#include <QTest>

using namespace es;
using namespace es::attestation;
using namespace es::testing;

namespace {

template <class Case>
AttestationRecord recordOf(const Case& made)
{
    AttestationRecord record;
    record.report.evidence = evidenceOf(made);
    record.report.policy = made.policy;
    record.report.judgement = judge(record.report.evidence, made.policy);
    record.report.suggestedUrl = "https://other.test/Attestation";
    record.report.serviceElapsed = std::chrono::milliseconds{12};
    record.report.sessionEnds = secondsAt(kNow + 100) + std::chrono::nanoseconds{1};
    record.released.push_back({5, 70000, "ES_KEY_FILE", "payroll.pfx", "SELECT \"é\" FROM t", secondsAt(kNow) + std::chrono::milliseconds{250}});
    record.program = "Test 1.0";
    record.savedAt = secondsAt(kNow + 3);
    return record;
}

void verifySame(const AttestationRecord& a, const AttestationRecord& b)
{
    const Evidence& x = a.report.evidence;
    const Evidence& y = b.report.evidence;
    QVERIFY(x.protocol == y.protocol && x.url == y.url && x.enclaveType == y.enclaveType && x.serverName == y.serverName);
    QVERIFY(x.database == y.database && x.parameters == y.parameters && x.result == y.result && x.documents == y.documents && x.seenAt == y.seenAt);
    const Judgement& j = a.report.judgement;
    const Judgement& k = b.report.judgement;
    QVERIFY(j.verdict == k.verdict && j.rules == k.rules && j.claims == k.claims && j.root == k.root && j.validUntil == k.validUntil);
    QVERIFY(j.session.has_value() == k.session.has_value() && j.refetchMayHelp == k.refetchMayHelp);
    QVERIFY(a.report.policy == b.report.policy && a.report.suggestedUrl == b.report.suggestedUrl);
    QVERIFY(a.report.serviceElapsed == b.report.serviceElapsed && a.report.sessionEnds == b.report.sessionEnds);
    QVERIFY(a.released == b.released && a.program == b.program && a.savedAt == b.savedAt);
    QCOMPARE(a.report.failure.has_value(), b.report.failure.has_value());
}

}  // namespace

class TestRecord : public QObject {
    Q_OBJECT

private slots:
    void roundTrip()
    {
        HgsCase debug;
        debug.report.flags = 1;
        AttestationRecord refused = recordOf(debug);
        refused.report.failure = base::makeError(kEnclaveRefused, "text", "attestation-policy", "remedy");
        for (const AttestationRecord& record : {recordOf(NoneCase()), recordOf(HgsCase()), recordOf(AasCase()), refused}) {
            const std::string text = recordToJson(record);
            const auto read = recordFromJson(text);
            QVERIFY2(read, read ? "" : read.error().describe().c_str());
            verifySame(*read, record);
            QVERIFY(read->intact);
            if (record.report.failure) QVERIFY(read->report.failure->code == kEnclaveRefused && read->report.failure->remedy == "remedy");
            QCOMPARE(recordToJson(*read), text);
            const RecordCheck check = checkRecord(*read);
            QVERIFY(check.sameAsRecorded && check.changed.empty());
            QVERIFY(check.judgement.verdict == record.report.judgement.verdict);
        }
    }

    void longClaimsAreCutBetweenCharacters()
    {
        AasCase made;
        std::string text = "x";
        for (int i = 0; i < 150; ++i)
            text += "é";
        made.claims.set("x-note", text);
        const auto read = recordFromJson(recordToJson(recordOf(made)));
        QVERIFY(read);
        QVERIFY(checkRecord(*read).sameAsRecorded);
    }

    void personsWordsFirst()
    {
        const std::string text = recordToJson(recordOf(HgsCase()));
        QVERIFY(text.find("\"verdict\"") < text.find("\"rules\"") && text.find("\"rules\"") < text.find("\"result\""));
        QVERIFY(text.find("\"seenAt\": \"2026-01-01T00:01:00Z\"") != std::string::npos);
        QVERIFY(text.find("\"title\": \"Debug mode\"") != std::string::npos);
    }

    // A changed byte makes it unreadable, or shows.
    void anyAlteredByteShows()
    {
        const std::string whole = recordToJson(recordOf(HgsCase()));
        for (std::size_t i = 0; i < whole.size(); i += 41) {
            std::string text = whole;
            text[i] = static_cast<char>(text[i] ^ 1);
            const auto read = recordFromJson(text);
            if (read) QVERIFY2(!checkRecord(*read).sameAsRecorded, text.substr(i > 20 ? i - 20 : 0, 40).c_str());
            else QVERIFY(read.error().code == kBadRecord);
        }
    }

    // Whoever makes the digest anew still has to answer for the evidence.
    void alteredOnPurpose()
    {
        AttestationRecord record = recordOf(HgsCase());
        record.report.evidence.result[600] ^= 1;
        auto check = checkRecord(*recordFromJson(recordToJson(record)));
        QVERIFY(!check.sameAsRecorded && !check.changed.empty());

        record = recordOf(HgsCase());
        record.report.policy.minimumPlatformSvn = 2;
        check = checkRecord(*recordFromJson(recordToJson(record)));
        QVERIFY(!check.sameAsRecorded);
        QCOMPARE(check.changed, std::vector<std::string>{"policy-svn"});
        QVERIFY(check.judgement.verdict == Verdict::kRefused);

        HgsCase debug;
        debug.report.flags = 1;
        record = recordOf(debug);
        record.report.judgement.verdict = Verdict::kVerified;
        QVERIFY(!checkRecord(*recordFromJson(recordToJson(record))).sameAsRecorded);
        for (RuleResult& rule : record.report.judgement.rules)
            if (rule.id == "policy-debug") rule = {"policy-debug", RuleVerdict::kPassed, "off", "off"};
        check = checkRecord(*recordFromJson(recordToJson(record)));
        QVERIFY(!check.sameAsRecorded);
        QCOMPARE(check.changed, std::vector<std::string>{"policy-debug"});

        record = recordOf(HgsCase());
        record.report.judgement.root.sandbox = !record.report.judgement.root.sandbox;
        QVERIFY(!checkRecord(*recordFromJson(recordToJson(record))).sameAsRecorded);
        record = recordOf(HgsCase());
        record.report.evidence.seenAt += std::chrono::hours{48};
        check = checkRecord(*recordFromJson(recordToJson(record)));
        QVERIFY(!check.sameAsRecorded && check.judgement.verdict == Verdict::kRefused);
    }

    void notRecords_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::newRow("another format") << QByteArray("enclave-studio-attestation-record") << QByteArray("another");
        QTest::newRow("another version") << QByteArray("\"version\": 1") << QByteArray("\"version\": 2");
        QTest::newRow("unknown verdict") << QByteArray("\"verdict\": \"verified\"") << QByteArray("\"verdict\": \"trusted\"");
        QTest::newRow("unknown rule verdict") << QByteArray("\"verdict\": \"passed\"") << QByteArray("\"verdict\": \"ok\"");
        QTest::newRow("unknown protocol") << QByteArray("\"protocol\": \"hgs\"") << QByteArray("\"protocol\": \"vbs\"");
        QTest::newRow("no time") << QByteArray("\"seenAt\": \"2026-01-01T00:01:00Z\"") << QByteArray("\"seenAt\": \"2026-01-01 00:01:00\"");
        QTest::newRow("no such day") << QByteArray("\"seenAt\": \"2026-01-01T00:01:00Z\"") << QByteArray("\"seenAt\": \"2026-02-30T00:01:00Z\"");
        QTest::newRow("no base64") << QByteArray("\"result\": \"") << QByteArray("\"result\": \"*");
        QTest::newRow("twice") << QByteArray("\"version\": 1,") << QByteArray("\"version\": 1, \"version\": 1,");
        QTest::newRow("no digest") << QByteArray("\"digest\"") << QByteArray("\"digst\"");
        QTest::newRow("status as text") << QByteArray("\"status\": 200") << QByteArray("\"status\": \"200\"");
        QTest::newRow("more behind it") << QByteArray("\n}\n") << QByteArray("\n}\n{}");
    }
    void notRecords()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QByteArray text = QByteArray::fromStdString(recordToJson(recordOf(HgsCase())));
        QVERIFY(text.contains(from));
        text.replace(text.indexOf(from), from.size(), to);
        const auto read = recordFromJson(text.toStdString());
        QVERIFY(!read);
        QVERIFY(read.error().code == kBadRecord);
        QVERIFY(!read.error().remedy.empty());
    }
};

QTEST_APPLESS_MAIN(TestRecord)
#include "tst_record.moc"
