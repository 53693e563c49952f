// JSON, streamed: {"resultSets":[{"columns":[{"name","type","encryption",...}],"rows":[[...],...]}, ...], members given to finish}.
// Rows are arrays, since two columns may have the same name. One row per line, so that large files stay readable.
#include "driver/types/TypeNames.h"
#include "ui/reports/CellText.h"
#include "ui/reports/DeviceOutput.h"
#include "ui/reports/Writers.h"

namespace es::ui {

namespace {

QByteArray stateName(types::ColumnState state)
{
    switch (state) {
    case types::ColumnState::kDecrypted: return QByteArrayLiteral("decrypted");
    case types::ColumnState::kCiphertext: return QByteArrayLiteral("ciphertext");
    case types::ColumnState::kPlain: break;
    }
    return QByteArrayLiteral("plain");
}

QByteArray columnObject(const types::ColumnInfo& column)
{
    QByteArray text = "{\"name\":" + jsonText(column.name) + ",\"type\":" + jsonText(types::typeName(column.type))
        + ",\"nullable\":" + (column.nullable ? "true" : "false") + ",\"state\":\"" + stateName(column.state) + '"';
    if (!column.encryptionScheme.empty()) text += ",\"encryption\":" + jsonText(column.encryptionScheme);
    return text + '}';
}

class JsonWriter : public ResultWriter {
public:
    explicit JsonWriter(QIODevice& device)
        : m_output(device)
    {
        m_output.put("{\"resultSets\":[");
    }

    base::Result<void> columns(std::shared_ptr<const types::ColumnSet> columns) override
    {
        m_output.put(m_columns ? "]},\n" : "\n");
        m_columns = std::move(columns);
        m_firstRow = true;
        m_output.put("{\"columns\":[");
        const char* separator = "";
        for (const types::ColumnInfo& column : *m_columns) {
            m_output.put(separator + columnObject(column));
            separator = ",";
        }
        m_output.put("],\"rows\":[");
        return m_output.status();
    }

    base::Result<void> rows(const types::RowBlock& block) override
    {
        for (std::size_t row = 0; row < block.rowCount(); ++row) {
            m_output.put(m_firstRow ? "\n[" : ",\n[");
            m_firstRow = false;
            for (std::size_t column = 0; column < m_columns->size(); ++column) {
                if (column > 0) m_output.put(",");
                m_output.put(jsonCell(block, row, column, (*m_columns)[column].type));
            }
            m_output.put("]");
        }
        return m_output.status();
    }

    base::Result<void> endResult(bool) override { return m_output.flush(); }

    base::Result<void> finish(const QByteArray& members) override
    {
        m_output.put(m_columns ? "]}\n]" : "]");
        if (!members.isEmpty()) m_output.put(",\n" + members);
        m_output.put("}\n");
        return m_output.flush();
    }

private:
    DeviceOutput m_output;
    std::shared_ptr<const types::ColumnSet> m_columns;
    bool m_firstRow = true;
};

} // namespace

std::unique_ptr<ResultWriter> makeJsonWriter(QIODevice& device)
{
    return std::make_unique<JsonWriter>(device);
}

} // namespace es::ui
