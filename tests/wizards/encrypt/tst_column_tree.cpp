// The choices as a tree: what can be checked, what a check means, what the rows say.
#include "tests/support/NoWarnings.h"
#include "tests/wizards/plan/HrSnapshot.h"
#include "wizards/encrypt/ColumnTreeModel.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace es;
using namespace es::wizards;
using catalog::EncryptionType;
using Model = ColumnTreeModel;

class TstColumnTree : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }

    void rows()
    {
        Model model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        model.setSnapshot(std::make_shared<catalog::CatalogSnapshot>(test::hrSnapshot()));
        QCOMPARE(model.rowCount(), 1);
        const QModelIndex table = model.index(0, 0);
        QCOMPARE(table.data().toString(), QStringLiteral("HR.Employees"));
        QCOMPARE(model.rowCount(table), 14);
        const QModelIndex id = model.indexOf("HR", "Employees", "EmployeeID");
        QVERIFY(!model.flags(id).testFlag(Qt::ItemIsEnabled));
        QCOMPARE(id.siblingAtColumn(Model::kPossible).data().toString(), QStringLiteral("identity column"));
        QVERIFY(!model.setData(id, Qt::Checked, Qt::CheckStateRole));
        const QModelIndex done = model.indexOf("HR", "Employees", "Done");
        QCOMPARE(done.siblingAtColumn(Model::kState).data().toString(), QStringLiteral("Randomized · CEK"));
        QCOMPARE(model.indexOf("HR", "Employees", "Old").siblingAtColumn(Model::kPossible).data().toString(),
            QStringLiteral("key not enclave-enabled"));
    }

    void checkMeansTheDefault()
    {
        Model model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSnapshot(std::make_shared<catalog::CatalogSnapshot>(test::hrSnapshot()));
        QCOMPARE(model.usableKeys(), (QStringList{"CEK", "CEK2"}));
        model.setDefaults(EncryptionType::kRandomized, QStringLiteral("CEK"));
        QSignalSpy changes(&model, &Model::choicesChanged);
        const QModelIndex ssn = model.indexOf("hr", "employees", "ssn");
        QVERIFY(model.setData(ssn, Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(changes.count(), 1);
        QCOMPARE(model.choices(), (std::vector<ColumnChoice>{{"HR", "Employees", "SSN", EncryptionType::kRandomized, "CEK"}}));
        QCOMPARE(ssn.siblingAtColumn(Model::kKey).data().toString(), QStringLiteral("CEK (enclave-enabled)"));
        QCOMPARE(ssn.siblingAtColumn(Model::kPossible).data().toString(), QStringLiteral("=  <  LIKE  sort"));
        QVERIFY(model.setData(ssn.siblingAtColumn(Model::kKey), QStringLiteral("CEK2"), Qt::EditRole));
        QCOMPARE(model.choices()[0].key, std::string("CEK2"));
        QCOMPARE(model.index(0, Model::kPossible).data().toString(), QStringLiteral("1 of 14 change"));
        // An encrypted column is decrypted by a check; back to what it is, nothing is chosen.
        const QModelIndex done = model.indexOf("HR", "Employees", "Done");
        model.setData(done, Qt::Checked, Qt::CheckStateRole);
        QCOMPARE(model.targetAt(done), EncryptionType::kPlaintext);
        QCOMPARE(model.chosenCount(), 2);
        model.setData(done.siblingAtColumn(Model::kType), int(EncryptionType::kRandomized), Qt::EditRole);
        QCOMPARE(model.chosenCount(), 1);
        model.setData(ssn, Qt::Unchecked, Qt::CheckStateRole);
        QCOMPARE(model.chosenCount(), 0);
    }

    void choicesOutliveANewSnapshot()
    {
        auto snapshot = test::hrSnapshot();
        snapshot.encryptionKeys.clear();
        snapshot.tables[0].columns[11].encryption = EncryptionType::kPlaintext;
        Model model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSnapshot(std::make_shared<catalog::CatalogSnapshot>(snapshot));
        QVERIFY(model.choose("HR", "Employees", "SSN"));
        QCOMPARE(model.indexOf("HR", "Employees", "SSN").siblingAtColumn(Model::kKey).data().toString(), QStringLiteral("none yet"));
        snapshot.encryptionKeys = test::hrSnapshot().encryptionKeys;
        snapshot.tables[0].columns.erase(snapshot.tables[0].columns.begin());
        model.setSnapshot(std::make_shared<catalog::CatalogSnapshot>(snapshot));
        model.fillMissingKeys(QStringLiteral("CEK2"));
        QCOMPARE(model.choices(), (std::vector<ColumnChoice>{{"HR", "Employees", "SSN", EncryptionType::kRandomized, "CEK2"}}));
    }

    void manyTablesStayQuick()
    {
        auto snapshot = test::hrSnapshot();
        const catalog::Table sample = snapshot.tables[0];
        for (int i = 0; i < 3000; ++i) {
            snapshot.tables.push_back(sample);
            snapshot.tables.back().name = "T" + std::to_string(i);
        }
        QElapsedTimer timer;
        timer.start();
        Model model;
        model.setSnapshot(std::make_shared<catalog::CatalogSnapshot>(snapshot));
        model.choose("HR", "T2999", "Salary");
        QCOMPARE(model.chosenCount(), 1);
        QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
    }
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    TstColumnTree test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_column_tree.moc"
