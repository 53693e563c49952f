// A window remembers its size from one time to the next. Thread: GUI thread only.
#pragma once

#include <QSize>

class QWidget;

namespace es::ui {

// Gives `window` the size it had last, else `start`; never larger than the screen's free area. The size is kept under
// "windows/<objectName>": set the object name first.
void keepSize(QWidget* window, const QSize& start);

} // namespace es::ui
