#include "tests/support/NoWarnings.h"
#include "tests/ui/models/RowsByHand.h"
#include "ui/models/MessagesModel.h"
#include "ui/models/ResultGridModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace es;
using namespace es::ui;
using types::TypeId;
using types::Value;

namespace {

std::shared_ptr<const types::ColumnSet> employeeColumns()
{
    auto columns = std::make_shared<types::ColumnSet>(*test::columnsOf({{"EmployeeID", types::makeType(TypeId::kInt)},
        {"SSN", types::makeSized(TypeId::kChar, 11)}, {"", types::makeSized(TypeId::kNVarChar, types::kMaxLength)}}));
    (*columns)[1].state = types::ColumnState::kDecrypted;
    (*columns)[1].encryptionScheme = "Randomized";
    (*columns)[1].keyName = "CEK1";
    return columns;
}

} // namespace

class TstModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }

    void rowsAcrossBlocks()
    {
        ResultGridModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto columns = employeeColumns();
        model.setColumns(columns);
        QCOMPARE(model.columnCount(), 3);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        for (int block = 0; block < 3; ++block) {
            std::vector<std::vector<Value>> rows;
            for (int row = 0; row < 5; ++row)
                rows.push_back({Value(std::int64_t{block * 5 + row}), Value(std::string("795-73-9838")), Value(types::Null{})});
            model.appendRows(test::rowsOf(*columns, rows));
        }
        model.appendRows(test::rowsOf(*columns, {}));
        QCOMPARE(inserted.count(), 3);
        QCOMPARE(model.rowCount(), 15);
        for (int row = 0; row < 15; ++row)
            QCOMPARE(model.data(model.index(row, 0), Qt::DisplayRole).toString(), QString::number(row));
        QVERIFY(model.data(model.index(14, 2), ResultGridModel::kIsNullRole).toBool());
        QCOMPARE(model.data(model.index(14, 2), Qt::DisplayRole).toString(), QStringLiteral("NULL"));
        QVERIFY(model.memoryBytes() > 0);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.columnCount(), 0);
    }

    void headers()
    {
        ResultGridModel model;
        model.setColumns(employeeColumns());
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("SSN"));
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("(No column name)"));
        QCOMPARE(model.headerData(1, Qt::Horizontal, ResultGridModel::kTypeNameRole).toString(), QStringLiteral("char(11)"));
        QCOMPARE(model.headerData(1, Qt::Horizontal, ResultGridModel::kSchemeRole).toString(), QStringLiteral("Randomized"));
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::AccessibleTextRole).toString(),
            QStringLiteral("SSN, char(11), encrypted in the database, shown decrypted, Randomized, key CEK1"));
        QCOMPARE(model.headerData(1, Qt::Horizontal, ResultGridModel::kKeyNameRole).toString(), QStringLiteral("CEK1"));
        QCOMPARE(model.headerData(1, Qt::Horizontal, ResultGridModel::kColumnStateRole).toInt(),
            static_cast<int>(types::ColumnState::kDecrypted));
        QVERIFY(model.headerData(1, Qt::Horizontal, Qt::ToolTipRole).toString().contains(QLatin1String("CEK1")));
        QVERIFY(!model.headerData(9, Qt::Horizontal, Qt::DisplayRole).isValid());
        QCOMPARE(model.headerData(4, Qt::Vertical, Qt::DisplayRole).toInt(), 5);
        QVERIFY(model.headerData(0, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>() & Qt::AlignRight);
        QVERIFY(model.headerData(1, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>() & Qt::AlignLeft);
    }

    void longAndBrokenText()
    {
        ResultGridModel model;
        const auto columns = employeeColumns();
        model.setColumns(columns);
        const std::string text = "a\nb" + std::string(10000, 'x');
        model.appendRows(test::rowsOf(*columns, {{Value(std::int64_t{1}), Value(types::Null{}), Value(text)}}));
        const QString shown = model.data(model.index(0, 2), Qt::DisplayRole).toString();
        QCOMPARE(shown.size(), ResultGridModel::kDisplayLimit + 1);
        QVERIFY(shown.startsWith(QLatin1String("a bx")));
        QCOMPARE(model.data(model.index(0, 2), ResultGridModel::kFullTextRole).toString(), QString::fromStdString(text));
    }

    void messages()
    {
        MessagesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        MessageEntry error;
        error.kind = MessageEntry::Kind::kError;
        error.text = QStringLiteral("Invalid object name 'x'.");
        error.number = 208;
        error.severity = 16;
        error.state = 1;
        error.line = 3;
        model.append(error);
        MessageEntry print;
        print.text = QStringLiteral("hello");
        model.append(print);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.errorCount(), 1);
        QCOMPARE(model.data(model.index(0), Qt::DisplayRole).toString(),
            QStringLiteral("Msg 208, Level 16, State 1, Line 3\nInvalid object name 'x'."));
        QCOMPARE(model.data(model.index(0), MessagesModel::kLineRole).toInt(), 3);
        QCOMPARE(model.data(model.index(1), Qt::DisplayRole).toString(), QStringLiteral("hello"));
        QCOMPARE(model.allText(), QStringLiteral("Msg 208, Level 16, State 1, Line 3\nInvalid object name 'x'.\nhello\n"));
        model.clear();
        QCOMPARE(model.errorCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TstModels)
#include "tst_models.moc"
