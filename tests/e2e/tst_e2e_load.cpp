// 32 connections at once in four databases, reading and writing plain and encrypted columns, with transactions that stand in each other's
// way. Every answer is right or a documented error, every connection gets its turn, nothing hangs, and memory stays flat.
// ES_LOAD_SECONDS: how long (5 without it; a minute in the long form).
#include "tests/support/KeyHolder.h"
#include "tests/support/SandboxFixture.h"

#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"
#include "driver/types/TypeNames.h"

#include <QFile>
#include <QtTest>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <thread>

using namespace es;
using session::AttestationProtocol;

namespace {

constexpr int kDatabases = 4;
constexpr int kConnections = 32;
constexpr int kAccounts = 20;
constexpr int kBalance = 1000;
constexpr int kPeople = 200;
constexpr auto kPattern = "%7";  // a tenth of the people

std::string databaseName(int number)
{
    return "Load" + std::to_string(number);
}

std::string ssnOf(int person)
{
    char text[16];
    std::snprintf(text, sizeof text, "%03d-00-%04d", person % 1000, person);
    return text;
}

int loadSeconds()
{
    const int seconds = qEnvironmentVariableIntValue("ES_LOAD_SECONDS");
    return seconds > 0 ? seconds : 5;
}

std::int64_t residentKiB(int pid)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(pid));
    if (!status.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : status.readAll().split('\n'))
        if (line.startsWith("VmRSS:")) return line.simplified().split(' ').value(1).toLongLong();
    return 0;
}

// One connection and what it met.
class Worker {
public:
    Worker(int number, std::unique_ptr<session::Session> session) : m_number(number), m_random(static_cast<unsigned>(number)), m_session(std::move(session)) {}

    void work(const std::atomic<bool>& over)
    {
        while (!over && failure.empty()) {
            const auto started = std::chrono::steady_clock::now();
            turn();
            longest = std::max(longest, std::chrono::steady_clock::now() - started);
            ++turns;
        }
    }

    std::map<int, int> errors;  // by number
    std::string failure;        // anything that may not be
    int turns = 0;
    std::chrono::steady_clock::duration longest{};

private:
    int some(int below) { return static_cast<int>(m_random() % static_cast<unsigned>(below)); }

    void turn()
    {
        switch (some(8)) {
        case 0: return sumIsKept();
        case 1: return transferInOneBatch();
        case 2: return transferStepByStep("COMMIT TRANSACTION");
        case 3: return transferStepByStep("ROLLBACK TRANSACTION");
        case 4: return impatient();
        case 5: return changePay();
        case 6: return searchInTheEnclave();
        default: return findByEquality();
        }
    }

    // Empty after an error that may be (`errors` counts it).
    std::unique_ptr<session::CollectingSink> run(const std::string& text, std::vector<session::Parameter> parameters = {},
                                                 std::initializer_list<int> mayFailWith = {1205})
    {
        auto sink = std::make_unique<session::CollectingSink>();
        const auto outcome = m_session->execute({text, std::move(parameters), session::StatementEncryption::kAsConnected}, *sink, {});
        if (outcome) return sink;
        const int number = outcome.error().server ? outcome.error().server->number : 0;
        ++errors[number];
        if (std::find(mayFailWith.begin(), mayFailWith.end(), number) == mayFailWith.end())
            failure = "connection " + std::to_string(m_number) + ": " + text + ": " + outcome.error().describe();
        return nullptr;
    }

    static std::int64_t intAt(const session::CollectingSink& sink, std::size_t column = 0)
    {
        std::int64_t value = 0;
        const auto cell = sink.resultSets.at(0).cell(0, column);
        for (std::size_t i = cell.size(); i-- > 0;)
            value = (value << 8) | cell[i];
        return value;
    }

    void sumIsKept()
    {
        const auto sink = run("SELECT SUM(balance), COUNT(*) FROM dbo.Accounts");
        if (sink && (intAt(*sink) != kAccounts * kBalance || intAt(*sink, 1) != kAccounts))
            failure = "a half done transfer was seen: sum " + std::to_string(intAt(*sink));
    }

    std::string move(int account, int amount)
    {
        return "UPDATE dbo.Accounts SET balance = balance + " + std::to_string(amount) + " WHERE id = " + std::to_string(account);
    }

    void transferInOneBatch()
    {
        const int amount = some(50);
        run("SET XACT_ABORT ON; BEGIN TRANSACTION; " + move(some(kAccounts), -amount) + "; " + move(some(kAccounts), amount) + "; COMMIT TRANSACTION");
    }

    // In any order of accounts: where locks are by row, such transactions deadlock.
    void transferStepByStep(const std::string& end)
    {
        const int amount = some(50);
        if (!run("BEGIN TRANSACTION")) return;
        if (!run("SELECT balance FROM dbo.Accounts WHERE id = " + std::to_string(some(kAccounts))) || !run(move(some(kAccounts), -amount))
            || !run(move(some(kAccounts), amount)) || !run(end))
            giveUp();
    }

    void impatient()
    {
        run("SET LOCK_TIMEOUT 20");
        if (run("BEGIN TRANSACTION") && !(run(move(0, -1), {}, {1205, 1222}) && run(move(1, 1), {}, {1205, 1222}) && run("COMMIT TRANSACTION")))
            giveUp();
        run("SET LOCK_TIMEOUT -1");
    }

    void giveUp()
    {
        if (failure.empty()) run("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION");
    }

    void changePay()
    {
        run("UPDATE dbo.People SET pay = @pay WHERE ssn = @ssn",
            {{"@pay", types::makeType(types::TypeId::kMoney), types::Money{some(100000) * std::int64_t{10000}}},
                {"@ssn", types::makeSized(types::TypeId::kChar, 11), ssnOf(some(kPeople))}});
    }

    void searchInTheEnclave()
    {
        const auto sink = run("SELECT COUNT(*) FROM dbo.People WHERE name LIKE @p", {{"@p", types::makeSized(types::TypeId::kVarChar, 20), std::string(kPattern)}});
        if (sink && intAt(*sink) != kPeople / 10) failure = "LIKE found " + std::to_string(intAt(*sink)) + " people";
    }

    void findByEquality()
    {
        const int person = some(kPeople);
        const auto sink = run("SELECT id FROM dbo.People WHERE ssn = @ssn", {{"@ssn", types::makeSized(types::TypeId::kChar, 11), ssnOf(person)}});
        if (sink && (sink->resultSets.at(0).rowCount() != 1 || intAt(*sink) != person)) failure = "the wrong person was found";
    }

    int m_number;
    std::mt19937 m_random;
    std::unique_ptr<session::Session> m_session;
};

// Samples of the resident memory of one process.
struct Memory {
    int pid = 0;
    std::vector<std::int64_t> kib;

    // The mean of a third: 0, 1, 2.
    [[nodiscard]] double mean(std::size_t third) const
    {
        const std::size_t size = kib.size() / 3;
        double sum = 0;
        for (std::size_t i = third * size; i < (third + 1) * size; ++i)
            sum += static_cast<double>(kib[i]);
        return size == 0 ? 0 : sum / static_cast<double>(size);
    }
};

}  // namespace

class E2eLoadTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void manyConnections();
    void writersThatCross();
    void aWaitingWriterCanBeCancelled();
    void nobodyWaitsForWhoWaitsForMaster();

private:
    std::unique_ptr<session::Session> connect(const std::string& database);
    bool run(session::Session& session, const std::string& text, std::vector<session::Parameter> parameters = {}, base::Error* error = nullptr);
    bool makeDatabase(int number);

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::unique_ptr<test::KeyHolder> m_keys;
};

std::unique_ptr<session::Session> E2eLoadTest::connect(const std::string& database)
{
    auto settings = m_sandbox->settings(true, AttestationProtocol::kNone);
    settings.database = database;
    auto connected = session::Session::connect(std::move(settings), session::Services{m_keys->keyStores()}, {});
    if (connected) return std::move(connected).value();
    qWarning("%s", connected.error().describe().c_str());
    return nullptr;
}

bool E2eLoadTest::run(session::Session& session, const std::string& text, std::vector<session::Parameter> parameters, base::Error* error)
{
    session::CollectingSink sink;
    const auto outcome = session.execute({text, std::move(parameters), session::StatementEncryption::kAsConnected}, sink, {});
    if (outcome) return true;
    if (error != nullptr)
        *error = outcome.error();
    else
        qWarning("%s: %s", text.c_str(), outcome.error().describe().c_str());
    return false;
}

bool E2eLoadTest::makeDatabase(int number)
{
    const auto master = connect("master");
    if (!master || !run(*master, "CREATE DATABASE " + databaseName(number))) return false;
    const auto session = connect(databaseName(number));
    const auto keys = m_keys->keyStatements("load", "Cmk", "Cek", static_cast<unsigned>(number));
    const auto with = [](const char* kind) {
        return std::string(" ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = Cek, ENCRYPTION_TYPE = ") + kind + ", ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')";
    };
    const std::string text = " COLLATE Latin1_General_BIN2";
    if (!session || !keys || !run(*session, (*keys)[0]) || !run(*session, (*keys)[1])
        || !run(*session, "CREATE TABLE dbo.Accounts (id int NOT NULL PRIMARY KEY, balance int NOT NULL)")
        || !run(*session, "CREATE TABLE dbo.People (id int NOT NULL PRIMARY KEY, ssn char(11)" + text + with("DETERMINISTIC") + " NOT NULL, name varchar(20)"
                   + text + with("RANDOMIZED") + " NOT NULL, pay money" + with("RANDOMIZED") + " NULL)"))
        return false;
    for (int i = 0; i < kAccounts; ++i)
        if (!run(*session, "INSERT INTO dbo.Accounts VALUES (" + std::to_string(i) + ", " + std::to_string(kBalance) + ")")) return false;
    for (int i = 0; i < kPeople; ++i) {
        const bool inserted = run(*session, "INSERT INTO dbo.People (id, ssn, name) VALUES (@id, @ssn, @name)",
            {{"@id", types::makeType(types::TypeId::kInt), std::int64_t{i}}, {"@ssn", types::makeSized(types::TypeId::kChar, 11), ssnOf(i)},
                {"@name", types::makeSized(types::TypeId::kVarChar, 20), "Person " + std::to_string(i)}});
        if (!inserted) return false;
    }
    return true;
}

void E2eLoadTest::initTestCase()
{
    auto started = test::SandboxFixture::start();
    QVERIFY2(started, started ? "" : started.error().describe().c_str());
    m_sandbox = std::move(started).value();
    m_keys = std::make_unique<test::KeyHolder>(m_sandbox->keyFolder());
    for (int i = 0; i < kDatabases; ++i)
        QVERIFY(makeDatabase(i));
}

void E2eLoadTest::manyConnections()
{
    std::vector<std::unique_ptr<Worker>> workers;
    for (int i = 0; i < kConnections; ++i) {
        auto session = connect(databaseName(i % kDatabases));
        QVERIFY(session);
        workers.push_back(std::make_unique<Worker>(i, std::move(session)));
    }
    std::atomic<bool> over = false;
    std::vector<std::thread> threads;
    for (const auto& worker : workers)
        threads.emplace_back([&over, &worker] { worker->work(over); });

    Memory server{m_sandbox->serverPid(), {}};
    Memory enclave{m_sandbox->enclavePid(), {}};
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < loadSeconds() * 1000LL) {
        QTest::qWait(100);
        for (Memory* memory : {&server, &enclave})
            memory->kib.push_back(residentKiB(memory->pid));
    }
    over = true;
    for (std::thread& thread : threads)
        thread.join();

    std::map<int, int> errors;
    int turns = 0;
    int fewest = workers[0]->turns;
    std::chrono::steady_clock::duration longest{};
    for (const auto& worker : workers) {
        QVERIFY2(worker->failure.empty(), worker->failure.c_str());
        for (const auto& [number, count] : worker->errors)
            errors[number] += count;
        turns += worker->turns;
        fewest = std::min(fewest, worker->turns);
        longest = std::max(longest, worker->longest);
    }
    QString met;
    for (const auto& [number, count] : errors)
        met += QStringLiteral(" %1: %2 times").arg(number).arg(count);
    qInfo("%d turns in %d s by %d connections; fewest %d, longest %lld ms; errors:%s", turns, loadSeconds(), kConnections, fewest,
        static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(longest).count()), qPrintable(met.isEmpty() ? " none" : met));
    qInfo("resident KiB, means of the thirds: server %.0f %.0f %.0f, enclave %.0f %.0f %.0f", server.mean(0), server.mean(1), server.mean(2),
        enclave.mean(0), enclave.mean(1), enclave.mean(2));
    QVERIFY(fewest > 0);
    for (const Memory& memory : {server, enclave})
        QVERIFY2(memory.mean(2) <= memory.mean(1) * 1.05 + 2048, "memory grows");
}

// Two transactions that want each other's rows. Where locks are by row one becomes a deadlock's victim; the sandbox's lock is the database's, so
// the second one waits for the first. Whichever it is: nobody hangs, and afterwards both transfers or one of them are wholly there.
void E2eLoadTest::writersThatCross()
{
    const auto sum = [&](session::Session& session) {
        session::CollectingSink sink;
        QVERIFY(session.execute({"SELECT SUM(balance) FROM dbo.Accounts", {}, session::StatementEncryption::kOff}, sink, {}));
        const auto cell = sink.resultSets.at(0).cell(0, 0);
        QCOMPARE(int(cell[0]) | int(cell[1]) << 8, kAccounts * kBalance);
    };
    const auto one = connect(databaseName(0));
    const auto two = connect(databaseName(0));
    QVERIFY(one && two);
    QVERIFY(run(*one, "BEGIN TRANSACTION; UPDATE dbo.Accounts SET balance = balance - 1 WHERE id = 1"));
    bool secondDone = false;
    base::Error secondError;
    std::thread second([&] {
        secondDone = run(*two, "BEGIN TRANSACTION; UPDATE dbo.Accounts SET balance = balance - 1 WHERE id = 2;"
                               "UPDATE dbo.Accounts SET balance = balance + 1 WHERE id = 1; COMMIT TRANSACTION", {}, &secondError);
    });
    QTest::qWait(100);
    base::Error firstError;
    const bool firstDone = run(*one, "UPDATE dbo.Accounts SET balance = balance + 1 WHERE id = 2; COMMIT TRANSACTION", {}, &firstError);
    second.join();
    const auto victim = [](const base::Error& error) { return error.server && error.server->number == 1205; };
    QVERIFY(firstDone || secondDone);
    QVERIFY2(firstDone || victim(firstError), firstError.describe().c_str());
    QVERIFY2(secondDone || victim(secondError), secondError.describe().c_str());
    sum(*one);
}

void E2eLoadTest::aWaitingWriterCanBeCancelled()
{
    const auto one = connect(databaseName(0));
    const auto two = connect(databaseName(0));
    QVERIFY(one && two);
    QVERIFY(run(*one, "BEGIN TRANSACTION; UPDATE dbo.Accounts SET balance = balance WHERE id = 1"));

    base::Error error;
    QElapsedTimer clock;
    clock.start();
    QVERIFY(!run(*two, "SET LOCK_TIMEOUT 300; UPDATE dbo.Accounts SET balance = balance WHERE id = 2", {}, &error));
    QVERIFY2(error.server && error.server->number == 1222, error.describe().c_str());
    QVERIFY2(clock.elapsed() >= 290 && clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));

    std::stop_source stop;
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        stop.request_stop();
    });
    session::CollectingSink sink;
    clock.restart();
    const auto outcome = two->execute({"SET LOCK_TIMEOUT -1; UPDATE dbo.Accounts SET balance = balance WHERE id = 2", {}, session::StatementEncryption::kOff},
        sink, stop.get_token());
    canceller.join();
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(run(*one, "COMMIT TRANSACTION"));
    QVERIFY(run(*two, "UPDATE dbo.Accounts SET balance = balance WHERE id = 2"));
}

// CREATE DATABASE waits for a transaction in master that is not committed; all others go on.
void E2eLoadTest::nobodyWaitsForWhoWaitsForMaster()
{
    const auto holder = connect("master");
    const auto maker = connect("master");
    const auto other = connect(databaseName(0));
    QVERIFY(holder && maker && other);
    QVERIFY(run(*holder, "BEGIN TRANSACTION; CREATE TABLE dbo.Held (id int NOT NULL)"));
    base::Error refused;
    bool made = false;
    std::thread making([&] { made = run(*maker, "SET LOCK_TIMEOUT 2000; CREATE DATABASE Late", {}, &refused); });
    QTest::qWait(200);
    QElapsedTimer clock;
    clock.start();
    QVERIFY(run(*other, "SELECT COUNT(*) FROM dbo.Accounts"));
    QVERIFY(run(*holder, "SELECT COUNT(*) FROM dbo.Held"));
    const qint64 waitedMs = clock.elapsed();
    making.join();
    QVERIFY2(waitedMs < 1500, qPrintable(QString::number(waitedMs)));
    QVERIFY(!made);
    QVERIFY2(refused.server && refused.server->number == 1222, refused.describe().c_str());
    QVERIFY(run(*holder, "ROLLBACK TRANSACTION"));
    QVERIFY(run(*maker, "CREATE DATABASE Late; DROP DATABASE Late"));
}

QTEST_GUILESS_MAIN(E2eLoadTest)
#include "tst_e2e_load.moc"
