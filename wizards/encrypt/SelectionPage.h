// Column Selection: which columns become what. Thread: GUI thread only.
#pragma once

#include "wizards/encrypt/ColumnTreeModel.h"
#include "wizards/frame/WizardPage.h"

class QBoxLayout;
class QComboBox;
class QFrame;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTreeView;

namespace es::ui {
class Banner;
}

namespace es::wizards {

class ColumnDelegate;

class SelectionPage : public WizardPage {
    Q_OBJECT
public:
    SelectionPage(const QStringList& columns, bool decrypt, QWidget* parent = nullptr);

    // The first time the columns of the constructor are chosen; later what was chosen stays.
    void setSnapshot(const std::shared_ptr<const catalog::CatalogSnapshot>& snapshot);
    [[nodiscard]] std::vector<ColumnChoice> choices() const { return m_model->choices(); }
    [[nodiscard]] bool needsKey() const; // something shall be encrypted, and there is no usable key
    void showProblem(const QString& title, const QString& text, const QString& fix);
    void showBusy(const QString& words);

    [[nodiscard]] bool isComplete() const override;
    [[nodiscard]] QWidget* firstFocus() const override;

Q_SIGNALS:
    void fixRequested(); // of showProblem

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildTools();
    void buildTree();
    void buildCard();
    void preselect();
    void applyToSelected();
    void choicesChanged();
    void showCard();
    void setReady(bool ready);
    void fitColumns();
    [[nodiscard]] QModelIndex sourceOf(const QModelIndex& index) const;

    QStringList m_columns;
    bool m_decrypt;
    bool m_ready = false;
    bool m_first = true;
    ColumnTreeModel* m_model;
    QSortFilterProxyModel* m_proxy;
    ColumnDelegate* m_delegate;
    ui::Banner* m_banner;
    QBoxLayout* m_tools = nullptr;
    QLineEdit* m_find = nullptr;
    QComboBox* m_bulkType = nullptr;
    QComboBox* m_bulkKey = nullptr;
    QPushButton* m_apply = nullptr;
    QTreeView* m_tree = nullptr;
    QFrame* m_card = nullptr;
    QLabel* m_cardIcon = nullptr;
    QLabel* m_cardTitle = nullptr;
    QGridLayout* m_cardLines = nullptr;
};

} // namespace es::wizards
