// Tables and their columns with what each becomes: the choices of the wizard as a tree. Thread: GUI thread only.
#pragma once

#include "wizards/plan/Choices.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace es::wizards {

class ColumnTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { kName, kState, kType, kKey, kPossible, kColumnCount };
    static constexpr int kDetailRole = Qt::UserRole; // the data type beside a column's name
    static constexpr int kObstacleRole = Qt::UserRole + 1; // why it cannot be chosen; empty: it can
    static constexpr int kIconRole = Qt::UserRole + 2; // name of an icon, and its token after a blank

    explicit ColumnTreeModel(QObject* parent = nullptr);

    // Starts anew. `keys`: what a column can be encrypted with in place, the first is taken where nothing else is said.
    void setSnapshot(std::shared_ptr<const catalog::CatalogSnapshot> snapshot);
    [[nodiscard]] const QStringList& keys() const { return m_keys; }
    [[nodiscard]] static QString keyText(const QString& key); // "CEK1 (enclave-enabled)"
    // "[schema].[table].[column]": checked with that target; "[schema].[table]" is only found. Returns the first one.
    QModelIndex preselect(const QStringList& names, catalog::EncryptionType target);
    void setTarget(const QModelIndex& index, catalog::EncryptionType target);
    void setKey(const QModelIndex& index, const QString& key);

    [[nodiscard]] std::vector<ColumnChoice> choices() const; // of what is checked and would change
    [[nodiscard]] int changedCount() const { return static_cast<int>(choices().size()); }
    [[nodiscard]] static catalog::EncryptionType targetOf(const QModelIndex& index);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& = {}) const override { return kColumnCount; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void choicesChanged();

private:
    struct Row {
        const catalog::Column* column = nullptr;
        bool checked = false;
        catalog::EncryptionType target = catalog::EncryptionType::kPlaintext;
        QString key;
        QString obstacle;
    };
    struct Group {
        const catalog::Table* table = nullptr;
        std::vector<Row> rows;
    };
    [[nodiscard]] Row* rowOf(const QModelIndex& index);
    [[nodiscard]] const Row* rowOf(const QModelIndex& index) const;
    [[nodiscard]] QVariant tableData(const Group& group, int column, int role) const;
    [[nodiscard]] QVariant columnData(const Group& group, const Row& row, int column, int role) const;
    [[nodiscard]] QString possible(const Row& row) const;
    [[nodiscard]] bool differs(const Row& row) const;
    void check(Row& row, bool checked, catalog::EncryptionType target);
    void rowChanged(const QModelIndex& index);

    std::shared_ptr<const catalog::CatalogSnapshot> m_snapshot;
    std::vector<Group> m_groups;
    QStringList m_keys;
};

} // namespace es::wizards
