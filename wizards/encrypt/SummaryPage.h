// Summary: the exact statements, in their order, and what they cost. Thread: GUI thread only.
#pragma once

#include "wizards/frame/WizardPage.h"
#include "wizards/plan/Plan.h"

#include <memory>

class QBoxLayout;
class QGridLayout;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace es::ui {
class Banner;
}

namespace es::wizards {

class SqlView;

class SummaryPage : public WizardPage {
    Q_OBJECT
public:
    explicit SummaryPage(QWidget* parent = nullptr);

    void setPlan(std::shared_ptr<const Plan> plan);
    void showProblem(const QString& title, const QString& text); // there is no plan
    [[nodiscard]] std::shared_ptr<const Plan> plan() const { return m_plan; }

    [[nodiscard]] bool isComplete() const override { return m_plan != nullptr; }
    [[nodiscard]] QString nextText() const override;

Q_SIGNALS:
    void saveRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildSteps();
    void buildFacts();

    std::shared_ptr<const Plan> m_plan;
    ui::Banner* m_banner;
    QTreeWidget* m_steps = nullptr;
    SqlView* m_sql = nullptr;
    QBoxLayout* m_lower = nullptr;
    QWidget* m_facts = nullptr;
    QLabel* m_columns = nullptr;
    QLabel* m_statements = nullptr;
    QLabel* m_notes = nullptr;
    QLabel* m_notesCaption = nullptr;
};

// "Encrypt 2 columns", "Decrypt 1 column", "Change 3 columns"; with `done`: "2 columns are encrypted in place".
[[nodiscard]] QString planVerb(const Plan& plan);
[[nodiscard]] QString planOutcome(const Plan& plan);

} // namespace es::wizards
