// Batches in shared memory: what fits, and what a hostile writer can do to the reader (nothing).
#include "app/sandbox/enclaveabi/AbiMessages.h"
#include "app/sandbox/enclaveabi/CellBatch.h"
#include "driver/base/ByteWriter.h"

#include <QtTest>

#include <random>

using namespace es;
using namespace es::sandbox;

class TestCellBatch : public QObject {
    Q_OBJECT

private slots:
    void keepsCellsAndNulls()
    {
        CellBatch batch(64);
        QVERIFY(batch.add(base::Bytes{1, 2, 3}));
        QVERIFY(batch.addNull());
        QVERIFY(batch.add({}));
        QVERIFY(batch.add(base::Bytes{4}));
        QCOMPARE(batch.size(), std::size_t{4});
        QVERIFY(!batch.isNull(0) && batch.isNull(1) && !batch.isNull(2) && !batch.isNull(3));
        QCOMPARE(batch.cell(0).size(), std::size_t{3});
        QVERIFY(batch.cell(2).empty());
        QCOMPARE(batch.cell(3)[0], base::Byte{4});
        batch.clear();
        QVERIFY(batch.empty());
    }

    void saysWhenFull()
    {
        CellBatch small(10);
        QVERIFY(small.add(base::Bytes(10)));
        QVERIFY(!small.add(base::Bytes(1)));
        QVERIFY(!small.fitsAlone(11));
        CellBatch many(10);
        for (std::size_t i = 0; i < CellBatch::kMaxCells; ++i)
            QVERIFY(many.addNull());
        QVERIFY(!many.addNull());
    }

    void survivesAnythingInMemory()
    {
        std::mt19937 random(7);
        base::Bytes memory(CellBatch::kHeaderBytes + 100);
        CellBatch copy;
        for (int round = 0; round < 2000; ++round) {
            for (std::size_t i = 0; i < 64; ++i)
                memory[i] = static_cast<base::Byte>(random());
            if (round % 2 == 0)
                memory[1] = memory[2] = memory[3] = memory[5] = memory[6] = memory[7] = 0;
            const CellBatch hostile{std::span<base::Byte>(memory)};
            const bool taken = copy.assign(hostile);
            QVERIFY(taken || copy.empty());
            for (std::size_t i = 0; i < hostile.size(); ++i) {
                const base::ByteView cell = hostile.cell(i);
                QVERIFY(cell.empty() || (cell.data() >= memory.data() && cell.data() + cell.size() <= memory.data() + memory.size()));
            }
        }
    }

    void messagesSurviveEveryCutAndEveryByte()
    {
        abi::Evaluate evaluate;
        evaluate.predicate.op = CellOperator::kBetween;
        evaluate.predicate.operands = {base::Bytes(65, 1), base::Bytes(65, 2)};
        abi::Convert convert;
        convert.statement = base::Bytes(40, 3);
        convert.conversion.tableName = "Employees";
        convert.conversion.toKey = EnclaveKeyId{1, 2};
        const std::vector<abi::Request> requests{abi::Hello{}, abi::CreateSession{base::Bytes(116)},
                                                 abi::OpenPackage{base::Bytes(169), {base::Bytes(20)}}, abi::HasKey{}, evaluate,
                                                 abi::Rank{}, convert, abi::Statistics{}};
        for (const abi::Request& request : requests) {
            const base::Bytes message = abi::encode(request);
            QVERIFY(abi::decodeRequest(message));
            QCOMPARE(abi::decodeRequest(message)->index(), request.index());
            for (std::size_t cut = 0; cut < message.size(); ++cut)
                QVERIFY(!abi::decodeRequest(base::ByteView(message).first(cut)));
            for (std::size_t at = 0; at < message.size(); ++at) {
                base::Bytes changed = message;
                changed[at] ^= 0xFF;
                static_cast<void>(abi::decodeRequest(changed));  // any answer, no crash
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCellBatch)
#include "tst_cell_batch.moc"
