// One result set as a table: blocks of rows are appended as they arrive, cell text is made when asked for.
// Thread: GUI thread only.
#pragma once

#include "driver/types/RowBlock.h"

#include <QAbstractTableModel>

#include <vector>

namespace es::ui {

class ResultGridModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        kIsNullRole = Qt::UserRole + 1, // bool
        kColumnStateRole, // int of types::ColumnState: plain, decrypted, ciphertext (cells and headers)
        kTypeNameRole, // header: "char(11)"
        kSchemeRole, // header: "Randomized", "Deterministic" or empty
        kKeyNameRole, // header: the column encryption key where known
        kFullTextRole, // cells: not shortened
    };
    // Longest text of Qt::DisplayRole; longer cells end with an ellipsis, kFullTextRole has all.
    static constexpr int kDisplayLimit = 4096;

    explicit ResultGridModel(QObject* parent = nullptr);

    void setColumns(std::shared_ptr<const types::ColumnSet> columns); // resets the model
    void appendRows(std::shared_ptr<const types::RowBlock> block); // an empty block is fine
    void clear();

    [[nodiscard]] const types::ColumnSet& columns() const;
    [[nodiscard]] quint64 memoryBytes() const { return m_memoryBytes; }
    // Precondition: inside the table. Valid as long as the model holds the block.
    [[nodiscard]] base::ByteView cellBytes(int row, int column) const;
    [[nodiscard]] bool isNull(int row, int column) const;
    [[nodiscard]] QString cellText(int row, int column) const; // complete; NULL gives "NULL"

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Position {
        const types::RowBlock* block;
        std::size_t row;
    };
    [[nodiscard]] Position positionOf(int row) const;
    [[nodiscard]] QVariant columnHeader(const types::ColumnInfo& column, int role) const;
    [[nodiscard]] QString headerToolTip(const types::ColumnInfo& column) const;
    [[nodiscard]] QString headerSentence(const types::ColumnInfo& column) const;

    std::shared_ptr<const types::ColumnSet> m_columns;
    std::vector<std::shared_ptr<const types::RowBlock>> m_blocks;
    std::vector<int> m_firstRows; // of each block
    int m_rowCount = 0;
    quint64 m_memoryBytes = 0;
};

} // namespace es::ui
