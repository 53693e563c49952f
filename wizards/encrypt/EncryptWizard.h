// The Always Encrypted Wizard: encrypts, decrypts and re-encrypts columns in place. Thread: GUI thread only; it never waits.
#pragma once

#include "ui/services/CatalogService.h"
#include "ui/services/SessionHost.h"
#include "wizards/frame/WizardFrame.h"
#include "wizards/runner/Runner.h"

#include <QTimer>

namespace es::ui {
class PasswordVault;
}

namespace es::wizards {

class AssessmentPage;
class KeysPage;
class ResultsPage;
class SelectionPage;
class SummaryPage;

class EncryptWizard : public WizardFrame {
    Q_OBJECT
public:
    // `request`: its database is the one concerned. `columns`: "[schema].[table].[column]" to be chosen, "[schema].[table]" to be
    // opened; empty: the whole database.
    EncryptWizard(std::shared_ptr<const ui::ConnectionRequest> request, std::shared_ptr<ui::PasswordVault> vault,
        const QStringList& columns, bool decrypt, QWidget* parent = nullptr);
    ~EncryptWizard() override;

    void reject() override; // asks while a run is on, in place

Q_SIGNALS:
    void columnsChanged(); // something ran
    void queryRequested(const QString& text);

protected:
    void next() override;
    void back() override;
    void updateButtons() override;

private:
    void buildPages(const QStringList& columns, bool decrypt);
    void wireSession();
    void connectToServer();
    void readCatalog();
    void takeSnapshot(const std::shared_ptr<const catalog::CatalogSnapshot>& snapshot);
    void showFailure(const base::Error& error);
    void stepAsideFor(QDialog* dialog);
    void openMasterKeyDialog();
    void openEncryptionKeyDialog(const QString& masterKey);
    void makeSummary();
    void run();
    void runEnded(const RunEnd& end);
    void askForPassword(const base::Error& error);
    void stopNow();
    void saveScript();
    void queryColumns();
    [[nodiscard]] bool isRunning() const { return m_run != ui::RequestId::kNone; }

    std::shared_ptr<const ui::ConnectionRequest> m_request; // what the window's connection says
    std::shared_ptr<const ui::ConnectionRequest> m_own; // with encryption and enclave on
    std::shared_ptr<ui::PasswordVault> m_vault;
    ui::SessionHost m_host;
    ui::CatalogService m_catalog;
    Runner m_runner;
    ui::RequestId m_reading = ui::RequestId::kNone;
    ui::RequestId m_run = ui::RequestId::kNone;
    bool m_runAfterConnect = false;
    bool m_ran = false;
    QString m_askedKey;
    QTimer m_slow; // progress shows after half a second
    QTimer m_giveUp; // a stop that the server does not answer
    std::shared_ptr<const catalog::CatalogSnapshot> m_snapshot;
    SelectionPage* m_selection = nullptr;
    KeysPage* m_keys = nullptr;
    AssessmentPage* m_assessment = nullptr;
    SummaryPage* m_summary = nullptr;
    ResultsPage* m_results = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_query = nullptr;
    QPushButton* m_stop = nullptr;
};

} // namespace es::wizards
