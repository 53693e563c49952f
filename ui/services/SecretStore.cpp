#include "ui/services/SecretStore.h"

#include "ui/services/Postbox.h"
#include "ui/services/SessionReaper.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusReply>
#include <QFileInfo>
#include <QTimer>

#include <qt6keychain/keychain.h>

#include <algorithm>

namespace es::ui {

namespace {

constexpr int kLookTimeoutMs = 3000;
constexpr int kLookAfterMs = 150;

QString serviceName()
{
    return QStringLiteral("enclave-studio");
}

// Without an address libdbus would try to start a bus of its own: nobody asked for that.
bool hasSessionBus()
{
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS")
        || (qEnvironmentVariableIsSet("XDG_RUNTIME_DIR")
            && QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QStringLiteral("/bus")));
}

// Empty: there is one. Blocks for as long as the bus takes; thread: any but the GUI's.
QString whyNoService()
{
    const QString none = SecretStore::tr("no secret service (GNOME Keyring or KWallet) runs in this session");
    if (!hasSessionBus()) return none;
    const QString name = QStringLiteral("enclave-studio-look");
    QString why;
    {
        QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, name);
        QDBusConnectionInterface* names = bus.isConnected() ? bus.interface() : nullptr;
        if (names == nullptr) {
            why = none;
        } else {
            names->setTimeout(kLookTimeoutMs);
            const QStringList present = QDBusReply<QStringList>(names->call(QStringLiteral("ListNames"))).value()
                + QDBusReply<QStringList>(names->call(QStringLiteral("ListActivatableNames"))).value();
            const bool any = std::any_of(present.begin(), present.end(), [](const QString& service) {
                return service == QLatin1String("org.freedesktop.secrets") || service.startsWith(QLatin1String("org.kde.kwalletd"));
            });
            if (!any) why = none;
        }
    }
    QDBusConnection::disconnectFromBus(name);
    return why;
}

QString sentence(const QKeychain::Job& job)
{
    switch (job.error()) {
    case QKeychain::AccessDeniedByUser: return SecretStore::tr("the secret service stays locked");
    case QKeychain::AccessDenied: return SecretStore::tr("the secret service denied access");
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented: return SecretStore::tr("no secret service answers");
    default: return job.errorString();
    }
}

} // namespace

SecretStore::SecretStore(QObject* parent)
    : QObject(parent)
    , m_postbox(std::make_shared<Postbox>(this))
{
    // A moment later: at the start of the program the window comes first.
    QTimer::singleShot(kLookAfterMs, this, [this] {
        SessionReaper::run([this, postbox = m_postbox] {
            const QString why = whyNoService();
            postbox->post([this, why] { looked(why.isEmpty(), why); });
        });
    });
}

SecretStore::~SecretStore()
{
    m_postbox->close();
}

void SecretStore::looked(bool there, const QString& absence)
{
    m_availability = there ? Availability::kThere : Availability::kAbsent;
    m_absence = absence;
    Q_EMIT availabilityChanged();
}

bool SecretStore::refused(RequestId id)
{
    if (m_availability == Availability::kThere) return false;
    const QString why = m_absence.isEmpty() ? tr("it is still being looked for") : m_absence;
    const base::Error error = base::makeError(kSecretService, tr("No secret service: %1.").arg(why).toStdString(), "password",
        tr("Passwords are saved nowhere else; type it each time.").toStdString());
    QTimer::singleShot(0, this, [this, id, error] { Q_EMIT failed(id, error); });
    return true;
}

void SecretStore::fail(RequestId id, const QKeychain::Job& job)
{
    Q_EMIT failed(id,
        base::makeError(kSecretService, tr("The secret service failed: %1.").arg(sentence(job)).toStdString(), "password",
            tr("Unlock it and try again; passwords are saved nowhere else.").toStdString()));
}

RequestId SecretStore::read(const QString& connectionId)
{
    const RequestId id = nextRequestId();
    if (refused(id)) return id;
    auto* job = new QKeychain::ReadPasswordJob(serviceName(), this);
    job->setKey(connectionId);
    connect(job, &QKeychain::Job::finished, this, [this, id, job] {
        if (job->error() == QKeychain::EntryNotFound) {
            Q_EMIT found(id, nullptr);
            return;
        }
        if (job->error() != QKeychain::NoError) {
            fail(id, *job);
            return;
        }
        // Best effort: the copies inside QtKeychain and the bus cannot be wiped.
        QByteArray bytes = job->binaryData();
        auto password = std::make_shared<const base::SecureBytes>(
            base::ByteView(reinterpret_cast<const base::Byte*>(bytes.constData()), static_cast<std::size_t>(bytes.size())));
        base::scrub(bytes.data(), static_cast<std::size_t>(bytes.size()));
        Q_EMIT found(id, std::move(password));
    });
    job->start();
    return id;
}

RequestId SecretStore::write(const QString& connectionId, const base::SecureBytes& password)
{
    const RequestId id = nextRequestId();
    if (refused(id)) return id;
    auto* job = new QKeychain::WritePasswordJob(serviceName(), this);
    job->setKey(connectionId);
    const base::ByteView secret = password.reveal(base::SecretAccess::forStorage());
    QByteArray bytes(reinterpret_cast<const char*>(secret.data()), static_cast<qsizetype>(secret.size()));
    job->setBinaryData(bytes);
    connect(job, &QKeychain::Job::finished, this, [this, id, job] {
        if (job->error() == QKeychain::NoError)
            Q_EMIT written(id);
        else
            fail(id, *job);
    });
    // By then the job's own copy is gone and this one is the last.
    connect(job, &QObject::destroyed, [bytes]() mutable { base::scrub(bytes.data(), static_cast<std::size_t>(bytes.size())); });
    bytes = QByteArray();
    job->start();
    return id;
}

RequestId SecretStore::remove(const QString& connectionId)
{
    const RequestId id = nextRequestId();
    if (refused(id)) return id;
    auto* job = new QKeychain::DeletePasswordJob(serviceName(), this);
    job->setKey(connectionId);
    connect(job, &QKeychain::Job::finished, this, [this, id, job] {
        if (job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound)
            Q_EMIT removed(id);
        else
            fail(id, *job);
    });
    job->start();
    return id;
}

} // namespace es::ui
