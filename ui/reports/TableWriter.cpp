// A table for a terminal: columns as wide as the first rows need, numbers to the right. Rows are held back only until the
// widths are settled; later cells that are wider push their line out of shape rather than being cut.
#include "driver/types/TypeNames.h"
#include "ui/reports/CellText.h"
#include "ui/reports/DeviceOutput.h"
#include "ui/reports/Writers.h"

#include <algorithm>

namespace es::ui {

namespace {

constexpr std::size_t kRowsForWidths = 1000;
constexpr int kWidestColumn = 256;

class TableWriter : public ResultWriter {
public:
    explicit TableWriter(QIODevice& device)
        : m_output(device)
    {
    }

    base::Result<void> columns(std::shared_ptr<const types::ColumnSet> columns) override
    {
        close(true);
        m_columns = std::move(columns);
        m_rowCount = 0;
        m_widths.clear();
        for (const types::ColumnInfo& column : *m_columns)
            m_widths.push_back(std::max(1, displayWidth(headerOf(column).toStdString())));
        return m_output.status();
    }

    base::Result<void> rows(const types::RowBlock& block) override
    {
        for (std::size_t row = 0; row < block.rowCount(); ++row) {
            std::vector<QByteArray> cells;
            for (std::size_t column = 0; column < m_columns->size(); ++column)
                cells.push_back(tableCell(block, row, column, (*m_columns)[column].type));
            ++m_rowCount;
            if (m_settled)
                writeLine(cells);
            else
                holdBack(std::move(cells));
        }
        return m_output.status();
    }

    base::Result<void> endResult(bool complete) override
    {
        close(complete);
        return m_output.flush();
    }

    base::Result<void> finish(const QByteArray&) override { return endResult(true); }

private:
    static QByteArray headerOf(const types::ColumnInfo& column)
    {
        return column.name.empty() ? QByteArrayLiteral("(No column name)") : QByteArray::fromStdString(column.name);
    }

    void holdBack(std::vector<QByteArray> cells)
    {
        for (std::size_t i = 0; i < cells.size(); ++i)
            m_widths[i] = std::max(m_widths[i], std::min(kWidestColumn, displayWidth(cells[i].toStdString())));
        m_held.push_back(std::move(cells));
        if (m_held.size() >= kRowsForWidths) settle();
    }

    // Header, rule, and the rows that were held back.
    void settle()
    {
        m_settled = true;
        std::vector<QByteArray> header;
        std::vector<QByteArray> rule;
        for (std::size_t i = 0; i < m_columns->size(); ++i) {
            header.push_back(headerOf((*m_columns)[i]));
            rule.push_back(QByteArray(m_widths[i], '-'));
        }
        writeLine(header);
        writeLine(rule);
        for (const auto& cells : m_held)
            writeLine(cells);
        m_held.clear();
    }

    void writeLine(const std::vector<QByteArray>& cells)
    {
        QByteArray line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const QByteArray blanks(std::max(0, m_widths[i] - displayWidth(cells[i].toStdString())), ' ');
            const bool right = types::isNumber((*m_columns)[i].type.id);
            line += (i > 0 ? "  " : "") + (right ? blanks + cells[i] : cells[i] + blanks);
        }
        while (line.endsWith(' '))
            line.chop(1);
        m_output.put(line + '\n');
    }

    // The foot of the open result set, if there is one.
    void close(bool complete)
    {
        if (!m_columns) return;
        if (!m_settled) settle();
        const QByteArray rows = QByteArray::number(static_cast<qulonglong>(m_rowCount)) + (m_rowCount == 1 ? " row" : " rows");
        m_output.put((complete ? "(" : "(broken off after ") + rows + ")\n\n");
        m_columns.reset();
        m_settled = false;
    }

    DeviceOutput m_output;
    std::shared_ptr<const types::ColumnSet> m_columns;
    std::vector<int> m_widths;
    std::vector<std::vector<QByteArray>> m_held;
    std::uint64_t m_rowCount = 0;
    bool m_settled = false;
};

} // namespace

std::unique_ptr<ResultWriter> makeTableWriter(QIODevice& device)
{
    return std::make_unique<TableWriter>(device);
}

} // namespace es::ui
