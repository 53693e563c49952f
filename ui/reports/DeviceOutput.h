// Buffered writing that remembers its first failure. Thread: one at a time.
#pragma once

#include "ui/reports/ResultWriter.h"

#include <optional>

namespace es::ui {

class DeviceOutput {
public:
    explicit DeviceOutput(QIODevice& device)
        : m_device(device)
    {
    }

    void put(const QByteArray& text);
    // Everything to the device. Errors: kWriteFailed, the same from then on.
    [[nodiscard]] base::Result<void> flush();
    [[nodiscard]] base::Result<void> status() const;

private:
    static constexpr qsizetype kBufferBytes = 1 << 16;
    QIODevice& m_device;
    QByteArray m_buffer;
    std::optional<base::Error> m_failure;
};

} // namespace es::ui
