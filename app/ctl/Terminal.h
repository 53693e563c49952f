// Where enclavectl writes: results to standard output, everything else to standard error. Thread: main thread only.
#pragma once

#include "driver/base/Error.h"
#include "ui/services/QueryService.h"

#include <QFile>

namespace es::ctl {

class Terminal {
public:
    // `json`: errors and messages as one JSON object per line.
    explicit Terminal(bool json);

    [[nodiscard]] QIODevice& out() { return m_out; }
    [[nodiscard]] bool isJson() const { return m_json; }
    // False: nobody reads any more, or the disk is full.
    bool write(const QByteArray& text);

    // `exitStatus`: what the program will end with because of it.
    void error(const base::Error& error, int exitStatus);
    void message(const ui::QueryMessage& message);
    void note(const QString& text); // progress; not in JSON
    // As a JSON string.
    [[nodiscard]] static QByteArray quoted(const QString& text);

private:
    void toStderr(const QByteArray& line);

    QFile m_out;
    QFile m_err;
    bool m_json;
};

// "wire":{"sentBytes":1,"receivedBytes":2,"roundTrips":3},"encryption":"on"
[[nodiscard]] QByteArray factsMembers(const ui::SessionFacts& facts);

} // namespace es::ctl
