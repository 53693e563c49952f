// Following the desktop: what the settings portal says at the start and later, on a bus of the test's own with a portal of the test's own.
// org.freedesktop.portal.Settings: color-scheme 0 none, 1 dark, 2 light; contrast 1 high
#include "tests/support/NoWarnings.h"
#include "ui/shell/DesktopAppearance.h"

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

using namespace es;
using ui::DesktopAppearance;
using ui::ThemeKind;

namespace {

const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");

// The part of the portal that is asked for.
class SettingsPortal : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")
public:
    QHash<QString, uint> values;
    int asked = 0;

public Q_SLOTS:
    QDBusVariant Read(const QString& group, const QString& key)
    {
        ++asked;
        if (group == kGroup && values.contains(key)) return QDBusVariant(QVariant::fromValue(QDBusVariant(values.value(key))));
        sendErrorReply(QStringLiteral("org.freedesktop.portal.Error.NotFound"), QStringLiteral("Requested setting not found"));
        return QDBusVariant(0);
    }
};

} // namespace

class TestDesktopAppearance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void cleanup();
    void withoutPortalTheFallbackHolds();
    void asksAtTheStart_data();
    void asksAtTheStart();
    void followsChanges();
    void othersSettingsChangeNothing();

private:
    void startPortal(int scheme, int contrast); // below 0: the portal does not know the key
    void change(const QString& group, const QString& key, uint value);

    QProcess m_daemon;
    std::unique_ptr<SettingsPortal> m_portal;
    QByteArray m_address;
};

void TestDesktopAppearance::initTestCase()
{
    support::forbidWarnings();
    m_daemon.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
    QVERIFY(m_daemon.waitForReadyRead(10'000));
    m_address = m_daemon.readLine().trimmed();
    qputenv("DBUS_SESSION_BUS_ADDRESS", m_address);
    QVERIFY(QDBusConnection::sessionBus().isConnected());
}

void TestDesktopAppearance::cleanupTestCase()
{
    m_daemon.kill();
    m_daemon.waitForFinished(5000);
}

void TestDesktopAppearance::startPortal(int scheme, int contrast)
{
    m_portal = std::make_unique<SettingsPortal>();
    if (scheme >= 0) m_portal->values.insert(QStringLiteral("color-scheme"), static_cast<uint>(scheme));
    if (contrast >= 0) m_portal->values.insert(QStringLiteral("contrast"), static_cast<uint>(contrast));
    QDBusConnection bus = QDBusConnection::connectToBus(QString::fromLatin1(m_address), QStringLiteral("portal"));
    QVERIFY(bus.registerObject(kPath, m_portal.get(), QDBusConnection::ExportAllSlots));
    QVERIFY(bus.registerService(kService));
}

void TestDesktopAppearance::cleanup()
{
    QDBusConnection::disconnectFromBus(QStringLiteral("portal"));
    m_portal.reset();
}

void TestDesktopAppearance::change(const QString& group, const QString& key, uint value)
{
    QDBusMessage signal = QDBusMessage::createSignal(kPath, kInterface, QStringLiteral("SettingChanged"));
    signal << group << key << QVariant::fromValue(QDBusVariant(value));
    QVERIFY(QDBusConnection(QStringLiteral("portal")).send(signal));
}

void TestDesktopAppearance::withoutPortalTheFallbackHolds()
{
    DesktopAppearance desktop(ThemeKind::kDark);
    QSignalSpy changed(&desktop, &DesktopAppearance::changed);
    QTest::qWait(400); // it asks after a tenth of a second; nobody answers
    QCOMPARE(desktop.kind(), ThemeKind::kDark);
    QVERIFY(changed.isEmpty());
}

void TestDesktopAppearance::asksAtTheStart_data()
{
    QTest::addColumn<int>("scheme");
    QTest::addColumn<int>("contrast");
    QTest::addColumn<int>("fallback");
    QTest::addColumn<int>("kind");
    const auto row = [](const char* name, int scheme, int contrast, ThemeKind fallback, ThemeKind kind) {
        QTest::newRow(name) << scheme << contrast << static_cast<int>(fallback) << static_cast<int>(kind);
    };
    row("dark", 1, 0, ThemeKind::kLight, ThemeKind::kDark);
    row("light", 2, 0, ThemeKind::kDark, ThemeKind::kLight);
    row("no preference", 0, 0, ThemeKind::kDark, ThemeKind::kDark);
    row("high contrast before dark", 1, 1, ThemeKind::kLight, ThemeKind::kHighContrast);
    row("an older portal without contrast", 1, -1, ThemeKind::kLight, ThemeKind::kDark);
    row("a portal that knows neither", -1, -1, ThemeKind::kLight, ThemeKind::kLight);
}

void TestDesktopAppearance::asksAtTheStart()
{
    QFETCH(int, scheme);
    QFETCH(int, contrast);
    QFETCH(int, fallback);
    QFETCH(int, kind);
    startPortal(scheme, contrast);
    DesktopAppearance desktop(static_cast<ThemeKind>(fallback));
    QTRY_COMPARE(m_portal->asked, 2);
    QTRY_COMPARE(desktop.kind(), static_cast<ThemeKind>(kind));
}

void TestDesktopAppearance::followsChanges()
{
    startPortal(2, 0);
    DesktopAppearance desktop(ThemeKind::kLight);
    QSignalSpy changed(&desktop, &DesktopAppearance::changed);
    QTRY_COMPARE(m_portal->asked, 2);
    change(kGroup, QStringLiteral("color-scheme"), 1);
    QTRY_COMPARE(desktop.kind(), ThemeKind::kDark);
    QCOMPARE(changed.count(), 1);
    change(kGroup, QStringLiteral("contrast"), 1);
    QTRY_COMPARE(desktop.kind(), ThemeKind::kHighContrast);
    change(kGroup, QStringLiteral("contrast"), 0);
    QTRY_COMPARE(desktop.kind(), ThemeKind::kDark);
    QCOMPARE(changed.count(), 3);
}

void TestDesktopAppearance::othersSettingsChangeNothing()
{
    startPortal(2, 0);
    DesktopAppearance desktop(ThemeKind::kLight);
    QSignalSpy changed(&desktop, &DesktopAppearance::changed);
    QTRY_COMPARE(m_portal->asked, 2);
    change(QStringLiteral("org.gnome.desktop.interface"), QStringLiteral("color-scheme"), 1);
    change(kGroup, QStringLiteral("accent-color"), 1);
    change(kGroup, QStringLiteral("color-scheme"), 2); // as it is
    change(kGroup, QStringLiteral("contrast"), 1); // the last one: seen after all before it
    QTRY_COMPARE(desktop.kind(), ThemeKind::kHighContrast);
    QCOMPARE(changed.count(), 1);
}

QTEST_GUILESS_MAIN(TestDesktopAppearance)
#include "tst_ui_desktop_appearance.moc"
