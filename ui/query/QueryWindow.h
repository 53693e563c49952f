// One query window: its own session, editor, results, and what is true about its encryption. Thread: GUI thread only; it never
// waits, all work is on the session's thread.
#pragma once

#include "ui/query/QueryFix.h"
#include "ui/query/TextFile.h"
#include "ui/services/EnclaveService.h"
#include "ui/services/QueryService.h"
#include "ui/trust/TrustBar.h"

#include <QWidget>

namespace es::ui {

class Banner;
class PasswordVault;
class QueryBar;
class ResultsView;
class SqlEditor;

class QueryWindow : public QWidget {
    Q_OBJECT
public:
    explicit QueryWindow(std::shared_ptr<PasswordVault> vault, QWidget* parent = nullptr);
    ~QueryWindow() override;

    // Connects; an open connection is let go first. The text stays.
    void connectTo(std::shared_ptr<const ConnectionRequest> request);
    // Knows where it belongs, without a connection yet, and says why: a tab of an earlier session.
    void waitFor(const ConnectionProfile& profile, const QString& title, const QString& why, const FixOffer& fix);
    // Null before the first connectTo.
    [[nodiscard]] std::shared_ptr<const ConnectionRequest> request() const { return m_request; }
    [[nodiscard]] const ConnectionProfile& profile() const { return m_profile; }
    // A failure outside this window's session that concerns it, such as a sandbox that did not start.
    void showProblem(const base::Error& error, const QString& title, const FixOffer& fix);

    // What the tab is called: the file's name, or the title given.
    [[nodiscard]] QString title() const;
    void setTitle(const QString& title);
    [[nodiscard]] const QString& filePath() const { return m_path; }
    [[nodiscard]] base::Result<void> openFile(const QString& path);
    [[nodiscard]] base::Result<void> saveFile(const QString& path);
    void setFilePath(const QString& path) { m_path = path; }
    void setText(const QString& text, bool modified = false);
    [[nodiscard]] QString text() const;
    [[nodiscard]] bool isModified() const;
    [[nodiscard]] QString encodingName() const { return m_file.encodingName(); }
    [[nodiscard]] SqlEditor& editor() { return *m_editor; }

    void execute();
    void stop();
    [[nodiscard]] bool isRunning() const { return m_query.isRunning(); }
    // Fresh evidence through this window's connection; ends with attestationEnded().
    void attestAgain();
    [[nodiscard]] HostState hostState() const { return m_host.state(); }
    [[nodiscard]] const SessionFacts& facts() const { return m_host.facts(); }
    // "waiting for hgs.bastion.local"; empty: no attestation was asked for that still goes on.
    [[nodiscard]] const QString& attesting() const { return m_attesting; }
    void toggleResults();
    // Editor and results in turn; false at the end of the round.
    bool focusNextPane(bool forward);
    void enterPanes(bool forward);

Q_SIGNALS:
    // For the status bar: what is going on or what came out, and where the caret is.
    void statusChanged(const QString& text);
    void caretChanged(int line, int column);
    // Title, file, text or connection are others now: tab and saved workspace follow.
    void documentChanged();
    // To be connected again by whoever can: there is no request yet, or it is the program's own sandbox, which may have ended.
    void reconnectRequested();
    // The connection dialog, filled with profile(), and the failure that led there if there was one.
    void connectionSettingsRequested(const std::optional<es::base::Error>& failure);
    void wizardRequested();
    void trustChanged(); // hostState(), facts() or attesting() are others now
    void evidenceRequested(); // the inspector
    void attestationSettingsRequested(); // the connection dialog where protocol and policy are
    // Null pointer: there is no report; `error` says why.
    void attestationEnded(const std::shared_ptr<const es::attestation::AttestationReport>& report, const std::optional<es::base::Error>& error);

private:
    void wireSession();
    void wireQuery();
    void changeEncryption(EncryptionChoice choice);
    void reconnect();
    void connectAgain();
    void queryEnded(const QueryEnd& end);
    void explain(const QueryEnd& end);
    void askForKeyPassword(const base::Error& error);
    void connectionFailed(const base::Error& error);
    void applyFix();
    void explainAttestation(const base::Error& error, const std::shared_ptr<const attestation::AttestationReport>& report);
    void wireAttestation();
    void endAttesting(const std::shared_ptr<const attestation::AttestationReport>& report, const std::optional<base::Error>& error);
    void useSuggestedUrl();
    void copyDetails();
    void updateState();

    std::shared_ptr<PasswordVault> m_vault;
    SessionHost m_host;
    QueryService m_query;
    EnclaveService m_enclave;
    std::shared_ptr<const ConnectionRequest> m_request;
    ConnectionProfile m_profile;
    QString m_title;
    QString m_path;
    TextFile m_file; // how the file was written; its text is in the editor
    QString m_askedKey; // whose password was asked last
    Fix m_fix = Fix::kNone;
    std::optional<base::Error> m_failure; // of the connection, for the dialog
    quint64 m_rows = 0;
    // What the person chose last, so that turning enclaves off and on again is no loss.
    AttestationChoice m_protocol = AttestationChoice::kNone;
    QString m_protocolUrl;
    QString m_attesting;
    QString m_details; // of the banner, for the clipboard
    bool m_runAfterConnect = false;
    bool m_anyError = false;

    TrustBar* m_trust;
    QueryBar* m_bar;
    SqlEditor* m_editor;
    Banner* m_banner;
    ResultsView* m_results;
    QWidget* m_lower;
};

} // namespace es::ui
