// "Test enclave": the steps of an attestation with the settings of the dialog, each ticked as it is done, and what to do about the one that
// failed. It locks nothing: the person decides. Thread: GUI thread only.
#pragma once

#include "ui/services/AttestationTest.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace es::ui {

class StepCards;

class EnclaveTestPanel : public QWidget {
    Q_OBJECT
public:
    // What the button of a failed step does.
    enum class Fix : quint8 { kNone, kUseUrl, kChangeProtocol, kEditPolicy };

    explicit EnclaveTestPanel(QWidget* parent = nullptr);

    // Precondition: an attestation protocol is chosen.
    void start(AttestationTest& test, std::shared_ptr<const ConnectionRequest> request);
    void settingsChanged(); // what stands here is of other settings now
    void setUsable(bool usable); // false: enclaves are off
    [[nodiscard]] QPushButton* button() const { return m_button; }
    [[nodiscard]] QPushButton* trustButton() const { return m_trust; }
    // Of the last test, if it was verified; else null.
    [[nodiscard]] const std::shared_ptr<const attestation::AttestationReport>& verified() const { return m_verified; }

    void showStep(AttestationStep step, const QString& fact, qint64 elapsedMs);
    void showEnd(const AttestationTestEnd& end);

Q_SIGNALS:
    void testRequested();
    void cancelRequested();
    void urlOffered(const QString& url); // to be used, and tested again
    void protocolRequested();
    void policyRequested();
    void failureShown(QWidget* card); // worth being in sight
    void trustRequested(); // a policy from what was verified

private:
    void reset(AttestationChoice protocol);
    void run(int step);
    void tick();
    void press();
    void applyFix();
    void showFailure(const AttestationTestEnd& end);
    void setRunning(bool running);
    void keep(std::shared_ptr<const attestation::AttestationReport> verified);

    QLabel* m_heading;
    QLabel* m_outcome;
    QPushButton* m_trust;
    QPushButton* m_button;
    StepCards* m_steps;
    QTimer m_timer; // of a step that takes time
    QElapsedTimer m_clock;
    AttestationTest* m_test = nullptr; // the one that was started last
    std::shared_ptr<const ConnectionRequest> m_request;
    std::shared_ptr<const attestation::AttestationReport> m_verified;
    QString m_details;
    QString m_offeredUrl;
    Fix m_fix = Fix::kNone;
    int m_current = -1;
    int m_passed = 0;
    bool m_running = false;
};

} // namespace es::ui
