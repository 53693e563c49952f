// RowBlock: what goes in comes out, and how much memory it takes.
#include "driver/types/RowBlock.h"
#include "driver/types/TypeNames.h"

#include <QTest>

using namespace es::types;

namespace {

ColumnInfo column(const char* type)
{
    ColumnInfo info;
    info.type = *typeFromText(type);
    return info;
}

}  // namespace

class TypesRowBlock : public QObject {
    Q_OBJECT

private slots:
    void cellsComeBack();
    void blocksFollowOneAnother();
    void emptyBlock();
    void memoryStaysNearTheWire();
};

void TypesRowBlock::cellsComeBack()
{
    RowBlockBuilder builder({column("int"), column("nvarchar(10)"), column("decimal(10,2)")});
    for (std::uint8_t i = 0; i < 200; ++i) {
        const es::base::Bytes number{i, 0, 0, 0}, text(i % 5 * 2u, i), decimal{1, i, 0, 0, 0, 0, 0, 0, 0};
        i % 7 == 0 ? builder.appendNull() : builder.append(number);
        i % 3 == 0 ? builder.appendNull() : builder.append(text);
        builder.append(decimal);
    }
    QCOMPARE(builder.rowCount(), std::size_t{200});
    const auto block = builder.take();
    QCOMPARE(block->rowCount(), std::size_t{200});
    QCOMPARE(block->columnCount(), std::size_t{3});
    for (std::uint8_t i = 0; i < 200; ++i) {
        QCOMPARE(block->isNull(i, 0), i % 7 == 0);
        QCOMPARE(block->isNull(i, 1), i % 3 == 0);
        QVERIFY(!block->isNull(i, 2));
        QCOMPARE(block->cell(i, 0).size(), std::size_t(i % 7 == 0 ? 0 : 4));
        if (i % 7 != 0)
            QCOMPARE(int(block->cell(i, 0)[0]), int(i));
        QCOMPARE(block->cell(i, 1).size(), std::size_t(i % 3 == 0 ? 0 : i % 5 * 2));
        QCOMPARE(int(block->cell(i, 2)[1]), int(i));
    }
}

void TypesRowBlock::blocksFollowOneAnother()
{
    RowBlockBuilder builder({column("varchar(5)")});
    builder.append(es::base::viewOf("one"));
    const auto first = builder.take();
    QCOMPARE(builder.rowCount(), std::size_t{0});
    QCOMPARE(builder.payloadBytes(), std::size_t{0});
    builder.append(es::base::viewOf("two!"));
    builder.append({});
    const auto second = builder.take();
    QCOMPARE(first->cell(0, 0).size(), std::size_t{3});
    QCOMPARE(second->rowCount(), std::size_t{2});
    QCOMPARE(second->cell(0, 0).size(), std::size_t{4});
    QVERIFY(!second->isNull(1, 0));
}

void TypesRowBlock::emptyBlock()
{
    RowBlockBuilder builder({column("int")});
    const auto block = builder.take();
    QCOMPARE(block->rowCount(), std::size_t{0});
    QCOMPARE(block->columnCount(), std::size_t{1});
}

// A promise of the house: at most 1.5 bytes in memory for each byte on the wire.
void TypesRowBlock::memoryStaysNearTheWire()
{
    RowBlockBuilder builder({column("int"), column("nvarchar(50)"), column("char(11)"), column("money"), column("datetime2")});
    const es::base::Bytes four(4), twenty(20), eleven(11), eight(8);
    std::size_t wireBytes = 0, memoryBytes = 0;
    for (int row = 0; row < 100000; ++row) {
        for (const auto* cell : {&four, &twenty, &eleven, &eight, &eight})
            builder.append(*cell);
        wireBytes += 1 + (1 + 4) + (2 + 20) + (2 + 11) + (1 + 8) + (1 + 8);
        if (builder.payloadBytes() > 1u << 20)
            memoryBytes += builder.take()->memoryBytes();
    }
    memoryBytes += builder.take()->memoryBytes();
    QVERIFY2(memoryBytes * 2 <= wireBytes * 3, qPrintable(QString("%1 in memory, %2 on the wire").arg(memoryBytes).arg(wireBytes)));
}

QTEST_APPLESS_MAIN(TypesRowBlock)
#include "tst_types_row_block.moc"
