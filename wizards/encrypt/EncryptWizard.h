// The Always Encrypted Wizard: choose, look, read the statements, run them in the enclave. Its session is its own.
// Thread: GUI thread only; open it with open().
#pragma once

#include "ui/services/CatalogService.h"
#include "ui/services/KeyService.h"
#include "wizards/frame/WizardFrame.h"
#include "wizards/runner/Runner.h"

namespace es::ui {
class Banner;
class PasswordVault;
}

namespace es::wizards {

class AssessmentPage;
class ResultsPage;
class SelectionPage;
class SummaryPage;

class EncryptWizard : public WizardFrame {
    Q_OBJECT
public:
    // `columns`: "[schema].[table].[column]" chosen at first, "[schema].[table]" shown at first. `decrypt`: they become plaintext.
    EncryptWizard(std::shared_ptr<const ui::ConnectionRequest> request, std::shared_ptr<ui::PasswordVault> vault, const QStringList& columns,
        bool decrypt, QWidget* parent = nullptr);
    ~EncryptWizard() override;

    void reject() override; // while statements run: asks first

Q_SIGNALS:
    void columnsChanged(); // a statement was run, or a key made
    void queryRequested(const QString& text);

protected:
    bool leave(int index) override;

private:
    void buildPages(const QStringList& columns, bool decrypt);
    void wire();
    void connectNow();
    void problem(const base::Error& error);
    void makeMasterKey();
    void makeEncryptionKey();
    bool makePlanNow();
    void run();
    void runEnded(const RunEnd& end);
    void saveScript();
    [[nodiscard]] QString queryText() const;

    const std::shared_ptr<const ui::ConnectionRequest> m_asked; // as the window has it
    std::shared_ptr<const ui::ConnectionRequest> m_request; // with encryption and enclave on
    const std::shared_ptr<ui::PasswordVault> m_vault;
    ui::SessionHost m_host;
    ui::CatalogService m_catalog;
    Runner m_runner;
    std::shared_ptr<const catalog::CatalogSnapshot> m_snapshot;
    std::shared_ptr<const Plan> m_plan;
    QString m_askedKey;

    ui::Banner* m_banner;
    SelectionPage* m_selection;
    AssessmentPage* m_assessment;
    SummaryPage* m_summary;
    ResultsPage* m_results;
    QPushButton* m_save;
};

} // namespace es::wizards
