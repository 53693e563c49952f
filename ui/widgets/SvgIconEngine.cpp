#include "ui/widgets/SvgIconEngine.h"

#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace es::ui {

SvgIconEngine::SvgIconEngine(QByteArray svg, QColor colour, QColor disabled)
    : m_svg(std::move(svg))
    , m_colour(colour)
    , m_disabled(disabled)
{
}

void SvgIconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State)
{
    QByteArray coloured = m_svg;
    coloured.replace("currentColor", (mode == QIcon::Disabled ? m_disabled : m_colour).name().toLatin1());
    QSvgRenderer(coloured).render(painter, rect);
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
}

QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

}  // namespace es::ui
