// Results as text, streamed block by block, so that a result of any size needs no more memory than one block: CSV (RFC 4180),
// JSON, and a table for a terminal. Thread: one at a time.
#pragma once

#include "driver/base/Result.h"
#include "driver/types/RowBlock.h"

#include <QIODevice>

#include <memory>

namespace es::ui {

inline constexpr base::ErrorCode kWriteFailed{"reports", "WriteFailed"};

// One document of one or several result sets. Calls in order: (columns, rows*, endResult)*, finish. After the first error
// (kWriteFailed: disk full, closed pipe) the rest is refused with the same one.
class ResultWriter {
public:
    virtual ~ResultWriter() = default;
    virtual base::Result<void> columns(std::shared_ptr<const types::ColumnSet> columns) = 0;
    virtual base::Result<void> rows(const types::RowBlock& block) = 0;
    // Everything of this result set is handed to the device. False: it broke off, and the table says so.
    virtual base::Result<void> endResult(bool complete) = 0;
    // `members`: further members of the JSON document ("\"a\":1,\"b\":2"); the other formats have no place for them.
    virtual base::Result<void> finish(const QByteArray& members) = 0;
    [[nodiscard]] base::Result<void> finish() { return finish(QByteArray()); }
};

enum class ReportFormat : quint8 { kTable, kCsv, kJson };

// The device must be open for writing and outlive the writer.
[[nodiscard]] std::unique_ptr<ResultWriter> makeResultWriter(ReportFormat format, QIODevice& device);

} // namespace es::ui
