// One large target made of several words: a frame with labels in it that is pressed as a whole. The style sheet draws it by its dynamic
// properties; Enter, Return and Space press it.
// Thread: GUI thread only.
#pragma once

#include <QAbstractButton>

class QLabel;

namespace es::ui {

class PanelButton : public QAbstractButton {
    Q_OBJECT
public:
    explicit PanelButton(QWidget* parent = nullptr);

    // A label inside it, which takes no clicks of its own.
    QLabel* addLabel(const char* name, const char* role = nullptr);
    // Sets a property that the style sheet looks at, and has the style look again.
    void setLook(const char* property, const char* value);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace es::ui
