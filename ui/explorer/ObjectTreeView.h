// The tree itself: how a row is drawn, which keys do what, and how it keeps its place while its rows change.
// Thread: GUI thread only.
#pragma once

#include <QPersistentModelIndex>
#include <QTreeView>

#include <functional>

namespace es::ui {

class ObjectTreeDelegate;
class ObjectTreeModel;

class ObjectTreeView : public QTreeView {
    Q_OBJECT
public:
    explicit ObjectTreeView(ObjectTreeModel& model, QWidget* parent = nullptr);

    // Runs a change of the model; the first row in sight stays where it is.
    void keepingPlace(const std::function<void()>& change);

    // What is expanded, and the current row; taken back later by name, also when rows were away in between.
    struct Places {
        QStringList expanded;
        QString current;
        QString top;
    };
    [[nodiscard]] Places places() const;
    void restore(const Places& places);
    // Opens what leads to rows the filter found, a few hundred at most.
    void expandFound();

Q_SIGNALS:
    void rowActivated(const QModelIndex& index); // Enter, or a click, on a row that does something
    void refreshRequested();
    void stopRequested();
    void copyRequested();
    void menuRequested(const QModelIndex& index, const QPoint& globalPosition); // index invalid: beside the rows
    void touched(); // the person chose a row

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;

private:
    void requestMenuOfCurrent();
    void collectExpanded(const QModelIndex& parent, QStringList& places) const;
    void expandFoundBelow(const QModelIndex& parent, int& budget);

    ObjectTreeModel& m_model;
    ObjectTreeDelegate* m_delegate;
    QPersistentModelIndex m_pressed;
    QModelIndex m_hovered; // valid during one painting
};

} // namespace es::ui
