// One query window: its own session, editor, results, and what is true about its encryption. Thread: GUI thread only; it never
// waits, all work is on the session's thread.
#pragma once

#include "ui/services/QueryService.h"
#include "ui/trust/TrustBar.h"

#include <QWidget>

class QCheckBox;
class QToolButton;

namespace es::ui {

class Banner;
class PasswordVault;
class ResultsView;
class SqlEditor;

class QueryWindow : public QWidget {
    Q_OBJECT
public:
    explicit QueryWindow(std::shared_ptr<PasswordVault> vault, QWidget* parent = nullptr);
    ~QueryWindow() override;

    void connectTo(std::shared_ptr<const ConnectionRequest> request);
    // A failure outside this window's session that concerns it, such as a sandbox that did not start.
    void showProblem(const base::Error& error, const QString& title);
    void setText(const QString& text);
    [[nodiscard]] QString text() const;

    void execute();
    void stop();
    [[nodiscard]] bool isRunning() const { return m_query.isRunning(); }

Q_SIGNALS:
    // For the status bar: what is going on or what came out, and where the caret is.
    void statusChanged(const QString& text);
    void caretChanged(int line, int column);
    // The person asked to start the server again after it was lost.
    void reconnectRequested();

private:
    void buildBars();
    void wire();
    void changeEncryption(EncryptionChoice choice);
    void reconnect();
    void queryEnded(RequestId id, const QueryEnd& end);
    void explain(const QueryEnd& end);
    void askForKeyPassword(const base::Error& error);
    void connectionFailed(const base::Error& error);
    void applyFix();
    void updateActions();

    enum class Fix : quint8 { kNone, kTurnOnEnclaves, kParameterize, kReconnect };

    std::shared_ptr<PasswordVault> m_vault;
    SessionHost m_host;
    QueryService m_query;
    std::shared_ptr<const ConnectionRequest> m_request;
    QString m_askedKey;       // whose password was asked last
    Fix m_fix = Fix::kNone;
    bool m_runAfterConnect = false;
    bool m_anyError = false;

    TrustBar* m_trust;
    QToolButton* m_execute;
    QToolButton* m_stop;
    QCheckBox* m_parameterize;
    SqlEditor* m_editor;
    Banner* m_banner;
    ResultsView* m_results;
};

}  // namespace es::ui
