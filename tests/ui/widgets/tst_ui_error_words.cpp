// Errors of this feature come with a remedy; the server's words are never mixed with ours.
#include "ui/widgets/ErrorWords.h"

#include <QTest>

using namespace es;
using namespace es::ui;

class TestUiErrorWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knownNumbersHaveARemedy_data()
    {
        QTest::addColumn<int>("number");
        for (const int number : {206, 402, 33277, 33299, 33542, 33543, 33545, 33546})
            QTest::addRow("%d", number) << number;
    }
    void knownNumbersHaveARemedy()
    {
        QFETCH(int, number);
        base::Error error;
        error.server = base::ServerError{number, 1, 16, 7, "the server's own words", "srv", ""};
        const ErrorWords words = wordsFor(error);
        QCOMPARE(words.number, number);
        QVERIFY(!words.title.contains(QLatin1String("own words")));
        QVERIFY(words.text.size() > 40);
        QVERIFY(words.text.contains(QStringLiteral("Msg %1, level 16, line 7.").arg(number)));
    }
    void anUnknownNumberKeepsTheServersWords()
    {
        base::Error error;
        error.server = base::ServerError{208, 1, 16, 2, "Invalid object name 'x'.", "srv", ""};
        QCOMPARE(wordsFor(error).title, QStringLiteral("Invalid object name 'x'."));
    }
    void ourErrorsShowTextAndRemedy()
    {
        const ErrorWords words = wordsFor(base::makeError({"transport", "Refused"}, "Nothing answers at host,1.", "server", "Check the port."));
        QCOMPARE(words.title, QStringLiteral("Nothing answers at host,1."));
        QCOMPARE(words.text, QStringLiteral("Check the port."));
        QCOMPARE(words.number, 0);
    }
    void whatWasNotSentIsSaid_data()
    {
        QTest::addColumn<QString>("room");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("says");
        QTest::newRow("refused") << "attestation" << "EnclaveRefused" << "Not sent: the enclave was refused" << "no key was released";
        QTest::newRow("service failed") << "attestation" << "ServiceFailed" << "Not sent: the attestation service gave no proof" << "The statement was not sent.";
        QTest::newRow("service slow") << "http" << "HttpTimeout" << "Not sent: the attestation service gave no proof" << "The statement was not sent.";
        QTest::newRow("plain http") << "http" << "HttpPlain" << "What happened." << "What to do.";
        QTest::newRow("protocol") << "attestation" << "UnsupportedEnclaveType" << "What happened." << "What to do.";
    }
    void whatWasNotSentIsSaid()
    {
        QFETCH(QString, room);
        QFETCH(QString, name);
        QFETCH(QString, title);
        QFETCH(QString, says);
        const std::string roomText = room.toStdString();
        const std::string nameText = name.toStdString();
        const ErrorWords words = wordsFor(base::makeError({roomText, nameText}, "What happened.", {}, "What to do."));
        QCOMPARE(words.title, title);
        QVERIFY2(words.text.contains(says), qPrintable(words.text));
        QVERIFY(words.text.endsWith(QLatin1String("What to do.")));
    }
    void secretNeededIsRecognised()
    {
        QVERIFY(needsKeyPassword(base::makeError({"keystore", "SecretNeeded"}, "x", "hr")));
        QVERIFY(needsKeyPassword(base::makeError({"keystore", "WrongPassword"}, "x", "hr")));
        QVERIFY(!needsKeyPassword(base::makeError({"keystore", "KeyNotFound"}, "x", "hr")));
        QVERIFY(!isWrongKeyPassword(base::makeError({"keystore", "SecretNeeded"}, "x", "hr")));
    }
};

QTEST_MAIN(TestUiErrorWords)
#include "tst_ui_error_words.moc"
