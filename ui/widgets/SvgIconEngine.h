// Draws a line icon in one colour at the device's own ratio. Thread: GUI thread only.
#pragma once

#include <QByteArray>
#include <QColor>
#include <QIconEngine>

namespace es::ui {

class SvgIconEngine final : public QIconEngine {
public:
    // `svg` draws with currentColor.
    SvgIconEngine(QByteArray svg, QColor colour, QColor disabled);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    [[nodiscard]] QIconEngine* clone() const override;

private:
    QByteArray m_svg;
    QColor m_colour;
    QColor m_disabled;
};

}  // namespace es::ui
