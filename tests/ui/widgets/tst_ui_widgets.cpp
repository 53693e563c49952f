// Colours are complete and readable, banners say what they are given, secrets are handed over once.
#include "tests/support/NoWarnings.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/SecretEdit.h"
#include "ui/widgets/TextField.h"
#include "ui/widgets/Theme.h"

#include <QClipboard>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace es;
using namespace es::ui;

namespace {

double luminance(const QColor& colour)
{
    const auto part = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05, second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

}  // namespace

class TestUiWidgets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Here and not in main: the test library puts a handler of its own before it.
    void initTestCase() { es::support::forbidWarnings(); }
    void textIsReadable_data()
    {
        QTest::addColumn<int>("theme");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("ground");
        const std::pair<const char*, const char*> pairs[] = {
            {"text", "surface"},  {"text", "window"},       {"text", "selection"},     {"text2", "surface"},    {"text2", "selection"},
            {"text3", "surface"}, {"cipher", "cipherSoft"}, {"err", "errSoft"},        {"warn", "warnSoft"},    {"onAccent", "accent"},
            {"accentText", "surface"}, {"synKeyword", "surface"}, {"synString", "surface"}, {"synComment", "surface"}, {"onEnv", "envSandbox"},
        };
        for (int theme = 0; theme < 3; ++theme)
            for (const auto& [text, ground] : pairs)
                QTest::addRow("%d %s on %s", theme, text, ground) << theme << QByteArray(text) << QByteArray(ground);
    }
    void textIsReadable()
    {
        QFETCH(int, theme);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, ground);
        Theme::instance().apply(*qApp, static_cast<ThemeKind>(theme));
        const double seen = contrast(Theme::instance().colour(text.constData()), Theme::instance().colour(ground.constData()));
        QVERIFY2(seen >= 4.5, qPrintable(QString::number(seen)));
    }
    // A clipboard without any format is what a fresh login has.
    void pasteIntoATextField_data()
    {
        QTest::addColumn<bool>("empty");
        QTest::addColumn<QString>("expected");
        QTest::addRow("nothing in the clipboard") << true << QStringLiteral("before");
        QTest::addRow("text in the clipboard") << false << QStringLiteral("beforeServer=a");
    }
    void pasteIntoATextField()
    {
        QFETCH(bool, empty);
        QFETCH(QString, expected);
        auto* data = new QMimeData;
        if (!empty) data->setText(QStringLiteral("Server=a"));
        QGuiApplication::clipboard()->setMimeData(data);
        TextField field;
        field.setPlainText(QStringLiteral("before"));
        field.moveCursor(QTextCursor::End);
        QTest::keyClick(&field, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(field.toPlainText(), expected);
    }
    void styleSheetNamesOnlyKnownColours()
    {
        Theme::instance().apply(*qApp, ThemeKind::kDark);
        QVERIFY2(!qApp->styleSheet().contains(QLatin1Char('@')), "an unknown colour name stayed in the style sheet");
    }
    void iconsAreDrawn()
    {
        const QImage image = Theme::instance().icon("run", "err").pixmap(32, 32).toImage();
        bool any = false;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                any = any || image.pixelColor(x, y).alpha() > 200;
        QVERIFY(any);
    }
    void bannerSaysWhatItIsGiven()
    {
        Banner banner;
        QSignalSpy fixes(&banner, &Banner::fixRequested);
        banner.showMessage(Banner::Kind::kError, QStringLiteral("The key stays closed"), QStringLiteral("Run again."), QStringLiteral("Run"));
        QVERIFY(banner.isVisible());
        QCOMPARE(banner.findChild<QLabel*>(QStringLiteral("bannerTitleLabel"))->text(), QStringLiteral("The key stays closed"));
        auto* fix = banner.findChild<QPushButton*>(QStringLiteral("bannerFixPushButton"));
        QVERIFY(fix->isVisible());
        QTest::mouseClick(fix, Qt::LeftButton);
        QCOMPARE(fixes.count(), 1);
        QTest::mouseClick(banner.findChild<QToolButton*>(QStringLiteral("bannerCloseToolButton")), Qt::LeftButton);
        QVERIFY(!banner.isVisible());
        banner.showMessage(Banner::Kind::kWarning, QStringLiteral("Only words"), {});
        QVERIFY(!fix->isVisible());
    }
    void secretIsHandedOverOnce()
    {
        SecretEdit edit;
        QTest::keyClicks(&edit, QStringLiteral("pass word"));
        QVERIFY(edit.takeSecret() == base::SecureBytes(base::viewOf("pass word")));
        QVERIFY(edit.text().isEmpty());
        edit.undo();
        QVERIFY2(edit.text().isEmpty(), "the undo history still has the password");
        QVERIFY(edit.takeSecret().empty());
    }
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    TestUiWidgets test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_ui_widgets.moc"
