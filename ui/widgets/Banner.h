// What happened, which setting it concerns, what to do next, and a button that does it: one line above the results.
// Thread: GUI thread only.
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace es::ui {

class Banner : public QFrame {
    Q_OBJECT
public:
    enum class Kind : quint8 { kError, kWarning, kInformation };

    explicit Banner(QWidget* parent = nullptr);

    // `fix` is the text of the button, empty: none; `second` that of a quieter one beside it.
    void showMessage(Kind kind, const QString& title, const QString& text, const QString& fix = {}, const QString& second = {});
    [[nodiscard]] QString title() const;

Q_SIGNALS:
    void fixRequested();
    void secondRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void keepHeight();
    void paintIcons();

    Kind m_kind = Kind::kInformation;
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_fix;
    QPushButton* m_second;
    QToolButton* m_close;
};

}  // namespace es::ui
