// Several lines of plain text that a person may edit. Thread: GUI thread only.
#pragma once

#include <QPlainTextEdit>

namespace es::ui {

// Qt 6.4's QPlainTextEdit asks for the first format of what is pasted without looking whether there is one, and ends the program where the clipboard
// is empty, as it is in a fresh login. Every editable QPlainTextEdit is therefore one of these.
class TextField : public QPlainTextEdit {
    Q_OBJECT
public:
    using QPlainTextEdit::QPlainTextEdit;

protected:
    void insertFromMimeData(const QMimeData* source) override;
};

} // namespace es::ui
