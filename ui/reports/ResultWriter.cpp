#include "ui/reports/ResultWriter.h"

#include "ui/reports/Writers.h"

namespace es::ui {

std::unique_ptr<ResultWriter> makeResultWriter(ReportFormat format, QIODevice& device)
{
    switch (format) {
    case ReportFormat::kCsv: return makeCsvWriter(device);
    case ReportFormat::kJson: return makeJsonWriter(device);
    case ReportFormat::kTable: break;
    }
    return makeTableWriter(device);
}

} // namespace es::ui
