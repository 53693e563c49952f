#include "ui/widgets/WindowSize.h"

#include <QEvent>
#include <QScreen>
#include <QSettings>
#include <QWidget>

namespace es::ui {

namespace {

QString keyOf(const QWidget* window)
{
    return QStringLiteral("windows/%1/size").arg(window->objectName());
}

class SizeKeeper : public QObject {
public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::Hide)
            if (const auto* window = qobject_cast<QWidget*>(watched); window && !window->isMaximized())
                QSettings().setValue(keyOf(window), window->size());
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

void keepSize(QWidget* window, const QSize& start)
{
    QSize size = QSettings().value(keyOf(window), start).toSize();
    if (!size.isValid()) size = start;
    if (const QScreen* screen = window->screen()) size = size.boundedTo(screen->availableSize());
    window->resize(size);
    window->installEventFilter(new SizeKeeper(window));
}

} // namespace es::ui
