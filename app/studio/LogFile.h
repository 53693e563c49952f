// The program's log: starts, connections and failures by code and number. No statement, no value, no password, no key.
// Thread: any (locked inside).
#pragma once

#include "driver/base/LogSink.h"

#include <QFile>
#include <QString>

#include <mutex>

namespace es::studio {

class LogFile : public base::LogSink {
public:
    // Appends; past 1 MiB the old file becomes `<name>.old`. A folder that cannot be written leaves the log empty and path() too.
    explicit LogFile(const QString& path);
    [[nodiscard]] QString path() const;
    void write(base::LogLevel level, std::string_view room, std::string_view line) override;
    // Qt's own warnings go here too, beside standard error. Precondition: this lives as long as the program.
    void takeQtMessages();

private:
    std::mutex m_mutex;
    QFile m_file;
};

} // namespace es::studio
