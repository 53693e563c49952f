#include "app/sandbox/frontdoor/SampleDatabase.h"

#include "app/sandbox/frontdoor/SeedFiles.h"
#include "driver/base/Utf16.h"
#include "driver/tsql/BatchSplitter.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace es::sandbox {

namespace {

constexpr std::size_t kRowsPerInsert = 100;

// SplitMix64: the same numbers everywhere, unlike the distributions of the standard library.
class SeedRandom {
public:
    std::uint64_t next()
    {
        m_state += 0x9E3779B97F4A7C15;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
    std::uint64_t below(std::uint64_t limit) { return next() % limit; }

private:
    std::uint64_t m_state = 2019;
};

std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0)
            lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string digits(std::uint64_t value, std::size_t width)
{
    std::string text = std::to_string(value);
    return std::string(width - std::min(width, text.size()), '0') + text;
}

// Many modest salaries, few high ones.
int salaryFrom(SeedRandom& random)
{
    const std::uint64_t spread = std::min({random.below(1101), random.below(1101)});
    return static_cast<int>(30'000 + 100 * spread);
}

std::string quoted(std::string_view text)
{
    std::string literal = "N'";
    for (const char c : text) {
        literal += c;
        if (c == '\'')
            literal += c;
    }
    return literal + "'";
}

// Keeps the first error and the one number that a query here returns.
class SeedSink : public ExecSink {
public:
    bool columns(const ResultShape&) override { return true; }
    bool row(std::span<const Cell> cells) override
    {
        m_number = cells.empty() || cells[0].bytes.empty() ? 0 : cells[0].bytes[0];
        return true;
    }
    void message(const base::ServerError& message, bool isError) override
    {
        if (isError && !m_error)
            m_error = message;
    }
    bool done(const StatementDone&) override { return true; }
    void envChange(const EnvNotice&) override {}
    void returnStatus(std::int32_t) override {}
    void returnValue(const ReturnedParameter&) override {}

    [[nodiscard]] const std::optional<base::ServerError>& error() const { return m_error; }
    [[nodiscard]] int number() const { return m_number; }

private:
    std::optional<base::ServerError> m_error;
    int m_number = 0;
};

base::Result<int> run(EngineSession& session, std::string_view text)
{
    const base::Bytes raw = base::utf16leFromUtf8(text);
    BatchRequest request;
    request.text = text;
    request.rawUtf16 = raw;
    SeedSink sink;
    session.execute(request, sink, {});
    if (!sink.error())
        return sink.number();
    base::Error error = base::makeError(kSeedFailed, "The sample database cannot be made.", "sample", "Start with an empty data folder.");
    error.server = sink.error();
    return error;
}

base::Result<std::unique_ptr<EngineSession>> openSession(Engine& engine, std::string_view database)
{
    SessionOptions options;
    options.login = "sa";
    options.database = database;
    return engine.newSession(std::move(options));
}

base::Result<void> fill(EngineSession& session)
{
    ES_TRY(const auto batches, tsql::splitBatches(seed::kSchema));
    for (const tsql::Batch& batch : batches) {
        ES_TRY([[maybe_unused]] const int ignored, run(session, batch.text));
    }
    const std::vector<SampleEmployee> employees = sampleEmployees();
    for (std::size_t first = 0; first < employees.size(); first += kRowsPerInsert) {
        std::string text = "INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary) VALUES";
        for (std::size_t i = first; i < std::min(first + kRowsPerInsert, employees.size()); ++i) {
            const SampleEmployee& employee = employees[i];
            text += i == first ? "\n" : ",\n";
            text += "('" + employee.ssn + "', " + quoted(employee.firstName) + ", " + quoted(employee.lastName) + ", "
                + std::to_string(employee.salary) + ")";
        }
        ES_TRY([[maybe_unused]] const int ignored, run(session, text));
    }
    return {};
}

}  // namespace

std::vector<SampleEmployee> sampleEmployees()
{
    const std::vector<std::string> firstNames = linesOf(seed::kFirstNames);
    const std::vector<std::string> lastNames = linesOf(seed::kLastNames);
    // The two persons of every tutorial stand first.
    std::vector<SampleEmployee> employees{{"995-73-9838", "Catherine", "Abel", 31692}, {"990-00-6818", "Kim", "Abercrombie", 55415}};
    std::set<std::string> used{employees[0].ssn, employees[1].ssn};
    SeedRandom random;
    while (employees.size() < kSampleEmployees) {
        const std::uint64_t serial = random.below(10'000);
        SampleEmployee employee;
        employee.ssn = "9" + digits(random.below(100), 2) + "-" + digits(random.below(99) + 1, 2) + "-" + digits(serial, 4);
        employee.firstName = firstNames[random.below(firstNames.size())];
        employee.lastName = lastNames[random.below(lastNames.size())];
        employee.salary = salaryFrom(random);
        if (serial != 6818 && serial != 0 && used.insert(employee.ssn).second)
            employees.push_back(std::move(employee));
    }
    return employees;
}

base::Result<void> makeSampleDatabase(Engine& engine)
{
    const std::vector<std::string> names = engine.databaseNames();
    if (std::find(names.begin(), names.end(), kSampleDatabaseName) == names.end()) {
        ES_TRY(const auto master, openSession(engine, {}));
        ES_TRY([[maybe_unused]] const int ignored, run(*master, "CREATE DATABASE " + std::string(kSampleDatabaseName)));
    }
    ES_TRY(const auto session, openSession(engine, kSampleDatabaseName));
    ES_TRY(const int tables, run(*session, "SELECT COUNT(*) FROM sys.tables"));
    if (tables > 0)
        return {};
    ES_TRY([[maybe_unused]] const int begun, run(*session, "BEGIN TRANSACTION"));
    ES_CHECK(fill(*session));
    ES_TRY([[maybe_unused]] const int committed, run(*session, "COMMIT TRANSACTION"));
    return {};
}

}  // namespace es::sandbox
