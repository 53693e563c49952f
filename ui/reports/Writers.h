// The three writers behind makeResultWriter. Thread: any.
#pragma once

#include "ui/reports/ResultWriter.h"

namespace es::ui {

[[nodiscard]] std::unique_ptr<ResultWriter> makeTableWriter(QIODevice& device);
[[nodiscard]] std::unique_ptr<ResultWriter> makeCsvWriter(QIODevice& device);
[[nodiscard]] std::unique_ptr<ResultWriter> makeJsonWriter(QIODevice& device);

} // namespace es::ui
