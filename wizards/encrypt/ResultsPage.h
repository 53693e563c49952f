// Results: the plan while it runs, and what came of it. Thread: GUI thread only.
#pragma once

#include "driver/base/SecureBytes.h"
#include "wizards/frame/WizardPage.h"
#include "wizards/runner/Runner.h"

#include <QElapsedTimer>
#include <QTimer>

class QFrame;
class QLabel;
class QProgressBar;
class QPushButton;

namespace es::ui {
class SecretEdit;
class StepList;
}

namespace es::wizards {

class ResultsPage : public WizardPage {
    Q_OBJECT
public:
    explicit ResultsPage(QWidget* parent = nullptr);

    void begin(std::shared_ptr<const Plan> plan); // also once more, after a password
    void stepChanged(const StepEvent& event);
    void finished(const RunEnd& end);
    // The run waits for the password of a key file.
    void askForPassword(const QString& keyFile, bool wasWrong);
    // Closing was asked for while it runs.
    void askToStop();
    void showStopping();
    [[nodiscard]] bool isRunning() const { return m_running; }

    [[nodiscard]] bool isLast() const override { return true; }
    [[nodiscard]] QWidget* firstFocus() override;

Q_SIGNALS:
    void stopRequested();
    void passwordEntered(const es::base::SecureBytes& password);
    void queryRequested();

private:
    void tick();
    void showVerdict(const char* icon, const char* token, const QString& title, const QString& text);

    std::shared_ptr<const Plan> m_plan;
    int m_done = 0;
    bool m_running = false;
    bool m_begun = false; // a step was started: something may have changed
    QElapsedTimer m_since;
    QTimer m_tick;
    QLabel* m_icon;
    QLabel* m_verdict;
    QLabel* m_text;
    QProgressBar* m_bar;
    QLabel* m_progress;
    QPushButton* m_stop;
    ui::StepList* m_steps;
    QFrame* m_password;
    QLabel* m_passwordText;
    ui::SecretEdit* m_secret;
    QPushButton* m_continue;
    QFrame* m_question;
    QPushButton* m_stopNow;
    QPushButton* m_query;
};

} // namespace es::wizards
