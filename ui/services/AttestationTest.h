// "Test enclave": connects with the settings given, attests, and tells each step as it is done. Opens a connection of its own and closes it;
// no column key is released. Thread: the thread that made it; it never waits.
#pragma once

#include "driver/attestation/EnclaveSession.h"
#include "ui/services/ConnectionProfile.h"

#include <QObject>
#include <QPointer>

#include <memory>

namespace es::ui {

class PasswordVault;
class Postbox;
class SessionHost;

// In this order; with protocol None kServiceAnswers is skipped.
enum class AttestationStep : quint8 {
    kServerReached,
    kTlsTrusted,
    kLoginAccepted,
    kEnclaveType,
    kProtocolFits,
    kServiceAnswers,
    kEvidenceValid,
    kSessionOpened,
};
inline constexpr int kAttestationStepCount = 8;

struct AttestationTestEnd {
    enum class Outcome : quint8 { kVerified, kNotAttested, kRefused, kUnreachable, kNotConnected, kCancelled };
    Outcome outcome = Outcome::kCancelled;
    std::optional<AttestationStep> failedStep;  // of kRefused, kUnreachable, kNotConnected
    std::optional<base::Error> error;           // the same; text, setting, remedy
    std::shared_ptr<const attestation::AttestationReport> report;  // as far as it came; null before evidence was asked for
};

class AttestationTest : public QObject {
    Q_OBJECT
public:
    explicit AttestationTest(std::shared_ptr<PasswordVault> vault, QObject* parent = nullptr);
    ~AttestationTest() override;  // as cancel()

    void start(std::shared_ptr<const ConnectionRequest> request);
    void cancel();  // at once; finished() with kCancelled follows
    [[nodiscard]] bool isRunning() const;

Q_SIGNALS:
    void stepDone(es::ui::AttestationStep step, const QString& fact, qint64 elapsedMs);  // "VBS, running"; elapsed of this step
    void finished(const es::ui::AttestationTestEnd& end);

private:
    void finish(AttestationTestEnd end);
    void letHostGo();

    std::shared_ptr<PasswordVault> m_vault;
    std::shared_ptr<Postbox> m_postbox;
    QPointer<SessionHost> m_host; // while it runs
    int m_lastDone = -1; // AttestationStep
};

}  // namespace es::ui
