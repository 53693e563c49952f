// What the key dialogs share: a session of their own, the button row, errors in place, asking for a key file's password.
// Thread: GUI thread only; it never waits.
#pragma once

#include "ui/keys/KeySituation.h"
#include "ui/services/KeyService.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace es::ui {

class Banner;
class KeyPasswordStrip;
class PasswordVault;

class KeyDialog : public QDialog {
    Q_OBJECT
public:
    void reject() override; // also while something runs: the session is let go, nothing is waited for

Q_SIGNALS:
    void created(const QString& name);
    void scriptRequested(const QString& text);

protected:
    KeyDialog(
        std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const QString& helpPage, QWidget* parent);
    ~KeyDialog() override;

    // To be called once at the end of a subclass's constructor.
    void start();

    // Fields go in here.
    [[nodiscard]] QVBoxLayout* body() { return m_body; }
    [[nodiscard]] KeyService& keys() { return m_keys; }
    [[nodiscard]] PasswordVault& vault() { return *m_vault; }
    void refresh();
    void updateButtons();
    // Marks a field and says why under it; an empty text takes the mark away.
    static void mark(QWidget* field, QLabel* label, const QString& problem);
    [[nodiscard]] static QString nextFreeName(const QString& stem, const std::function<bool(const QString&)>& taken);

    virtual void situationReady(const KeySituation& situation) = 0;
    // Starts the making; kNone: a field is not right and was marked.
    [[nodiscard]] virtual RequestId make(bool scriptOnly) = 0;
    [[nodiscard]] virtual bool canMake() const = 0;
    [[nodiscard]] virtual QString busyWords() const = 0;
    // A field to mark for this error. False: the banner says it.
    [[nodiscard]] virtual bool markError(const base::Error& error) = 0;
    [[nodiscard]] virtual QString scriptedWords(const KeyCreated& key) const = 0;
    virtual void setFieldsEnabled(bool enabled) = 0;
    // The key file that the making opens.
    [[nodiscard]] virtual QString keyFile() const = 0;

private:
    void buildFrame(const QString& helpPage);
    void wire();
    void attempt(bool scriptOnly);
    void finished(const KeyCreated& key);
    void failedWith(const base::Error& error);
    void askForPassword(const base::Error& error);
    void setBusy(bool busy, const QString& words = {});

    std::shared_ptr<const ConnectionRequest> m_request;
    std::shared_ptr<PasswordVault> m_vault;
    SessionHost m_host;
    KeySituationService m_situation;
    KeyService m_keys;
    RequestId m_current = RequestId::kNone;
    bool m_scriptOnly = false;
    bool m_busy = false;
    bool m_ready = false;
    QString m_askedKey;
    QTimer m_slow; // progress shows after half a second
    QVBoxLayout* m_body = nullptr;
    Banner* m_banner = nullptr;
    KeyPasswordStrip* m_password = nullptr;
    QLabel* m_progress = nullptr;
    QPushButton* m_help = nullptr;
    QPushButton* m_script = nullptr;
    QPushButton* m_ok = nullptr;
    QPushButton* m_cancel = nullptr;
};

} // namespace es::ui
