#include "ui/shell/DesktopAppearance.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QTimer>

namespace es::ui {

namespace {

constexpr int kAskAfterMs = 100;
const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance");
const QString kScheme = QStringLiteral("color-scheme");
const QString kContrast = QStringLiteral("contrast");

} // namespace

DesktopAppearance::DesktopAppearance(ThemeKind fallback, QObject* parent)
    : QObject(parent)
    , m_fallback(fallback)
{
    // A moment later: at the start of the program the window comes first.
    QTimer::singleShot(kAskAfterMs, this, [this] {
        QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected()) return;
        bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this, SLOT(settingChanged(QString, QString, QDBusVariant)));
        ask(kScheme);
        ask(kContrast);
    });
}

void DesktopAppearance::ask(const QString& key)
{
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    call << kGroup << key;
    auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, key] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        watcher->deleteLater();
        if (reply.isValid()) take(key, reply.value().variant());
    });
}

void DesktopAppearance::settingChanged(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == kGroup) take(key, value.variant());
}

void DesktopAppearance::take(const QString& key, const QVariant& value)
{
    // Read wraps its value in a variant of its own, SettingChanged does not.
    const QVariant bare = value.canConvert<QDBusVariant>() ? value.value<QDBusVariant>().variant() : value;
    const ThemeKind before = kind();
    if (key == kScheme) m_scheme = bare.toInt();
    if (key == kContrast) m_highContrast = bare.toInt() == 1;
    if (kind() != before) Q_EMIT changed();
}

ThemeKind DesktopAppearance::kind() const
{
    if (m_highContrast) return ThemeKind::kHighContrast;
    if (m_scheme == 1) return ThemeKind::kDark;
    if (m_scheme == 2) return ThemeKind::kLight;
    return m_fallback;
}

} // namespace es::ui
