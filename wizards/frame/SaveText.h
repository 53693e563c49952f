// Saves a text to a file that the person names; the file is whole or not there. Thread: GUI thread only.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace es::wizards {

// Opens the file dialog and returns. `done` is told the path, or why not; neither when the person cancels.
void saveText(QWidget* parent, const QString& title, const QString& suggestedName, const QByteArray& text,
    const std::function<void(const QString& path, const QString& problem)>& done);

} // namespace es::wizards
