// Column Selection: which columns become what. Thread: GUI thread only.
#pragma once

#include "wizards/encrypt/ColumnTreeModel.h"
#include "wizards/frame/WizardPage.h"

class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTreeView;

namespace es::wizards {

class SelectionPage : public WizardPage {
    Q_OBJECT
public:
    SelectionPage(const QStringList& preselected, bool decrypt, QWidget* parent = nullptr);

    void setSnapshot(std::shared_ptr<const catalog::CatalogSnapshot> snapshot);
    // What goes on instead of the table: "Reading the catalog…"; empty: the table.
    void setWaiting(const QString& text);
    [[nodiscard]] std::vector<ColumnChoice> choices() const { return m_model->choices(); }

    [[nodiscard]] bool isComplete() const override;
    [[nodiscard]] QString openText() const override;
    [[nodiscard]] QWidget* firstFocus() override;

Q_SIGNALS:
    void newMasterKeyRequested();
    void newEncryptionKeyRequested();

private:
    void buildTools();
    void applyToSelected();
    void explainCurrent();
    void showKeyHint();
    [[nodiscard]] QModelIndexList selectedColumns() const;

    const QStringList m_preselected;
    const bool m_decrypt;
    bool m_first = true;
    bool m_hasMasterKey = false;
    ColumnTreeModel* m_model;
    QSortFilterProxyModel* m_filtered;
    QLineEdit* m_find;
    QComboBox* m_type;
    QComboBox* m_key;
    QPushButton* m_apply;
    QTreeView* m_tree;
    QLabel* m_waiting;
    QFrame* m_keyHint;
    QLabel* m_keyHintText;
    QPushButton* m_newMaster;
    QPushButton* m_newKey;
    QLabel* m_cardTitle;
    QLabel* m_cardText;
};

} // namespace es::wizards
