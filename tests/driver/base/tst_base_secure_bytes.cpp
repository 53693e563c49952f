// Secrets are wiped when they shrink or move on, and compared as a whole.
#include "driver/base/PosixMemory.h"
#include "driver/base/SecureBytes.h"

#include <QTest>

#include <sys/prctl.h>
#include <sys/resource.h>

using namespace es::base;

class TestBaseSecureBytes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shrinkingWipes()
    {
        SecureBytes secret(viewOf("0123456789"));
        const Byte* data = secret.reveal(SecretAccess::forTest()).data();
        secret.resize(4);
        // Still inside the allocation: what was cut off must be gone.
        for (int i = 4; i < 10; ++i)
            QCOMPARE(data[i], Byte{0});
        QCOMPARE(secret.size(), std::size_t{4});
        secret.clear();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(data[i], Byte{0});
    }
    void movingLeavesNothingBehind()
    {
        SecureBytes from(viewOf("secret"));
        SecureBytes to = std::move(from);
        QVERIFY(from.empty());  // NOLINT: what a moved-from secret holds is the point
        QVERIFY(to == SecureBytes(viewOf("secret")));
        SecureBytes other(viewOf("other"));
        other = std::move(to);
        QVERIFY(other == SecureBytes(viewOf("secret")));
    }
    void growingKeepsContent()
    {
        SecureBytes secret;
        for (int i = 0; i < 1000; ++i)
            secret.append(viewOf("ab"));
        QCOMPARE(secret.size(), std::size_t{2000});
        const ByteView view = secret.reveal(SecretAccess::forTest());
        for (std::size_t i = 0; i < view.size(); ++i)
            QCOMPARE(view[i], static_cast<Byte>(i % 2 == 0 ? 'a' : 'b'));
        SecureBytes copy = secret.clone();
        QVERIFY(copy == secret);
        copy.append(viewOf("x"));
        QVERIFY(!(copy == secret));
    }
    void equality()
    {
        QVERIFY(constantTimeEqual(viewOf("abc"), viewOf("abc")));
        QVERIFY(!constantTimeEqual(viewOf("abc"), viewOf("abd")));
        QVERIFY(!constantTimeEqual(viewOf("abc"), viewOf("ab")));
        QVERIFY(constantTimeEqual({}, {}));
    }
    void coreDumpsAreRefused()
    {
        refuseCoreDumps();
        rlimit limit{};
        QCOMPARE(getrlimit(RLIMIT_CORE, &limit), 0);
        QCOMPARE(limit.rlim_cur, rlim_t{0});
        QCOMPARE(prctl(PR_GET_DUMPABLE), 0);
        // A leak checker at the end of this program has to look into it.
        prctl(PR_SET_DUMPABLE, 1);
    }
};

QTEST_APPLESS_MAIN(TestBaseSecureBytes)
#include "tst_base_secure_bytes.moc"
