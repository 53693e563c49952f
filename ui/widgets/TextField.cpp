#include "ui/widgets/TextField.h"

#include <QMimeData>

namespace es::ui {

void TextField::insertFromMimeData(const QMimeData* source)
{
    if (source && !source->formats().isEmpty()) QPlainTextEdit::insertFromMimeData(source);
}

} // namespace es::ui
