// Cells put into plaintext order with little memory: the same order whatever the memory, ties in the order of arrival, NULL first,
// nothing lost or doubled, nothing left behind.
#include "TestGate.h"

#include "app/sandbox/engine/EncryptedSort.h"
#include "app/sandbox/engine/Errors.h"
#include "driver/types/TypeNames.h"

#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace es;
using namespace es::sandbox;

namespace {

constexpr EnclaveKeyId kKey{5, 1};
using Rows = std::vector<std::optional<std::int64_t>>; // row id = position + 1

struct Sorted {
    std::vector<std::int64_t> rowIds;
    std::vector<bool> starts;
    friend bool operator==(const Sorted&, const Sorted&) = default;
};

Sorted expected(const Rows& rows)
{
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows[a] < rows[b]; });
    Sorted out;
    for (std::size_t i = 0; i < order.size(); ++i) {
        out.rowIds.push_back(static_cast<std::int64_t>(order[i]) + 1);
        out.starts.push_back(i == 0 || rows[order[i - 1]] != rows[order[i]]);
    }
    return out;
}

} // namespace

class TstEncryptedSort : public QObject {
    Q_OBJECT

    TestGate m_gate;
    QTemporaryDir m_folder;

    EncryptedColumn column() const { return {{}, kKey, types::makeType(types::TypeId::kBigInt)}; }
    std::unique_ptr<EncryptedSort> filled(const Rows& rows, std::size_t memoryBytes, std::stop_token stop = {})
    {
        auto sort = std::make_unique<EncryptedSort>(m_gate, column(), m_folder.path().toStdString(), std::move(stop), memoryBytes);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const base::Bytes cell = rows[i] ? m_gate.encrypt(kKey, *rows[i], column().type, false) : base::Bytes();
            if (!sort->add(static_cast<std::int64_t>(i) + 1, !rows[i], cell)) qFatal("add failed");
        }
        return sort;
    }

private slots:
    void initTestCase()
    {
        m_gate.addKey(kKey.databaseId, kKey.keyId);
        m_gate.opened = true;
    }

    void sorts_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("values");
        QTest::addColumn<int>("nullsOf10");
        QTest::addColumn<int>("memoryBytes");
        QTest::addColumn<bool>("placed"); // cut by cells that the enclave placed
        QTest::newRow("in memory") << 800 << 100000 << 1 << (1 << 20) << false;
        QTest::newRow("cut once") << 2000 << 100000 << 1 << 60000 << true;
        QTest::newRow("cut again and again") << 2500 << 100000 << 0 << 2000 << true;
        QTest::newRow("few values") << 2000 << 3 << 2 << 9000 << true;
        QTest::newRow("one value") << 1500 << 1 << 0 << 9000 << true;
        QTest::newRow("nothing but NULL") << 1500 << 5 << 10 << 2000 << false;
        QTest::newRow("no row") << 0 << 5 << 0 << 2000 << false;
        QTest::newRow("one row") << 1 << 5 << 0 << 20 << true;
    }
    void sorts()
    {
        QFETCH(int, rows);
        QFETCH(int, values);
        QFETCH(int, nullsOf10);
        QFETCH(int, memoryBytes);
        QFETCH(bool, placed);
        std::mt19937 random(42);
        Rows table;
        for (int i = 0; i < rows; ++i) {
            const bool null = static_cast<int>(random() % 10) < nullsOf10;
            table.push_back(null ? std::nullopt : std::optional<std::int64_t>(static_cast<std::int64_t>(random() % static_cast<unsigned>(values)) - 2));
        }
        auto sort = filled(table, static_cast<std::size_t>(memoryBytes));
        m_gate.searches = 0;
        Sorted seen;
        const auto done = sort->finish([&](const SortedCell& cell) -> base::Result<bool> {
            const auto& row = table[static_cast<std::size_t>(cell.rowId - 1)];
            if (cell.null != !row || (row && m_gate.decrypt(kKey, cell.cell, column().type) != types::Value(*row))) qFatal("another row's cell");
            seen.rowIds.push_back(cell.rowId);
            seen.starts.push_back(cell.startsValue);
            return true;
        });
        QVERIFY2(done, done ? "" : done.error().describe().c_str());
        QVERIFY(*done);
        QVERIFY(seen == expected(table));
        QCOMPARE(m_gate.searches > 0, placed);
        QVERIFY(QDir(m_folder.path()).isEmpty());
    }

    void endsWhenTheSinkHasEnough()
    {
        for (const std::size_t memoryBytes : {std::size_t{1} << 20, std::size_t{3000}}) {
            auto sort = filled(Rows(500, 7), memoryBytes);
            int seen = 0;
            const auto done = sort->finish([&](const SortedCell&) -> base::Result<bool> { return ++seen < 3; });
            QVERIFY(done);
            QVERIFY(!*done);
            QCOMPARE(seen, 3);
        }
    }

    void obeysACancel()
    {
        std::stop_source source;
        auto sort = filled({3, 1, 2}, 1 << 20, source.get_token());
        source.request_stop();
        const auto done = sort->finish([](const SortedCell&) -> base::Result<bool> { return true; });
        QVERIFY(!done);
        QVERIFY(done.error().code == kCancelledInside);
    }

    // An enclave that places values where no page has room for them ends the statement, and no memory is touched.
    void distrustsPlaces()
    {
        auto sort = filled(Rows(500, 7), 3000);
        m_gate.onPlaces = [](std::vector<IndexPlace>& places) { places[1] = {4000000, 4000001}; };
        const auto done = sort->finish([](const SortedCell&) -> base::Result<bool> { return true; });
        m_gate.onPlaces = nullptr;
        QVERIFY(!done);
        QCOMPARE(done.error().server->number, 33192);
    }

    void tellsOfAFullDisk()
    {
        EncryptedSort sort(m_gate, column(), "/dev/null/no-folder", {}, 1000);
        base::Result<void> added;
        for (int i = 0; added && i < 100; ++i)
            added = sort.add(i, true, {});
        QVERIFY(!added);
        QCOMPARE(added.error().server->number, 1105);
    }
};

QTEST_GUILESS_MAIN(TstEncryptedSort)
#include "tst_encrypted_sort.moc"
