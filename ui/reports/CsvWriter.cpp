// CSV as in RFC 4180: CRLF, one header line, result sets after the first behind an empty line. NULL is an empty field, the
// empty text "" (both read back right by tools that know the difference). UTF-8 without a mark.
#include "ui/reports/CellText.h"
#include "ui/reports/DeviceOutput.h"
#include "ui/reports/Writers.h"

namespace es::ui {

namespace {

class CsvWriter : public ResultWriter {
public:
    explicit CsvWriter(QIODevice& device)
        : m_output(device)
    {
    }

    base::Result<void> columns(std::shared_ptr<const types::ColumnSet> columns) override
    {
        if (m_columns) m_output.put("\r\n");
        m_columns = std::move(columns);
        const char* separator = "";
        for (const types::ColumnInfo& column : *m_columns) {
            m_output.put(separator + csvText(column.name));
            separator = ",";
        }
        m_output.put("\r\n");
        return m_output.status();
    }

    base::Result<void> rows(const types::RowBlock& block) override
    {
        for (std::size_t row = 0; row < block.rowCount(); ++row) {
            for (std::size_t column = 0; column < m_columns->size(); ++column) {
                if (column > 0) m_output.put(",");
                m_output.put(csvCell(block, row, column, (*m_columns)[column].type));
            }
            m_output.put("\r\n");
        }
        return m_output.status();
    }

    base::Result<void> endResult(bool) override { return m_output.flush(); }
    base::Result<void> finish(const QByteArray&) override { return m_output.flush(); }

private:
    DeviceOutput m_output;
    std::shared_ptr<const types::ColumnSet> m_columns;
};

} // namespace

std::unique_ptr<ResultWriter> makeCsvWriter(QIODevice& device)
{
    return std::make_unique<CsvWriter>(device);
}

} // namespace es::ui
