// The SQL text of a query window, on QScintilla with its own T-SQL lexer. Thread: GUI thread only.
#pragma once

#include <QWidget>

class QsciScintilla;

namespace es::ui {

class SqlEditor : public QWidget {
    Q_OBJECT
public:
    explicit SqlEditor(QWidget* parent = nullptr);

    [[nodiscard]] QString text() const;
    void setText(const QString& text);

    // What a run sends: the selection where there is one, else all; with the line it starts at (1-based).
    struct Piece {
        QString text;
        int firstLine = 1;
    };
    [[nodiscard]] Piece pieceToRun() const;

    // 1-based, for the status bar.
    [[nodiscard]] int caretLine() const;
    [[nodiscard]] int caretColumn() const;

    // Whether the text differs from the one last set or saved.
    [[nodiscard]] bool isModified() const;
    void setModified(bool modified);
    void setCaret(int line, int column); // 1-based

    enum class Edit { kUndo, kRedo, kCut, kCopy, kPaste, kSelectAll };
    void edit(Edit command);

    // For the list of what the program is made of: "2.13.3".
    [[nodiscard]] static QString libraryVersion();

    // Underlines the line that a message refers to, and takes all marks away.
    void markLine(int line);
    void clearMarks();

Q_SIGNALS:
    void textEdited();
    void caretMoved();
    void modificationChanged(bool modified);

private:
    void applyTheme();
    void adjustLineMargin();

    QsciScintilla* m_view;
};

}  // namespace es::ui
