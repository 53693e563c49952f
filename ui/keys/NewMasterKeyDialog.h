// New Column Master Key: a key file, chosen or generated, and its entry in the database. Thread: GUI thread only.
#pragma once

#include "ui/keys/KeyDialog.h"

class QCheckBox;
class QComboBox;
class QFrame;
class QRadioButton;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace es::ui {

class SecretEdit;

class NewMasterKeyDialog : public KeyDialog {
    Q_OBJECT
public:
    // `request`: its database is the one that gets the key.
    NewMasterKeyDialog(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, QWidget* parent = nullptr);

protected:
    void situationReady(const KeySituation& situation) override;
    [[nodiscard]] RequestId make(bool scriptOnly) override;
    [[nodiscard]] bool canMake() const override { return true; }
    [[nodiscard]] QString busyWords() const override;
    [[nodiscard]] bool markError(const base::Error& error) override;
    [[nodiscard]] QString scriptedWords(const KeyCreated& key) const override;
    void setFieldsEnabled(bool enabled) override;
    [[nodiscard]] QString keyFile() const override;

private:
    void buildHead();
    [[nodiscard]] QWidget* buildGenerate();
    [[nodiscard]] QWidget* buildExisting();
    void buildEnclave();
    void fillKeyFiles();
    static void paintKeyFile(QTreeWidgetItem* item);
    void showEnclave();
    void checkFields();
    void chooseSource();
    [[nodiscard]] bool generates() const;
    [[nodiscard]] QString chosenFile() const;
    [[nodiscard]] bool fieldsAreRight();

    KeySituation m_situation;
    bool m_firstSituation = true;
    bool m_fileNameEdited = false;
    QString m_generatedFile; // the last one that was asked for
    QWidget* m_fields;
    QLineEdit* m_name;
    QLabel* m_nameProblem;
    QComboBox* m_store;
    QLineEdit* m_location;
    QRadioButton* m_generate;
    QRadioButton* m_existing;
    QStackedWidget* m_source;
    QLineEdit* m_fileName;
    QLabel* m_fileNameProblem;
    QComboBox* m_keyLength;
    SecretEdit* m_password;
    SecretEdit* m_repeat;
    QLabel* m_passwordProblem;
    QTreeWidget* m_files;
    QLabel* m_filesProblem;
    QCheckBox* m_enclave;
    QLabel* m_enclaveNote;
    QFrame* m_enclaveCard;
    QLabel* m_enclaveTitle;
    QLabel* m_enclaveReason;
    QPushButton* m_checkAgain;
};

} // namespace es::ui
