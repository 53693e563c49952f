// Versions and licences. Thread: GUI thread only.
#pragma once

#include <QDialog>

namespace es::ui {

class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent = nullptr);
};

} // namespace es::ui
