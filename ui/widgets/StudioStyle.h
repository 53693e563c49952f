// Fusion with icons of our own where it would read a picture file: that alone loads every image plugin, at each start, for the menu bar.
// Thread: GUI thread only.
#pragma once

#include <QProxyStyle>

namespace es::ui {

class StudioStyle : public QProxyStyle {
    Q_OBJECT
public:
    StudioStyle();

    [[nodiscard]] QIcon standardIcon(StandardPixmap which, const QStyleOption* option = nullptr, const QWidget* widget = nullptr) const override;
};

} // namespace es::ui
