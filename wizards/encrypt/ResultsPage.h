// Results: the steps while they run, and what came of each. Thread: GUI thread only.
#pragma once

#include "driver/base/SecureBytes.h"
#include "wizards/frame/WizardPage.h"
#include "wizards/plan/Plan.h"
#include "wizards/runner/Runner.h"

#include <QElapsedTimer>
#include <QTimer>

#include <memory>

class QFrame;
class QLabel;
class QProgressBar;
class QPushButton;

namespace es::ui {
class Banner;
class KeyPasswordStrip;
class StepList;
} // namespace es::ui

namespace es::wizards {

class ResultsPage : public WizardPage {
    Q_OBJECT
public:
    explicit ResultsPage(QWidget* parent = nullptr);

    void start(std::shared_ptr<const Plan> plan); // also again, after a run that ended early
    void connecting(); // before the run: the session was lost
    void stepChanged(const StepEvent& event);
    void stopping();
    void ended(const RunEnd& end);
    // The run cannot go on without the password of a key file; asked for on the page itself.
    void askForPassword(const QString& key, const QString& complaint);
    [[nodiscard]] base::SecureBytes takePassword();

    [[nodiscard]] QString nextText() const override;
    [[nodiscard]] bool succeeded() const { return m_succeeded; }
    [[nodiscard]] bool anythingDone() const { return m_done > 0; }

Q_SIGNALS:
    void runAgainRequested();
    void passwordGiven();
    void passwordDeclined();

private:
    void buildProgress();
    void showTime();
    void showEnd(bool ok, const QString& sentence);
    void finishSteps(bool stopped, bool unknown);
    [[nodiscard]] QString whatIsTrueNow(bool unknown) const;
    [[nodiscard]] QString nameOf(int step) const;
    void keyStaysClosed(const QString& key);

    std::shared_ptr<const Plan> m_plan;
    int m_done = 0;
    int m_running = -1;
    bool m_succeeded = false;
    bool m_stopping = false;
    QElapsedTimer m_elapsed;
    QTimer m_tick;
    QFrame* m_progressCard = nullptr;
    QLabel* m_what = nullptr;
    QLabel* m_which = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_time = nullptr;
    ui::Banner* m_banner;
    ui::KeyPasswordStrip* m_password;
    ui::StepList* m_steps;
    QFrame* m_okCard = nullptr;
    QLabel* m_okIcon = nullptr;
    QLabel* m_okTitle = nullptr;
    QLabel* m_okText = nullptr;
    QFrame* m_after = nullptr;
    QLabel* m_afterIcon = nullptr;
    QLabel* m_afterTitle = nullptr;
    QLabel* m_afterText = nullptr;
};

} // namespace es::wizards
