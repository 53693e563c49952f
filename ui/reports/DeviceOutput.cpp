#include "ui/reports/DeviceOutput.h"

namespace es::ui {

void DeviceOutput::put(const QByteArray& text)
{
    m_buffer += text;
    if (m_buffer.size() >= kBufferBytes) static_cast<void>(flush()); // remembered in m_failure
}

base::Result<void> DeviceOutput::flush()
{
    if (!m_failure && !m_buffer.isEmpty() && m_device.write(m_buffer) != m_buffer.size())
        m_failure = base::makeError(kWriteFailed, "The result could not be written: " + m_device.errorString().toStdString() + ".",
            "output", "Check the space on the disk and who reads the output.");
    m_buffer.clear();
    return status();
}

base::Result<void> DeviceOutput::status() const
{
    if (m_failure) return *m_failure;
    return {};
}

} // namespace es::ui
