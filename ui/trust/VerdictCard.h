// The verdict of an attestation in words, why, and what to do about it. Thread: GUI thread only.
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace es::ui {

class VerdictCard : public QFrame {
    Q_OBJECT
public:
    explicit VerdictCard(QWidget* parent = nullptr);
    void showReport(const attestation::AttestationReport& report);
    // A new attestation goes on: what was found before is no answer any more.
    void showAttesting(const QString& sentence);
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void attestRequested();
    void policyRequested();
    void copyRequested();

private:
    void showLook(const char* card, const char* icon, const char* token);
    void setText(QLabel* label, const QString& text);
    void drawIcon();
    QPushButton* addButton(const char* name, const QString& text);

    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_sentence;
    QLabel* m_explanation;
    QWidget* m_buttons;
    QPushButton* m_attest;
    QPushButton* m_policy;
    QPushButton* m_copy;
    const char* m_iconName = "shield";
    const char* m_token = "text2";
};

} // namespace es::ui
