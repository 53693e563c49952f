// Passwords of connections in the desktop's secret service (GNOME Keyring, KWallet), by the connection's id: the only place that
// knows QtKeychain. Nothing is ever kept elsewhere: without a service nothing is saved. Nobody waits: signals tell.
// Thread: the thread that made it.
#pragma once

#include "driver/base/Error.h"
#include "driver/base/SecureBytes.h"
#include "ui/services/RequestId.h"

#include <QObject>
#include <QString>

#include <memory>

namespace QKeychain {
class Job;
}

namespace es::ui {

class Postbox;

inline constexpr base::ErrorCode kSecretService{"services", "SecretService"}; // absent, locked, refused

class SecretStore : public QObject {
    Q_OBJECT
public:
    enum class Availability : quint8 { kLooking, kThere, kAbsent };

    // Begins to look for a service at once, in a thread of its own.
    explicit SecretStore(QObject* parent = nullptr);
    ~SecretStore() override;

    [[nodiscard]] Availability availability() const { return m_availability; }
    // Why there is none, one sentence; empty otherwise.
    [[nodiscard]] QString absence() const { return m_absence; }

    // Answers: found(), written(), removed(), or failed(). Before the look has ended or without a service: failed().
    RequestId read(const QString& connectionId);
    RequestId write(const QString& connectionId, const base::SecureBytes& password);
    RequestId remove(const QString& connectionId);

Q_SIGNALS:
    void availabilityChanged();
    // Null: the service has none for this connection.
    void found(es::ui::RequestId id, std::shared_ptr<const es::base::SecureBytes> password);
    void written(es::ui::RequestId id);
    void removed(es::ui::RequestId id); // also when there was none
    void failed(es::ui::RequestId id, const es::base::Error& error);

private:
    void looked(bool there, const QString& absence);
    [[nodiscard]] bool refused(RequestId id);
    void fail(RequestId id, const QKeychain::Job& job);

    std::shared_ptr<Postbox> m_postbox;
    Availability m_availability = Availability::kLooking;
    QString m_absence;
};

} // namespace es::ui
