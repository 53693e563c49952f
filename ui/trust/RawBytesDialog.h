// Shows the bytes behind an attestation, one part at a time; read only. Thread: GUI thread only.
#pragma once

#include "ui/trust/RawParts.h"

#include <QDialog>

class QComboBox;
class QPlainTextEdit;

namespace es::ui {

class RawBytesDialog : public QDialog {
    Q_OBJECT
public:
    explicit RawBytesDialog(const attestation::AttestationReport& report, QWidget* parent = nullptr);

private:
    void showPart(int index);

    QList<RawPart> m_parts;
    QComboBox* m_choice;
    QPlainTextEdit* m_text;
};

} // namespace es::ui
