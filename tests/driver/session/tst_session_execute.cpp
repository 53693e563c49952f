// Statements over a plain connection: results in order, errors and what they cost, cancelling at every step.  MS-TDS 2.2.7, 3.2.5.9
#include "tests/driver/session/SessionFixture.h"

#include "driver/session/Errors.h"
#include "driver/session/ServerErrors.h"
#include "driver/types/TypeNames.h"

#include <thread>

using namespace es;
using namespace es::test;

namespace {

constexpr std::uint8_t kBatch = 0x01, kRpc = 0x03, kAttention = 0x06;

Bytes twoResultsAndMessages()
{
    ServerBytes answer;
    answer.info(50000, "begin").intColumn().intRow(1).intRow(-2).done(0x11, 0xC1, 2);
    answer.error(208, 16, "Invalid object name 'x'.", 3).done(0x03, 0xC1, 0);
    answer.intColumn(false, "m").done(0x11, 0xC1, 0).done(0x10, 0xC5, 7);
    return answer.message();
}

QByteArray contains(const Bytes& bytes, const char* ascii)
{
    QByteArray wanted;
    for (const char* c = ascii; *c != 0; ++c)
        wanted.append(*c).append('\0');
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())).contains(wanted) ? "yes" : "no";
}

} // namespace

class SessionExecuteTest : public QObject {
    Q_OBJECT

private slots:
    void severalResultsInOrder_data();
    void severalResultsInOrder();
    void lossAtEachStep();
    void severityDecidesTheConsequence_data();
    void severityDecidesTheConsequence();
    void fatalErrorThenEnd();
    void environmentChanges();
    void rollbackIsTransactionLost();
    void parametersGoAsExecuteSql();
    void badParameters();
    void blocksAreBounded();
    void decimalOfOtherWidth();
    void garbageInTheAnswer_data();
    void garbageInTheAnswer();
    void cancelledBeforeItBegan();
    void cancelDrainsAndSessionStaysUsable_data();
    void cancelDrainsAndSessionStaysUsable();
    void cancelFromAnotherThread();
    void unacknowledgedCancelCloses();
    void abandonClosesAtOnce();
};

void SessionExecuteTest::severalResultsInOrder_data()
{
    QTest::addColumn<bool>("slowly");
    QTest::newRow("at once") << false;
    QTest::newRow("one byte at a time") << true;
}

void SessionExecuteTest::severalResultsInOrder()
{
    QFETCH(bool, slowly);
    Connection connection;
    Script script = loginScript();
    script.expect(kBatch, [](ByteView) { return std::string(); }).give(twoResultsAndMessages());
    connection.open(script, plainSettings(), {.loseAtStep = {}, .oneByteAtATime = slowly, .onStep = {}});
    QVERIFY(connection.session);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("SELECT n FROM t"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), nameOf(session::kServerError));
    QCOMPARE(outcome.error().server->number, 208);
    QCOMPARE(outcome.error().server->line, 3);
    QCOMPARE(outcome.error().consequence, base::Consequence::kStatementFailed);
    QCOMPARE(sink.messages.size(), std::size_t{2});
    QCOMPARE(sink.messages[0].message.number, 50000);
    QVERIFY(!sink.messages[0].isError && sink.messages[1].isError);
    QCOMPARE(sink.resultSets.size(), std::size_t{2});
    QCOMPARE(sink.resultSets[0].rowCount(), std::size_t{2});
    QCOMPARE(intCell(sink.resultSets[0], 1), -2);
    QCOMPARE(sink.resultSets[1].rowCount(), std::size_t{0});
    QCOMPARE(sink.resultSets[1].columns->front().name, std::string("m"));
    QCOMPARE(sink.rowCounts.size(), std::size_t{3});
    QCOMPARE(sink.rowCounts[2].value_or(0), std::uint64_t{7});
    QVERIFY(connection.session->state().usable);
    QCOMPARE(contains(connection.record->writes.back(), "SELECT n FROM t"), QByteArray("yes"));
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionExecuteTest::lossAtEachStep()
{
    for (std::size_t step = kLoginSteps; step < kLoginSteps + 3; ++step) {
        Connection connection;
        Script script = loginScript();
        ServerBytes half;
        half.intColumn().intRow(1).intRow(2);
        const Bytes whole = twoResultsAndMessages();
        script.expect(kBatch).give(Bytes(whole.begin(), whole.begin() + 100)).give(Bytes(whole.begin() + 100, whole.end()));
        connection.open(script, plainSettings(), {.loseAtStep = step, .oneByteAtATime = true, .onStep = {}});
        QVERIFY(connection.session);
        session::CollectingSink sink;
        const auto outcome = connection.session->execute(batch("SELECT n FROM t"), sink, {});
        QVERIFY(!outcome);
        QCOMPARE(nameOf(outcome.error().code), nameOf(session::kConnectionLost));
        QCOMPARE(outcome.error().consequence, base::Consequence::kSessionUnusable);
        QVERIFY(!outcome.error().text.empty() && !outcome.error().remedy.empty());
        QVERIFY(!connection.session->state().usable);
        const auto again = connection.session->execute(batch("SELECT 1"), sink, {});
        QCOMPARE(nameOf(again.error().code), nameOf(session::kSessionClosed));
    }
}

void SessionExecuteTest::severityDecidesTheConsequence_data()
{
    QTest::addColumn<int>("severity");
    QTest::addColumn<bool>("usable");
    QTest::newRow("11") << 11 << true;
    QTest::newRow("19") << 19 << true;
    QTest::newRow("20") << 20 << false;
    QTest::newRow("25") << 25 << false;
}

void SessionExecuteTest::severityDecidesTheConsequence()
{
    QFETCH(int, severity);
    QFETCH(bool, usable);
    Connection connection;
    Script script = loginScript();
    script.expect(kBatch).give(ServerBytes().error(50001, static_cast<unsigned>(severity), "no").done(2, 0, 0).message());
    connection.open(script, plainSettings());
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().consequence, usable ? base::Consequence::kStatementFailed : base::Consequence::kSessionUnusable);
    QCOMPARE(connection.session->state().usable, usable);
}

// The server says why it ends the connection, and ends it without a DONE.
void SessionExecuteTest::fatalErrorThenEnd()
{
    Connection connection;
    Script script = loginScript();
    Bytes message = ServerBytes().error(596, 21, "Cannot continue the execution because the session is in the kill state.").message();
    message[1] = 0; // more was to follow
    script.expect(kBatch).give(message);
    connection.open(script, plainSettings());
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().server->number, 596);
    QCOMPARE(outcome.error().consequence, base::Consequence::kSessionUnusable);
}

void SessionExecuteTest::environmentChanges()
{
    const Bytes descriptor{1, 2, 3, 4, 5, 6, 7, 8};
    Connection connection;
    Script script = loginScript();
    script.expect(kBatch).give(
        ServerBytes().envText(1, "Other", "ContosoHR").envBytes(8, descriptor, {}).envText(4, "512", "8000").done(0, 0, 0).message());
    script.expect(kBatch, [&](ByteView sent) {
        const Bytes header(sent.begin() + 8 + 4 + 6, sent.begin() + 8 + 4 + 6 + 8);
        return header == descriptor ? std::string() : std::string("the transaction descriptor is not sent back");
    });
    script.give(ServerBytes().envBytes(9, {}, descriptor).done(0, 0, 0).message());
    connection.open(script, plainSettings());
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(batch("USE Other; BEGIN TRAN"), sink, {}));
    QCOMPARE(connection.session->state().database, std::string("Other"));
    QCOMPARE(connection.session->state().packetSize, 512u);
    QVERIFY(connection.session->state().inTransaction);
    QVERIFY(connection.session->execute(batch("COMMIT --" + std::string(400, 'x')), sink, {}));
    QVERIFY(!connection.session->state().inTransaction);
    QCOMPARE(connection.violations(), QByteArray());
    const Bytes& sent = connection.record->writes.back();
    QCOMPARE(sent[2] * 256 + sent[3], 512); // first packet of two has the negotiated size
}

void SessionExecuteTest::rollbackIsTransactionLost()
{
    const Bytes descriptor{1, 2, 3, 4, 5, 6, 7, 8};
    Connection connection;
    Script script = loginScript();
    script.expect(kBatch).give(
        ServerBytes().envBytes(8, descriptor, {}).error(1205, 13, "deadlock").envBytes(10, {}, descriptor).done(2, 0, 0).message());
    connection.open(script, plainSettings());
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().consequence, base::Consequence::kTransactionLost);
    QVERIFY(connection.session->state().usable);
}

void SessionExecuteTest::parametersGoAsExecuteSql()
{
    Connection connection;
    Script script = loginScript();
    ServerBytes answer;
    answer.intColumn().intRow(5).doneInProc(0x11, 0xC1, 1).returnStatus(0);
    answer.u8(0xAC).u16(1).bVarchar("@o").u8(1).u32(0).u16(1).u8(0x26).u8(4).u8(4).u32(42).doneProc(0);
    script.expect(kRpc).give(answer.message());
    connection.open(script, plainSettings());
    session::Statement statement = batch("SELECT @p; SET @o = 42");
    statement.parameters.push_back({"@p", types::makeType(types::TypeId::kInt), std::int64_t{5}});
    statement.parameters.push_back({"@o", types::makeType(types::TypeId::kInt), types::Null{}, true});
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(statement, sink, {});
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QCOMPARE(sink.rowCounts.size(), std::size_t{1});
    QCOMPARE(sink.returnValues.size(), std::size_t{1});
    QCOMPARE(sink.returnValues[0].name, std::string("@o"));
    QCOMPARE(std::get<std::int64_t>(sink.returnValues[0].value), std::int64_t{42});
    const Bytes& sent = connection.record->writes.back();
    QCOMPARE(contains(sent, "@p int,@o int output"), QByteArray("yes"));
    QCOMPARE(sent[8 + 22] + sent[8 + 23] * 256, 0xFFFF); // by procedure id
    QCOMPARE(int(sent[8 + 24]), 10); // sp_executesql
}

void SessionExecuteTest::badParameters()
{
    Connection connection;
    connection.open(loginScript(), plainSettings());
    session::CollectingSink sink;
    const auto intType = types::makeType(types::TypeId::kInt);
    for (const auto& parameters : {
             std::vector<session::Parameter>{{"p", intType, std::int64_t{1}}},
             std::vector<session::Parameter>{{"@p", intType, std::int64_t{1}}, {"@p", intType, std::int64_t{1}}},
             std::vector<session::Parameter>{{"@p", intType, std::int64_t{1} << 40}},
             std::vector<session::Parameter>{{"@p", types::makeSized(types::TypeId::kVarChar, 3), std::string("MARKER")}},
         }) {
        session::Statement statement = batch("SELECT @p");
        statement.parameters = parameters;
        const auto outcome = connection.session->execute(statement, sink, {});
        QVERIFY(!outcome);
        QCOMPARE(nameOf(outcome.error().code), nameOf(session::kBadParameter));
        QVERIFY(outcome.error().describe().find("MARKER") == std::string::npos);
    }
    session::Statement forced = batch("SELECT @p");
    forced.parameters = {{"@p", intType, std::int64_t{1}, false, true}};
    QCOMPARE(nameOf(connection.session->execute(forced, sink, {}).error().code), nameOf(session::kForceEncryption));
    QCOMPARE(connection.record->writes.size(), std::size_t{2}); // the login's: nothing else was sent
    QVERIFY(connection.session->state().usable);
}

void SessionExecuteTest::blocksAreBounded()
{
    ServerBytes answer;
    answer.intColumn();
    for (int i = 0; i < 10000; ++i)
        answer.intRow(i);
    answer.done(0x10, 0xC1, 10000);
    Connection connection;
    Script script = loginScript();
    script.expect(kBatch).give(answer.message());
    connection.open(script, plainSettings());
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(batch("x"), sink, {}));
    QCOMPARE(sink.resultSets[0].rowCount(), std::size_t{10000});
    QVERIFY(sink.resultSets[0].blocks.size() >= 3);
    for (const auto& block : sink.resultSets[0].blocks)
        QVERIFY(block->rowCount() <= 4096);
    QCOMPARE(intCell(sink.resultSets[0], 9999), 9999);
}

// decimal(5,0) whose cells are 17 bytes wide, as parameters are: fitted to the column's one width, unless it does not fit.
void SessionExecuteTest::decimalOfOtherWidth()
{
    ServerBytes answer;
    answer.u8(0x81).u16(1).u32(0).u16(1).u8(0x6C).u8(17).u8(5).u8(0).bVarchar("d");
    answer.u8(0xD1).u8(17).u8(1).u64(77).u64(0).u8(0xD1).u8(17).u8(1).u64(1).u64(1).done(0x10, 0xC1, 2);
    Connection connection;
    Script script = loginScript();
    script.expect(kBatch).give(answer.message()).expect(kBatch).give(ServerBytes().done(0, 0, 0).message());
    connection.open(script, plainSettings());
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), nameOf(session::kCellFailed));
    QCOMPARE(sink.resultSets[0].rowCount(), std::size_t{1});
    QCOMPARE(base::toHex(sink.resultSets[0].cell(0, 0)), std::string("014d000000"));
    QVERIFY(connection.session->execute(batch("x"), sink, {}));
}

void SessionExecuteTest::garbageInTheAnswer_data()
{
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char* name, const Bytes& bytes) {
        QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    };
    Bytes otherType = ServerBytes().done(0, 0, 0).message();
    otherType[0] = 0x12;
    row("unknown token", ServerBytes().u8(0x01).message());
    row("row without columns", ServerBytes().intRow(1).message());
    row("cut in the middle of a token", ServerBytes().u8(0xFD).u16(0).message());
    row("cell of a length that its type has not", ServerBytes().intColumn().u8(0xD1).u8(2).u16(7).done(0x10, 0xC1, 1).message());
    row("no DONE", ServerBytes().info(1, "x").message());
    row("DONE that promises more", ServerBytes().done(1, 0, 0).message());
    row("another message type", otherType);
    row("packet shorter than its header", {0x04, 0x01, 0x00, 0x03, 0, 0, 0, 0});
}

void SessionExecuteTest::garbageInTheAnswer()
{
    QFETCH(QByteArray, message);
    Connection connection;
    Script script = loginScript();
    script.expect(kBatch).give(Bytes(message.begin(), message.end()));
    connection.open(script, plainSettings());
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().consequence, base::Consequence::kSessionUnusable);
    QVERIFY(!outcome.error().text.empty() && !outcome.error().remedy.empty());
    QVERIFY(connection.record->closed);
}

void SessionExecuteTest::cancelledBeforeItBegan()
{
    Connection connection;
    connection.open(loginScript(), plainSettings());
    std::stop_source stop;
    stop.request_stop();
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, stop.get_token());
    QVERIFY(outcome);
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QCOMPARE(connection.record->writes.size(), std::size_t{2});
}

void SessionExecuteTest::cancelDrainsAndSessionStaysUsable_data()
{
    QTest::addColumn<bool>("ownMessage"); // the acknowledgement comes behind a normal end, or within the answer
    QTest::addColumn<bool>("slowly");
    QTest::newRow("within the answer") << false << false;
    QTest::newRow("within, slowly") << false << true;
    QTest::newRow("in a message of its own") << true << false;
    QTest::newRow("own message, slowly") << true << true;
}

void SessionExecuteTest::cancelDrainsAndSessionStaysUsable()
{
    QFETCH(bool, ownMessage);
    QFETCH(bool, slowly);
    Bytes first = ServerBytes().intColumn().intRow(1).message();
    first[1] = 0; // not the last packet
    ServerBytes rest;
    rest.intRow(2).envText(1, "Other", "ContosoHR");
    Bytes ending;
    if (ownMessage) {
        ending = rest.done(0x10, 0xC1, 2).message();
        const Bytes acknowledgement = ServerBytes().done(0x20, 0, 0).message();
        ending.insert(ending.end(), acknowledgement.begin(), acknowledgement.end());
    } else {
        ending = rest.done(0x20, 0, 0).message();
    }
    Script script = loginScript();
    script.expect(kBatch).give(first).hang().expect(
        kAttention, [](ByteView sent) { return sent.size() == 8 ? std::string() : std::string("not a bare header"); });
    script.give(ending).expect(kBatch).give(ServerBytes().intColumn().intRow(9).done(0x10, 0xC1, 1).message());
    std::stop_source stop;
    Connection connection;
    connection.open(script, plainSettings(), {.loseAtStep = {}, .oneByteAtATime = slowly, .onStep = [&](std::size_t step) {
                                                  if (step == kLoginSteps + 2) stop.request_stop();
                                              }});
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("WAITFOR DELAY '1:00'"), sink, stop.get_token());
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY(connection.session->state().usable);
    QCOMPARE(connection.session->state().database, std::string("Other")); // ENVCHANGE met while draining counts
    session::CollectingSink next;
    QVERIFY(connection.session->execute(batch("SELECT 9"), next, {}));
    QCOMPARE(intCell(next.resultSets[0], 0), 9);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionExecuteTest::cancelFromAnotherThread()
{
    Script script = loginScript();
    script.expect(kBatch).hang().expect(kAttention).give(ServerBytes().done(0x20, 0, 0).message());
    Connection connection;
    connection.open(script, plainSettings());
    std::stop_source stop;
    std::thread canceller([&] {
        while (!connection.record->hung)
            std::this_thread::yield();
        stop.request_stop();
    });
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, stop.get_token());
    canceller.join();
    QVERIFY(outcome);
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY(connection.session->state().usable);
}

void SessionExecuteTest::unacknowledgedCancelCloses()
{
    Script script = loginScript();
    script.expect(kBatch).hang().expect(kAttention).hang();
    std::stop_source stop;
    Connection connection;
    connection.open(script, plainSettings(), {.loseAtStep = {}, .oneByteAtATime = false, .onStep = [&](std::size_t step) {
                                                  if (step == kLoginSteps + 1) stop.request_stop();
                                              }});
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, stop.get_token());
    QVERIFY(outcome);
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY(!connection.session->state().usable);
    QVERIFY(connection.record->closed);
}

void SessionExecuteTest::abandonClosesAtOnce()
{
    Script script = loginScript();
    script.expect(kBatch).hang();
    std::stop_source cancel;
    std::stop_source abandon;
    Connection connection;
    connection.open(script, plainSettings(), {.loseAtStep = {}, .oneByteAtATime = false, .onStep = [&](std::size_t step) {
                                                  if (step != kLoginSteps + 1) return;
                                                  cancel.request_stop();
                                                  abandon.request_stop();
                                              }});
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, cancel.get_token(), abandon.get_token());
    QVERIFY(outcome);
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY(!connection.session->state().usable);
}

QTEST_GUILESS_MAIN(SessionExecuteTest)
#include "tst_session_execute.moc"
