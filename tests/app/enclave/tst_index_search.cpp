// Pages of encrypted indexes in front of the real enclave code: places, crossings, whose keys it takes, what it refuses.
#include "EnclaveFixture.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/types/Collation.h"
#include "driver/types/Normalize.h"

#include <QtTest>

using namespace es;
using namespace es::sandbox;

namespace {

constexpr EnclaveKeyId kKey{5, 1};

types::SqlType textType(types::TypeId id = types::TypeId::kVarChar)
{
    types::SqlType type;
    type.id = id;
    type.lengthBytes = 40;
    type.collation = *types::collationByName("Latin1_General_BIN2");
    return type;
}

}  // namespace

class TestIndexSearch : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::EnclaveFixture> m_enclave;
    std::unique_ptr<test::EnclaveUser> m_user;
    base::SecureBytes m_cek;
    std::optional<crypto::CellCipher> m_cipher;

    base::Bytes cell(const std::string& text, const types::SqlType& type)
    {
        base::Bytes out;
        if (!m_cipher->encrypt(*types::normalize(types::Value(text), type), crypto::EncryptionType::kRandomized, out))
            qFatal("encryption failed");
        return out;
    }
    base::Bytes page(const QStringList& texts, const types::SqlType& type)
    {
        std::vector<std::optional<base::Bytes>> cells;
        for (const QString& text : texts)
            cells.push_back(text == QLatin1String("NULL") ? std::nullopt : std::optional(cell(text.toStdString(), type)));
        return IndexCells::encode(cells);
    }

private slots:
    void init()
    {
        m_enclave = std::make_unique<test::EnclaveFixture>();
        m_user = std::make_unique<test::EnclaveUser>(m_enclave->client);
        m_cek = base::SecureBytes(base::ByteView(base::Bytes(32, 0x5A)));
        m_cipher = std::move(*crypto::CellCipher::create(m_cek));
        QVERIFY(m_user->openSession());
        QVERIFY(m_user->send("SELECT 1", kKey, m_cek));
    }

    void places_data()
    {
        QTest::addColumn<QStringList>("cells");
        QTest::addColumn<QString>("sought");
        QTest::addColumn<bool>("pattern");
        QTest::addColumn<int>("below");
        QTest::addColumn<int>("upTo");
        const QStringList words{"NULL", "NULL", "a", "ab", "ab", "ab", "abc", "b"};
        QTest::newRow("equal ones") << words << "ab" << false << 3 << 6;
        QTest::newRow("between two") << words << "aa" << false << 3 << 3;
        QTest::newRow("before all") << words << "A" << false << 2 << 2;
        QTest::newRow("behind all") << words << "c" << false << 8 << 8;
        QTest::newRow("trailing blanks") << words << "ab  " << false << 3 << 6;
        QTest::newRow("no cell") << QStringList{} << "a" << false << 0 << 0;
        QTest::newRow("NULLs alone") << QStringList{"NULL", "NULL"} << "a" << false << 2 << 2;
        QTest::newRow("beginning") << words << "ab%" << true << 3 << 7;
        QTest::newRow("beginning and more") << words << "a_c%" << true << 2 << 7;
        QTest::newRow("no beginning") << words << "%c" << true << 2 << 8;
        QTest::newRow("blank in the beginning") << words << "ab %" << true << 3 << 6;
        QTest::newRow("blank and more in the beginning") << words << "ab c%" << true << 6 << 6;
        QTest::newRow("control character behind it") << QStringList{"ab\tx", "ab", "abc"} << "ab%" << true << 0 << 3;
    }
    void places()
    {
        QFETCH(QStringList, cells);
        QFETCH(QString, sought);
        QFETCH(bool, pattern);
        QFETCH(int, below);
        QFETCH(int, upTo);
        for (const types::TypeId id : {types::TypeId::kVarChar, types::TypeId::kNVarChar}) {
            const types::SqlType type = textType(id);
            const base::Bytes stored = page(cells, type);
            const std::vector<IndexOperand> operands{{cell(sought.toStdString(), type), pattern, {}}};
            const std::vector<IndexPage> pages{{stored, {0}}};
            const auto before = m_enclave->client.statistics()->crossingCount;
            const auto found = m_enclave->client.search({m_user->session, kKey, type}, operands, pages);
            QVERIFY2(found, found ? "" : found.error().describe().c_str());
            QCOMPARE(found->size(), std::size_t{1});
            QCOMPARE(int(found->front().below), below);
            QCOMPARE(int(found->front().upTo), upTo);
            QCOMPARE(int(m_enclave->client.statistics()->crossingCount - before), 2);  // the question, and the one about the count
        }
    }

    void severalPagesInOneCrossing()
    {
        const types::SqlType type = textType();
        const base::Bytes left = page({"a", "b"}, type), right = page({"c", "d", "e"}, type);
        const std::vector<IndexOperand> operands{{cell("b", type), false, {}}, {cell("d", type), false, {}}};
        const std::vector<IndexPage> pages{{left, {0, 1}}, {right, {1}}};
        const auto found = m_enclave->client.search({m_user->session, kKey, type}, operands, pages);
        QVERIFY(found);
        QCOMPARE(found->size(), std::size_t{3});
        QVERIFY((*found)[0] == (IndexPlace{1, 2}));
        QVERIFY((*found)[1] == (IndexPlace{2, 2}));
        QVERIFY((*found)[2] == (IndexPlace{1, 2}));
    }

    // Any session's key will do for the upkeep of indexes, and for nothing else.
    void keysOfAnySession()
    {
        const types::SqlType type = textType();
        const base::Bytes stored = page({"a", "b"}, type);
        const std::vector<IndexOperand> operands{{cell("b", type), false, {}}};
        const std::vector<IndexPage> pages{{stored, {0}}};
        const EncryptedColumn any{kAnySession, kKey, type};
        QVERIFY(m_enclave->client.search(any, operands, pages));
        QVERIFY(*m_enclave->client.hasKey(kAnySession, kKey));
        QVERIFY(!*m_enclave->client.hasKey(kAnySession, {5, 9}));
        const auto other = m_enclave->client.search({kAnySession, {5, 9}, type}, operands, pages);
        QVERIFY(!other);
        QCOMPARE(other.error().server->number, 33546);
        const auto nothing = [](CellBatch&) { return base::Result<void>(); };
        QVERIFY(m_enclave->client.rank(any, nothing));
        const auto evaluated = m_enclave->client.evaluate(any, {CellOperator::kEqual, {operands[0].cell}, {}}, nothing,
                                                          [](std::span<const CellMatch>) { return base::Result<void>(); });
        QVERIFY(!evaluated);
        QCOMPARE(evaluated.error().server->number, 33195);
    }

    void refusals_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<int>("number");
        QTest::newRow("no such session") << 0 << 33195;
        QTest::newRow("tampered cell") << 1 << 33187;
        QTest::newRow("tampered operand") << 2 << 33187;
        QTest::newRow("page cut short") << 3 << 33550;
        QTest::newRow("page with a wrong count") << 4 << 33550;
        QTest::newRow("page with NULL behind a cell") << 5 << 33550;
        QTest::newRow("pattern for a number") << 6 << 33192;
    }
    void refusals()
    {
        QFETCH(int, what);
        QFETCH(int, number);
        types::SqlType type = textType();
        base::Bytes stored = page({"a"}, type);
        std::vector<IndexOperand> operands{{cell("b", type), false, {}}};
        EnclaveSessionId session = m_user->session;
        if (what == 0) session[0] ^= 1;
        if (what == 1) stored.back() ^= 1;
        if (what == 2) operands[0].cell.back() ^= 1;
        if (what == 3) stored.pop_back();
        if (what == 4) stored[0] = 200;
        if (what == 5) stored = IndexCells::encode({cell("a", type), std::nullopt});
        if (what == 6) {
            operands[0].pattern = true;
            type = {};
            type.id = types::TypeId::kInt;
        }
        const std::vector<IndexPage> pages{{stored, {0}}};
        const auto found = m_enclave->client.search({session, kKey, type}, operands, pages);
        QVERIFY(!found);
        QCOMPARE(found.error().server->number, number);
    }
};

QTEST_GUILESS_MAIN(TestIndexSearch)
#include "tst_index_search.moc"
