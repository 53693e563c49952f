// The column master keys that may be used with a connection: one key path in each line. Thread: GUI thread only. Open it with open().
#pragma once

#include <QDialog>
#include <QStringList>

class QPlainTextEdit;

namespace es::ui {

class KeyPathsDialog : public QDialog {
    Q_OBJECT
public:
    explicit KeyPathsDialog(const QStringList& paths, QWidget* parent = nullptr);
    [[nodiscard]] QStringList paths() const; // without blanks around them, each once, in order

private:
    QPlainTextEdit* m_text;
};

} // namespace es::ui
