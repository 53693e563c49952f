// New Column Encryption Key: 32 random bytes, wrapped by a column master key, and their entry in the database.
// Thread: GUI thread only.
#pragma once

#include "ui/keys/KeyDialog.h"

class QComboBox;
class QFrame;
class QToolButton;

namespace es::ui {

class NewEncryptionKeyDialog : public KeyDialog {
    Q_OBJECT
public:
    // `masterKey` is preselected; empty: the first one that allows enclave computations.
    NewEncryptionKeyDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault,
        const QString& masterKey = {}, QWidget* parent = nullptr);

protected:
    void situationReady(const KeySituation& situation) override;
    [[nodiscard]] RequestId make(bool scriptOnly) override;
    [[nodiscard]] bool canMake() const override;
    [[nodiscard]] QString busyWords() const override;
    [[nodiscard]] bool markError(const base::Error& error) override;
    [[nodiscard]] QString scriptedWords(const KeyCreated& key) const override;
    void setFieldsEnabled(bool enabled) override;
    [[nodiscard]] QString keyFile() const override;

private:
    void build();
    void showMasterKey();
    void checkName();
    [[nodiscard]] const catalog::ColumnMasterKey* chosen() const;

    KeySituation m_situation;
    bool m_firstSituation = true;
    QString m_wanted;
    QWidget* m_fields = nullptr;
    QLineEdit* m_name = nullptr;
    QLabel* m_nameProblem = nullptr;
    QComboBox* m_masterKey = nullptr;
    QToolButton* m_refresh = nullptr;
    QLabel* m_cardIcon = nullptr;
    QLabel* m_cardTitle = nullptr;
    QLabel* m_cardText = nullptr;
};

} // namespace es::ui
