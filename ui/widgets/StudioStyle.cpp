#include "ui/widgets/StudioStyle.h"

#include "ui/widgets/Theme.h"

namespace es::ui {

StudioStyle::StudioStyle()
    : QProxyStyle(QStringLiteral("Fusion"))
{
}

QIcon StudioStyle::standardIcon(StandardPixmap which, const QStyleOption* option, const QWidget* widget) const
{
    switch (which) {
    case SP_ToolBarHorizontalExtensionButton:
    case SP_ToolBarVerticalExtensionButton: return Theme::instance().icon("more");
    default: return QProxyStyle::standardIcon(which, option, widget);
    }
}

} // namespace es::ui
