// Column Assessment: what stands against each chosen column, before anything runs. Thread: GUI thread only.
#pragma once

#include "wizards/frame/WizardPage.h"
#include "wizards/plan/Assessment.h"

#include <memory>

class QCheckBox;
class QLabel;
class QTreeWidget;

namespace es::wizards {

class AssessmentPage : public WizardPage {
    Q_OBJECT
public:
    explicit AssessmentPage(QWidget* parent = nullptr);

    void assess(std::shared_ptr<const catalog::CatalogSnapshot> snapshot, std::vector<ColumnChoice> columns);
    // Without the columns that are not possible; the collation as the person decided.
    [[nodiscard]] Choices possibleChoices() const { return possibleOf(m_choices, m_findings); }

    [[nodiscard]] bool isComplete() const override;

private:
    void buildCounts();
    void buildList();
    void buildCard();
    void assessAgain();
    void fill();
    void showCard();

    struct Count {
        QLabel* icon;
        QLabel* number;
        QLabel* word;
    };
    std::shared_ptr<const catalog::CatalogSnapshot> m_snapshot;
    Choices m_choices;
    std::vector<Finding> m_findings;
    QList<Count> m_counts; // by Verdict
    QTreeWidget* m_list = nullptr;
    QLabel* m_cardIcon = nullptr;
    QLabel* m_cardTitle = nullptr;
    QLabel* m_cardNumber = nullptr;
    QLabel* m_cardText = nullptr;
    QCheckBox* m_collation = nullptr;
};

} // namespace es::wizards
