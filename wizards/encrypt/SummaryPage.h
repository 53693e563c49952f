// Summary: these statements, in this order, and nothing else. Thread: GUI thread only.
#pragma once

#include "wizards/frame/WizardPage.h"
#include "wizards/plan/Plan.h"

class QLabel;
class QPlainTextEdit;
class QTreeWidget;

namespace es::wizards {

class SummaryPage : public WizardPage {
    Q_OBJECT
public:
    explicit SummaryPage(QWidget* parent = nullptr);

    // `connection`: what has to be said about how it will be run; may be empty.
    void setPlan(std::shared_ptr<const Plan> plan, const QString& connection);

    [[nodiscard]] QString nextText() const override; // "Encrypt 2 columns"
    [[nodiscard]] QWidget* firstFocus() override;

private:
    void showStep();

    std::shared_ptr<const Plan> m_plan;
    QLabel* m_connection;
    QTreeWidget* m_steps;
    QPlainTextEdit* m_sql;
    QLabel* m_facts;
};

// "Encrypt 2 columns", "Decrypt 1 column", "Change 3 columns".
[[nodiscard]] QString jobText(const Plan& plan);

} // namespace es::wizards
