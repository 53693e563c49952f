// The rows of the reference of SQL Server's surface for column encryption, in both profiles: see surface/SurfaceCases.h and
// surface/rows.json; tests/lint/surface.py finds rows without one.
#include "surface/SurfaceCases.h"

#include <QDir>
#include <QTest>

using es::sandbox::EngineFixture;
using es::sandbox::Profile;
using es::sandbox::readSurfaceCases;
using es::sandbox::SurfaceCase;
using es::sandbox::SurfaceRunner;

namespace {

std::vector<SurfaceCase> allCases()
{
    std::vector<SurfaceCase> out;
    const QDir folder(QStringLiteral(ES_SOURCE_DIR "/tests/app/engine/surface"));
    for (const QString& name : folder.entryList({QStringLiteral("*.cases")}, QDir::Files, QDir::Name))
        for (SurfaceCase& test : readSurfaceCases(folder.filePath(name).toStdString()))
            out.push_back(std::move(test));
    return out;
}

bool has(const SurfaceCase& test, const std::string& verb, const std::string& rest = {})
{
    for (const auto& step : test.steps)
        if (step.verb == verb && (rest.empty() || step.rest == rest)) return true;
    return false;
}

// Text in the four classes of the operations' table, and numbers: N no enclave, E enclave-enabled; R randomized, D deterministic.
void fill(EngineFixture& lab)
{
    const auto column = [](const char* name, const char* type, const char* key, const char* kind) {
        return std::string(name) + " " + type + " ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = " + key + ", ENCRYPTION_TYPE = " + kind
            + ", ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NULL";
    };
    const char* const text = "varchar(11) COLLATE Latin1_General_BIN2";
    lab.makeKeys();
    const auto must = [&](const es::sandbox::Answer& answer) { QVERIFY2(answer.errors.empty(), answer.text().c_str()); };
    for (const char* table : {"W", "W2"}) {
        must(lab.run(std::string("CREATE TABLE ") + table + " (Id int NOT NULL PRIMARY KEY, Plain varchar(11) NULL, "
            + column("NR", text, "CEKX", "RANDOMIZED") + ", " + column("ND", text, "CEKX", "DETERMINISTIC") + ", "
            + column("ER", text, "CEK1", "RANDOMIZED") + ", " + column("ED", text, "CEK1", "DETERMINISTIC") + ", "
            + column("Pay", "int", "CEK1", "RANDOMIZED") + ", " + column("Day", "date", "CEK2", "DETERMINISTIC") + ")"));
        int id = 0;
        for (const char* word : {"cedar", "ash", "birch", "ash"}) {
            ++id;
            must(lab.runEncrypted(std::string("INSERT ") + table + " (Id, Plain, NR, ND, ER, ED, Pay, Day) VALUES (@i, @p, @a, @b, @c, @d, @e, @f)",
                "@i int, @p varchar(11), @a varchar(11), @b varchar(11), @c varchar(11), @d varchar(11), @e int, @f date",
                {std::to_string(id), word, word, word, word, word, std::to_string(id * 10), "2024-02-0" + std::to_string(id)}));
        }
        must(lab.run(std::string("INSERT ") + table + " (Id) VALUES (5)"));
    }
}

} // namespace

class TestEngineSurface : public QObject {
    Q_OBJECT

private slots:
    void cases_data()
    {
        QTest::addColumn<QString>("profile");
        QTest::addColumn<int>("position");
        const auto tests = allCases();
        for (const char* profile : {"2022", "2019"})
            for (std::size_t i = 0; i < tests.size(); ++i) {
                if (has(tests[i], "profile") && !has(tests[i], "profile", profile)) continue;
                QTest::addRow("%s %s %s", profile, tests[i].id.c_str(), tests[i].label.c_str()) << QString(profile) << static_cast<int>(i);
            }
    }
    void cases()
    {
        QFETCH(QString, profile);
        QFETCH(int, position);
        static const auto tests = allCases();
        const SurfaceCase& test = tests[static_cast<std::size_t>(position)];
        const bool noEnclave = has(test, "noenclave");
        // A file's cases share a world, so that its making is paid once; a case keeps to names of its own where it makes something.
        const std::string wanted = profile.toStdString() + test.file + (noEnclave ? "-" : "");
        if (m_world != wanted) {
            m_lab = std::make_unique<EngineFixture>(profile == "2019" ? Profile::k2019 : Profile::k2022, !noEnclave);
            m_world = wanted;
            fill(*m_lab);
            if (QTest::currentTestFailed()) return;
        }
        const std::string problem = SurfaceRunner(*m_lab, profile.toStdString()).run(test);
        QVERIFY2(problem.empty(), problem.c_str());
    }

private:
    std::unique_ptr<EngineFixture> m_lab;
    std::string m_world;
};

QTEST_GUILESS_MAIN(TestEngineSurface)
#include "tst_engine_surface.moc"
