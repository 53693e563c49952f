// Passwords of logins: a salted slow hash, and nothing but the password fits it.
#include "app/sandbox/frontdoor/PosixPasswords.h"
#include "driver/base/Bytes.h"

#include <QTest>

using es::base::viewOf;
using es::sandbox::passwordFits;
using es::sandbox::SlowPasswords;

class TestPasswords : public QObject {
    Q_OBJECT

private slots:
    void fitsItself_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<QByteArray>("other");
        QTest::newRow("plain") << QByteArray("Pa$$w0rd") << QByteArray("Pa$$w0rD");
        QTest::newRow("umlauts") << QByteArray("Schl\xc3\xbcssel-1") << QByteArray("Schlussel-1");
        QTest::newRow("128 characters of four bytes less one") << QByteArray("\xf0\x9f\x94\x91").repeated(127) << QByteArray("\xf0\x9f\x94\x91").repeated(126);
        QTest::newRow("empty") << QByteArray("") << QByteArray("x");
    }
    void fitsItself()
    {
        QFETCH(QByteArray, password);
        QFETCH(QByteArray, other);
        SlowPasswords passwords;
        const auto secret = passwords.hash(password.toStdString());
        QVERIFY(secret);
        QVERIFY(secret->starts_with("$y$"));
        QVERIFY(secret->find(password.toStdString()) == std::string::npos || password.isEmpty());
        QVERIFY(passwordFits(viewOf(password.toStdString()), *secret));
        QVERIFY(!passwordFits(viewOf(other.toStdString()), *secret));
        QVERIFY(!passwordFits(viewOf(password.toStdString()), ""));
    }
    void twoHashesDiffer()
    {
        SlowPasswords passwords;
        QVERIFY(*passwords.hash("same") != *passwords.hash("same"));
    }
    void whatIsTooLongIsRefused()
    {
        SlowPasswords passwords;
        QCOMPARE(passwords.hash(std::string(512, 'x')).error().code.name, es::sandbox::kPasswordTooLong.name);
        QVERIFY(!passwordFits(viewOf(std::string(512, 'x')), *passwords.hash(std::string(511, 'x'))));
        const std::string withEnd("ab\0cd", 5);
        QVERIFY(!passwordFits(viewOf(withEnd), *passwords.hash("ab")));
    }
};

QTEST_GUILESS_MAIN(TestPasswords)
#include "tst_passwords.moc"
