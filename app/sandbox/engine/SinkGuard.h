// Between a session and the sink of its client: what is open in the answer, whether the client still listens, rows that are kept back.
// Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Engine.h"
#include "app/sandbox/engine/Sqlite.h"

namespace es::sandbox {

// The rows of INSERT .. EXEC, kept back from the client.
struct RowCollector {
    std::vector<types::SqlType> types; // of the first set
    struct Collected {
        Stored value;
        types::SqlType type;
    };
    std::vector<types::SqlType> current; // of the set under way
    std::vector<std::vector<Collected>> rows;
    bool mismatch = false; // a later set has another number of columns
    bool encrypted = false; // some column is
    std::optional<base::Error> failure;
    void columns(const ResultShape& shape);
    void row(std::span<const Cell> cells);
};

// Remembers whether the answer ends with a DONE, and turns a sink that gave up into a stop.
class SinkGuard {
public:
    explicit SinkGuard(ExecSink& sink)
        : m_sink(sink)
    {
    }
    bool columns(const ResultShape& shape)
    {
        if (m_collector) {
            m_collector->columns(shape);
            return m_alive;
        }
        m_open = true;
        return m_alive = m_sink.columns(shape) && m_alive;
    }
    bool row(std::span<const Cell> cells)
    {
        if (m_collector) {
            m_collector->row(cells);
            return m_alive;
        }
        return m_alive = m_sink.row(cells) && m_alive;
    }
    void message(const base::ServerError& message, bool isError)
    {
        m_open = true;
        m_sink.message(message, isError);
    }
    void done(StatementDone done)
    {
        if (m_collector) return;
        m_open = false;
        if (m_depth > 0) done.place = StatementDone::Place::kInProcedure;
        m_alive = m_sink.done(done) && m_alive;
    }
    // Around what runs inside a procedure or sp_executesql; endCall is the end of the outermost one.
    void enter() { ++m_depth; }
    void leave() { --m_depth; }
    // Rows go to `collector` from now on, and DONEs nowhere; null: to the client again.
    void collectInto(RowCollector* collector) { m_collector = collector; }
    [[nodiscard]] bool collecting() const { return m_collector != nullptr; }
    [[nodiscard]] bool inside() const { return m_depth > 0; }
    void endCall()
    {
        m_open = false;
        m_alive = m_sink.done({Command::kExecute, {}, false, StatementDone::Place::kEndOfProcedure}) && m_alive;
    }
    void envChange(const EnvNotice& notice)
    {
        m_open = true;
        m_sink.envChange(notice);
    }
    void returnStatus(std::int32_t status)
    {
        m_open = true;
        m_sink.returnStatus(status);
    }
    void returnValue(const ReturnedParameter& parameter)
    {
        m_open = true;
        m_sink.returnValue(parameter);
    }
    [[nodiscard]] bool open() const { return m_open; }
    [[nodiscard]] bool alive() const { return m_alive; }
    [[nodiscard]] ExecSink& raw() { return m_sink; }

private:
    ExecSink& m_sink;
    bool m_open = true;
    bool m_alive = true;
    int m_depth = 0;
    RowCollector* m_collector = nullptr;
};

} // namespace es::sandbox
