// A statement to read: monospaced, coloured as in the editor, never edited. Thread: GUI thread only.
#pragma once

#include <QPlainTextEdit>

namespace es::wizards {

class SqlView : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit SqlView(QWidget* parent = nullptr);
    // Brings the first place where `text` stands into view.
    void showPlaceOf(const QString& text);
};

} // namespace es::wizards
