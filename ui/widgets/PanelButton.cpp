#include "ui/widgets/PanelButton.h"

#include <QKeyEvent>
#include <QLabel>
#include <QStyle>
#include <QStyleOption>
#include <QStylePainter>

namespace es::ui {

PanelButton::PanelButton(QWidget* parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
}

QLabel* PanelButton::addLabel(const char* name, const char* role)
{
    auto* label = new QLabel(this);
    label->setObjectName(QString::fromLatin1(name));
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
    label->setTextFormat(Qt::PlainText);
    if (role != nullptr) label->setProperty("role", QString::fromLatin1(role));
    return label;
}

void PanelButton::setLook(const char* property, const char* value)
{
    setProperty(property, QString::fromLatin1(value));
    style()->unpolish(this);
    style()->polish(this);
}

void PanelButton::paintEvent(QPaintEvent*)
{
    QStyleOption option;
    option.initFrom(this);
    if (isDown()) option.state |= QStyle::State_Sunken;
    QStylePainter painter(this);
    painter.drawPrimitive(QStyle::PE_Widget, option);
}

void PanelButton::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace es::ui
