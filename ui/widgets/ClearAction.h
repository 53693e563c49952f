// The small cross at the end of a search field. Qt's own takes its picture from the style, which loads plug-ins to find it: some
// milliseconds at the start of the program, and a picture that no theme of ours colours. Thread: GUI thread only.
#pragma once

class QLineEdit;

namespace es::ui {

// Shown while there is text; a click takes it away.
void addClearAction(QLineEdit* edit);

} // namespace es::ui
