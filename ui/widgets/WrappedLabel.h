// A label of several lines that knows how tall it is. A layout asks that dozens of times, and each answer of QLabel lays the text out anew:
// a third of the program's start went there. Thread: GUI thread only.
#pragma once

#include <QFont>
#include <QHash>
#include <QLabel>
#include <QMargins>

namespace es::ui {

class WrappedLabel : public QLabel {
    Q_OBJECT
public:
    explicit WrappedLabel(const QString& text = {}, QWidget* parent = nullptr);

    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

private:
    // All that the sizes depend on.
    struct Measured {
        QString text;
        QFont font;
        QMargins margins;
        int indent = 0;
        Qt::TextFormat format = Qt::AutoText;
        friend bool operator==(const Measured&, const Measured&) = default;
    };
    void forgetIfChanged() const;

    mutable Measured m_measured;
    mutable QHash<int, int> m_heights;
    mutable QSize m_hint;
    mutable QSize m_minimum;
};

} // namespace es::ui
