// Remembered sizes are those of a plain label, also after text, font and margins have changed.
#include "tests/support/NoWarnings.h"
#include "ui/widgets/StudioStyle.h"
#include "ui/widgets/WrappedLabel.h"

#include <QApplication>
#include <QTest>

using namespace es;
using namespace es::ui;

class TestUiWrappedLabel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::forbidWarnings(); }
    void measuresLikeALabel_data()
    {
        QTest::addColumn<int>("change");
        QTest::newRow("as made") << 0;
        QTest::newRow("another text") << 1;
        QTest::newRow("a larger font") << 2;
        QTest::newRow("margins") << 3;
        QTest::newRow("indent") << 4;
        QTest::newRow("a style sheet's font") << 5;
    }
    void measuresLikeALabel()
    {
        QFETCH(int, change);
        const QString text = QStringLiteral("Local server, software enclave, sample data. Nothing leaves this machine.");
        WrappedLabel remembered(text);
        QLabel plain(text);
        plain.setWordWrap(true);
        compare(remembered, plain); // fills the memory
        for (QLabel* label : {static_cast<QLabel*>(&remembered), &plain}) {
            QFont larger = label->font();
            larger.setPixelSize(31);
            if (change == 1) label->setText(text + text);
            if (change == 2) label->setFont(larger);
            if (change == 3) label->setContentsMargins(40, 9, 40, 9);
            if (change == 4) label->setIndent(60);
            if (change == 5) label->setStyleSheet(QStringLiteral("QLabel { font-size: 27px; }"));
            label->ensurePolished();
        }
        compare(remembered, plain);
    }
    void anOverfullMenuNeedsNoPictureFile()
    {
        const StudioStyle style;
        QVERIFY(!style.standardIcon(QStyle::SP_ToolBarHorizontalExtensionButton).isNull());
        QVERIFY(!style.standardIcon(QStyle::SP_MessageBoxWarning).isNull());
    }

private:
    static void compare(const QLabel& remembered, const QLabel& plain)
    {
        for (int round = 0; round < 2; ++round) {
            for (const int width : {20, 90, 200, 333, 1000})
                QCOMPARE(remembered.heightForWidth(width), plain.heightForWidth(width));
            QCOMPARE(remembered.sizeHint(), plain.sizeHint());
            QCOMPARE(remembered.minimumSizeHint(), plain.minimumSizeHint());
        }
    }
};

QTEST_MAIN(TestUiWrappedLabel)
#include "tst_ui_wrapped_label.moc"
