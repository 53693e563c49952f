// A policy as JSON, checked while it is written; from a file, into a file, or from what an enclave just proved.
// Thread: GUI thread only. Open it with open(); it is window-modal.
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <QDialog>

#include <memory>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace es::ui {

class Banner;

class PolicyDialog : public QDialog {
    Q_OBJECT
public:
    // `text`: JSON, which may be wrong.
    explicit PolicyDialog(const QString& text, QWidget* parent = nullptr);
    // After accepted(): valid.
    [[nodiscard]] const attestation::Policy& policy() const { return m_policy; }

    void accept() override;
    void loadFile(const QString& path);

private:
    void buildFoot();
    void check();
    void showText(const QString& text);
    void chooseFile();
    void chooseTarget();
    void saveFile(const QString& path);
    void fillFrom(const attestation::Policy& policy);

    attestation::Policy m_policy;
    bool m_valid = false;
    Banner* m_banner;
    QPlainTextEdit* m_text;
    QLabel* m_problem;
    QPushButton* m_ok = nullptr;
};

} // namespace es::ui
