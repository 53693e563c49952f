// The two rows "Policy" and "Trusted key paths" of the page "Always Encrypted": which policy, and which master keys. Both are one
// attestation::Policy, kept in the profile as JSON. Thread: GUI thread only.
#pragma once

#include "driver/attestation/Policy.h"

#include <QObject>

class QComboBox;
class QPushButton;
class QWidget;

namespace es::ui {

class PolicyChoice : public QObject {
    Q_OBJECT
public:
    explicit PolicyChoice(QWidget* page);

    [[nodiscard]] QComboBox* policyBox() const { return m_policyBox; }
    [[nodiscard]] QPushButton* policyButton() const { return m_edit; }
    [[nodiscard]] QComboBox* pathsBox() const { return m_pathsBox; }
    [[nodiscard]] QPushButton* pathsButton() const { return m_editPaths; }

    // JSON of a profile; empty: the strict default. What cannot be read is kept as it is until something else is chosen.
    void setText(const QString& json);
    [[nodiscard]] QString text() const;
    void setEnabled(bool policy, bool paths);
    // Offers the policy for a closer look before it is taken.
    void propose(const attestation::Policy& policy);
    void editPolicy();

Q_SIGNALS:
    void changed();

private:
    void refresh();
    void choosePolicy(int index);
    void choosePaths(int index);
    void chooseFile();
    void editPaths();
    void openDialog(const QString& text, const QString& file = {});
    void take(const attestation::Policy& policy);
    [[nodiscard]] bool isStrict() const; // apart from the key paths

    QWidget* m_page;
    QComboBox* m_policyBox;
    QPushButton* m_edit;
    QComboBox* m_pathsBox;
    QPushButton* m_editPaths;
    attestation::Policy m_policy;
    QString m_unreadable; // a profile's text that is no policy
    bool m_policyEnabled = false;
    bool m_pathsEnabled = false;
};

} // namespace es::ui
