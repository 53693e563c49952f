#include "tests/driver/session/SessionFixture.h"
#include "ui/services/KeyStores.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/QueryTask.h"

using namespace es;
using namespace es::ui;
using test::Script;
using test::ServerBytes;

namespace {

constexpr unsigned kDoneMore = 0x01;
constexpr unsigned kDoneError = 0x02;
constexpr unsigned kDoneCount = 0x10;
constexpr unsigned kSelect = 0xC1;

class Recorder : public QueryListener {
public:
    void columns(int resultIndex, std::shared_ptr<const types::ColumnSet> columns) override
    {
        events += QStringLiteral("columns %1 %2").arg(resultIndex).arg(QString::fromStdString(columns->front().name));
    }
    void rows(int resultIndex, std::shared_ptr<const types::RowBlock> rows) override
    {
        events += QStringLiteral("rows %1 %2").arg(resultIndex).arg(rows->rowCount());
    }
    void statementDone(std::int64_t rowCount) override { events += QStringLiteral("done %1").arg(rowCount); }
    void message(const QueryMessage& message) override { messages += message; }
    void paused(bool, std::uint64_t) override { }

    QStringList events;
    QList<QueryMessage> messages;
};

struct Run {
    test::Connection connection;
    Recorder recorder;
    QueryEnd end;
    std::stop_source stop;

    void over(const Script& answers, const QueryRequest& request)
    {
        connection.open(test::loginScript().append(answers), test::plainSettings());
        KeyStores keyStores(std::make_shared<PasswordVault>());
        TaskContext context{*connection.session, keyStores, stop.get_token(), {}, [] { return SessionFacts(); }};
        end = runQuery(context, request, recorder);
    }
};

test::Bytes selectAnswer(int rows)
{
    ServerBytes answer;
    answer.intColumn();
    for (int i = 0; i < rows; ++i)
        answer.intRow(i);
    return answer.done(kDoneCount, kSelect, static_cast<std::uint64_t>(rows)).message();
}

} // namespace

class TstQueryTask : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void severalResults()
    {
        ServerBytes answer;
        answer.intColumn(false, "a")
            .intRow(1)
            .done(kDoneMore | kDoneCount, kSelect, 1)
            .info(0, "hello")
            .intColumn(false, "b")
            .done(kDoneCount, kSelect, 0);
        Run run;
        run.over(Script().expect(0x01).give(answer.message()), {QStringLiteral("SELECT 1 a; PRINT 'hello'; SELECT 2 b WHERE 1 = 0")});
        QCOMPARE(run.end.outcome, QueryEnd::Outcome::kCompleted);
        QCOMPARE(run.recorder.events, (QStringList{"columns 0 a", "rows 0 1", "done 1", "columns 1 b", "done 0"}));
        QCOMPARE(run.recorder.messages.size(), 1);
        QCOMPARE(run.recorder.messages[0].kind, QueryMessage::Kind::kInformation);
        QCOMPARE(run.end.rowCount, quint64(1));
        QCOMPARE(run.connection.violations(), QByteArray());
    }

    // GO parts batches; a line of the server's is a line of its batch, a person wants the line of the editor.
    void batchesAndLines()
    {
        ServerBytes failure;
        failure.error(208, 16, "Invalid object name 'x'.", 2).done(kDoneError, kSelect, 0);
        QueryRequest request;
        request.text = QStringLiteral("SELECT 1\nGO\n-- second\nSELECT * FROM x\nGO 2\nSELECT 3\nGO\n");
        request.firstLine = 11;
        const auto script = [&](int lastBatches) {
            Script all = Script().expect(0x01).give(selectAnswer(1)).expect(0x01).give(failure.message());
            for (int i = 0; i < lastBatches; ++i)
                all.expect(0x01).give(i == 0 ? failure.message() : selectAnswer(1));
            return all;
        };
        Run onwards;
        onwards.over(script(2), request);
        QCOMPARE(onwards.connection.violations(), QByteArray());
        QCOMPARE(onwards.end.outcome, QueryEnd::Outcome::kFailed);
        QCOMPARE(onwards.end.errorCount, 2);
        QCOMPARE(onwards.recorder.messages.size(), 2);
        QCOMPARE(onwards.recorder.messages[0].number, 208);
        QCOMPARE(onwards.recorder.messages[0].serverLine, 2);
        QCOMPARE(onwards.recorder.messages[0].line, 14);
        QCOMPARE(onwards.recorder.events.count(QStringLiteral("rows 0 1")), 1);
        QCOMPARE(onwards.recorder.events.count(QStringLiteral("rows 1 1")), 1);

        request.stopAtError = true;
        Run stops;
        stops.over(script(0), request);
        QCOMPARE(stops.connection.violations(), QByteArray());
        QCOMPARE(stops.end.errorCount, 1);
        QCOMPARE(stops.end.error->server->number, 208);
    }

    void parameterized()
    {
        ServerBytes answer;
        answer.intColumn().intRow(1).doneInProc(kDoneCount, kSelect, 1).returnStatus(0).doneProc(0);
        QueryRequest request{QStringLiteral("DECLARE @p char(11) = '795-73-9838';\nSELECT 1 n WHERE @p = 'x'")};
        request.parameterize = true;
        Run run;
        run.over(Script().expect(0x03).give(answer.message()), request);
        QCOMPARE(run.connection.violations(), QByteArray());
        QCOMPARE(run.end.outcome, QueryEnd::Outcome::kCompleted);
    }

    void badLiteral()
    {
        QueryRequest request{QStringLiteral("SELECT 1\nGO\n\nDECLARE @p int = 'many';")};
        request.parameterize = true;
        Run run;
        run.over(Script().expect(0x01).give(selectAnswer(1)), request);
        QCOMPARE(run.connection.violations(), QByteArray());
        QCOMPARE(run.end.outcome, QueryEnd::Outcome::kFailed);
        QCOMPARE(run.recorder.messages.size(), 1);
        QCOMPARE(run.recorder.messages[0].kind, QueryMessage::Kind::kError);
        QCOMPARE(run.recorder.messages[0].line, 4);
    }

    void badGo()
    {
        Run run;
        run.over(Script(), {QStringLiteral("SELECT 1\nGO many\n")});
        QCOMPARE(run.end.outcome, QueryEnd::Outcome::kFailed);
        QCOMPARE(run.recorder.messages.size(), 1);
        QCOMPARE(run.recorder.messages[0].line, 2);
    }

    void cancelledBetweenBatches()
    {
        Run run;
        run.stop.request_stop();
        run.over(Script(), {QStringLiteral("SELECT 1")});
        QCOMPARE(run.end.outcome, QueryEnd::Outcome::kCancelled);
        QVERIFY(run.recorder.messages.isEmpty());
    }

    void lostConnection()
    {
        ServerBytes half;
        half.intColumn().intRow(1);
        test::Bytes bytes = half.message();
        bytes.resize(bytes.size() - 2);
        Run run;
        run.over(Script().expect(0x01).give(bytes), {QStringLiteral("SELECT 1\nGO\nSELECT 2")});
        QCOMPARE(run.end.outcome, QueryEnd::Outcome::kFailed);
        QCOMPARE(run.end.error->consequence, base::Consequence::kSessionUnusable);
        QCOMPARE(run.recorder.messages.size(), 1);
        QVERIFY(!run.recorder.messages[0].remedy.isEmpty());
        QVERIFY(!run.connection.session->state().usable);
    }
};

QTEST_GUILESS_MAIN(TstQueryTask)
#include "tst_query_task.moc"
