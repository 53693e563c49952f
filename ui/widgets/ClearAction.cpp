#include "ui/widgets/ClearAction.h"

#include "ui/widgets/Theme.h"

#include <QAction>
#include <QCoreApplication>
#include <QLineEdit>

namespace es::ui {

void addClearAction(QLineEdit* edit)
{
    QAction* clear = edit->addAction(Theme::instance().icon("close"), QLineEdit::TrailingPosition);
    clear->setObjectName(QStringLiteral("clearTextAction"));
    clear->setText(QCoreApplication::translate("ClearAction", "Clear"));
    clear->setVisible(!edit->text().isEmpty());
    QObject::connect(clear, &QAction::triggered, edit, &QLineEdit::clear);
    QObject::connect(edit, &QLineEdit::textChanged, clear, [clear](const QString& text) { clear->setVisible(!text.isEmpty()); });
    QObject::connect(&Theme::instance(), &Theme::changed, clear, [clear] { clear->setIcon(Theme::instance().icon("close")); });
}

} // namespace es::ui
