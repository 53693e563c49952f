// The end of the log file, read-only, with its place: needs no program of the desktop to look at it. Thread: GUI thread only.
#pragma once

#include <QWidget>

namespace es::ui {

class LogWindow : public QWidget {
    Q_OBJECT
public:
    explicit LogWindow(const QString& path, QWidget* parent = nullptr); // deletes itself when closed
};

} // namespace es::ui
