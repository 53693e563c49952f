// The pages of resources/help, in one window of their own. Thread: GUI thread only.
#pragma once

#include <QString>

class QWidget;

namespace es::ui {

// F1 anywhere inside `window` opens `page` ("connect" for resources/help/connect.md). A child window with a page of its own wins.
void installHelp(QWidget* window, const QString& page);
// Opens the help window at `page`, or brings it to the front.
void showHelp(const QString& page);

} // namespace es::ui
