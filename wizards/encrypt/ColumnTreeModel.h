// Tables and their columns with what each column shall become: the choices of the wizard, as a tree. Thread: GUI thread only.
#pragma once

#include "driver/catalog/CatalogSnapshot.h"
#include "wizards/plan/Choices.h"

#include <QAbstractItemModel>

#include <memory>

namespace es::wizards {

class ColumnTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column : int { kName, kState, kType, kKey, kPossible, kColumnCount };
    enum Role : int {
        kDetailRole = Qt::UserRole, // name column: the type, after the name
        kTargetRole, // type column: catalog::EncryptionType as int
        kKeyRole, // key column: the key's name
        kCipherRole, // an encrypted target: violet
    };

    explicit ColumnTreeModel(QObject* parent = nullptr);

    // What was chosen before stays chosen where the column is still there.
    void setSnapshot(std::shared_ptr<const catalog::CatalogSnapshot> snapshot);
    // What a column becomes when it is checked.
    void setDefaults(catalog::EncryptionType target, const QString& key);
    // Columns that were chosen for a key that is not there get this one.
    void fillMissingKeys(const QString& key);
    // False: no such column, or it cannot be changed.
    bool choose(const std::string& schema, const std::string& table, const std::string& column);
    // Sets target and key of a column and checks it; impossible ones are left alone. `key` empty: as it is.
    void apply(const QModelIndex& index, catalog::EncryptionType target, const QString& key);

    [[nodiscard]] std::vector<ColumnChoice> choices() const;
    [[nodiscard]] int chosenCount() const;
    [[nodiscard]] QStringList usableKeys() const; // enclave-enabled, in the catalog's order
    // Null for a table's row.
    [[nodiscard]] const catalog::Column* columnAt(const QModelIndex& index) const;
    [[nodiscard]] const catalog::Table* tableAt(const QModelIndex& index) const;
    [[nodiscard]] catalog::EncryptionType targetAt(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex indexOf(const std::string& schema, const std::string& table, const std::string& column = {}) const;
    [[nodiscard]] bool isPossible(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void choicesChanged();

private:
    struct Choice {
        bool checked = false;
        catalog::EncryptionType target = catalog::EncryptionType::kPlaintext;
        QString key;
        QString impossible; // why; empty: it can be changed
    };
    [[nodiscard]] Choice freshChoice(const catalog::Column& column) const;
    [[nodiscard]] Choice* choiceAt(const QModelIndex& index);
    [[nodiscard]] const Choice* choiceAt(const QModelIndex& index) const;
    [[nodiscard]] QString keyName(const catalog::Column& column) const;
    [[nodiscard]] QString keyLabel(const QString& key) const;
    [[nodiscard]] QVariant tableData(const QModelIndex& index, int role) const;
    [[nodiscard]] QString displayText(const QModelIndex& index) const;
    void check(const QModelIndex& index, bool checked);
    void settle(const QModelIndex& index);
    void rowChanged(const QModelIndex& index);

    std::shared_ptr<const catalog::CatalogSnapshot> m_snapshot;
    std::vector<std::vector<Choice>> m_choices; // as the snapshot's tables and columns
    catalog::EncryptionType m_defaultTarget = catalog::EncryptionType::kRandomized;
    QString m_defaultKey;
};

} // namespace es::wizards
