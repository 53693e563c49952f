// What the two key dialogs share: a session of their own, banner, progress, the key's password, Script, OK and Cancel.
// Thread: GUI thread only; nothing waits. A request answers later; closing the dialog drops its answer.
#pragma once

#include "ui/services/CatalogService.h"
#include "ui/services/KeyService.h"

#include <QDialog>
#include <QElapsedTimer>
#include <QTimer>

class QFormLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace es::ui {

class Banner;
class PasswordVault;

class KeyDialog : public QDialog {
    Q_OBJECT
public:
    void reject() override; // while something runs: cancels it, and the dialog stays
    void done(int result) override;

Q_SIGNALS:
    void created(const QString& name);
    // The exact T-SQL; nothing was changed in the database.
    void scriptRequested(const QString& text);

protected:
    KeyDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, const char* name, const QString& title,
        const QString& helpPage, QWidget* parent);

    // For the constructors of the two.
    [[nodiscard]] QVBoxLayout* body() const { return m_body; }
    QLabel* addNote(QFormLayout* form, const char* name); // the reason under a field; hidden while empty
    static void showNote(QWidget* field, QLabel* note, const QString& text); // marks the field too; an empty text takes it away
    void start(); // connects and reads the catalog

    [[nodiscard]] PasswordVault& vault() { return *m_vault; }
    virtual void keyFilesArrived(const QStringList&) { }
    [[nodiscard]] KeyService& keys() { return m_keys; }
    [[nodiscard]] const catalog::CatalogSnapshot* snapshot() const { return m_snapshot.get(); }
    void setBusy(const QString& what); // empty: idle
    void showProblem(const base::Error& error, const QString& notChanged);
    // "CMK1", or the next number that is free.
    template <class Taken> static QString freeName(const QString& stem, Taken taken)
    {
        for (int number = 1;; ++number)
            if (const QString name = stem + QString::number(number); !taken(name)) return name;
    }

    virtual void snapshotArrived() = 0;
    virtual void enclaveArrived(const catalog::EnclaveStatus&) { }
    // Checks the fields, marks what is wrong, sends the request; kNone when nothing was sent.
    virtual RequestId submit(bool scriptOnly) = 0;
    // True: the error belongs to a field and stands there now.
    virtual bool markError(const base::Error& error) = 0;
    // The key file wants a password: its field appears, with the reason when one was wrong.
    virtual void passwordNeeded(const QString& keyFile, const QString& complaint) = 0;

private:
    void wire();
    void send(bool scriptOnly);
    void finished(const KeyCreated& key);
    void failed(const base::Error& error);
    void updateButtons();

    const std::shared_ptr<const ConnectionRequest> m_request;
    const std::shared_ptr<PasswordVault> m_vault;
    SessionHost m_host;
    CatalogService m_catalog;
    KeyService m_keys;
    std::shared_ptr<const catalog::CatalogSnapshot> m_snapshot;
    RequestId m_current = RequestId::kNone;
    QString m_askedKey;
    QString m_busy;
    bool m_scriptOnly = false;
    QTimer m_tick;
    QElapsedTimer m_since;

    QVBoxLayout* m_body;
    Banner* m_banner;
    QProgressBar* m_bar;
    QLabel* m_progress;
    QPushButton* m_script;
    QPushButton* m_ok;
    QPushButton* m_cancel;
};

} // namespace es::ui
