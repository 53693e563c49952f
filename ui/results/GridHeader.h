// The header of a result: lock and name, under it the type and the encryption scheme. Thread: GUI thread only.
#pragma once

#include <QHeaderView>

namespace es::ui {

class GridHeader : public QHeaderView {
    Q_OBJECT
public:
    explicit GridHeader(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    [[nodiscard]] QSize sectionSizeFromContents(int section) const override;
};

}  // namespace es::ui
