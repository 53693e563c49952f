// Column Assessment: what stands in the way, found in the catalog before anything runs. Thread: GUI thread only.
#pragma once

#include "wizards/frame/WizardPage.h"
#include "wizards/plan/Assessment.h"

class QCheckBox;
class QLabel;
class QTreeWidget;

namespace es::wizards {

class AssessmentPage : public WizardPage {
    Q_OBJECT
public:
    explicit AssessmentPage(QWidget* parent = nullptr);

    void assess(std::shared_ptr<const catalog::CatalogSnapshot> snapshot, Choices choices);
    // What is left to do: columns that are not possible are out, the collation is decided.
    [[nodiscard]] Choices possible() const;

    [[nodiscard]] bool isComplete() const override;
    [[nodiscard]] QString openText() const override;
    [[nodiscard]] QWidget* firstFocus() override;

private:
    void show();
    void explainCurrent();

    std::shared_ptr<const catalog::CatalogSnapshot> m_snapshot;
    Choices m_choices;
    std::vector<Finding> m_findings;
    QLabel* m_summary;
    QTreeWidget* m_table;
    QLabel* m_cardTitle;
    QLabel* m_cardText;
    QCheckBox* m_collation;
};

} // namespace es::wizards
