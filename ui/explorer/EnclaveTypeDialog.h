// Which kind of enclave a server is to start: what is configured and what runs, and the statements that change it. It runs nothing itself:
// the statements go into a query window, where they can be read before. Thread: GUI thread only. Open it with open().
#pragma once

#include "driver/catalog/ServerSnapshot.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace es::ui {

class EnclaveTypeDialog : public QDialog {
    Q_OBJECT
public:
    EnclaveTypeDialog(const QString& serverName, const catalog::EnclaveStatus& status, QWidget* parent = nullptr);
    [[nodiscard]] QString script() const;

Q_SIGNALS:
    void scriptRequested(const QString& text);

private:
    void update();

    catalog::EnclaveStatus m_status;
    QComboBox* m_type;
    QLabel* m_consequence;
    QPlainTextEdit* m_script;
    QPushButton* m_open;
};

} // namespace es::ui
