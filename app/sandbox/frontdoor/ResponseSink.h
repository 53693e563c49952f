// What the engine tells, as tokens of a TDS answer. A DONE is held back until it is known whether more follows, since only the
// last one may lack the "more" bit. Thread: the connection's session thread.                 tds reference 9; wire reference 2.1 - 2.3
#pragma once

#include "app/sandbox/engine/EngineSession.h"
#include "app/sandbox/frontdoor/ResponseWriter.h"
#include "driver/tds/Token.h"

namespace es::sandbox {

class ResponseSink : public ExecSink {
public:
    // kBatch: statements end with DONE. kCall: with DONEINPROC, and the call with its status, output values and DONEPROC.
    enum class Form : std::uint8_t { kBatch, kCall };
    ResponseSink(ResponseWriter& writer, bool columnEncryption, std::string serverName, std::stop_token stop);

    void begin(Form form);
    // A call of an RPC message is over; its DONEPROC waits until it is known whether it is the message's last token.
    void endCall(bool lastCall);
    // Ends the message as it should end,
    void end();
    // or because it was stopped by an attention, whose acknowledgement follows as a message of its own: JDBC waits for two.
    void endWithAttention();
    // The acknowledgement alone, when nothing ran.
    void acknowledgeAttention();
    // Ends a request that could not be run at all.
    void endFailed();

    void error(const base::Error& error, std::int32_t number, std::uint8_t severity = 16);  // number: where the error has none of its own
    void token(const tds::EnvChange& change);
    // Where in the call the statement's own parameters begin: an output value is told with its position among all, which JDBC goes by.
    void parametersBeginAt(std::size_t position) { m_firstParameter = position; }
    // Output values go out by position alone: ODBC passes over named ones in the answer to sp_prepexecrpc.
    void returnUnnamed() { m_unnamed = true; }
    // RETURNVALUE of sp_prepare and sp_prepexec, under the name that the client gave the parameter.
    void returnHandle(std::int32_t handle, const std::string& name);
    void returnInteger(std::int32_t value, const std::string& name, std::size_t position);  // behind those there are
    // COLMETADATA that only says "as before": for fetches from a cursor whose client asked for no more.
    bool columnsAgain(const ResultShape& shape);
    [[nodiscard]] bool failed() const { return m_failed || m_callFailed; }

    bool columns(const ResultShape& shape) override;
    bool row(std::span<const Cell> cells) override;
    void message(const base::ServerError& message, bool isError) override;
    bool done(const StatementDone& done) override;
    void envChange(const EnvNotice& notice) override;
    void returnStatus(std::int32_t status) override;
    void returnValue(const ReturnedParameter& parameter) override;

private:
    void writePending();  // the DONE held back, with the "more" bit
    bool goesOn();
    bool sendColumns(const ResultShape& shape, bool again);
    [[nodiscard]] tds::Column columnOf(const ResultColumn& column) const;

    ResponseWriter& m_writer;
    bool m_columnEncryption;
    std::string m_serverName;
    std::stop_token m_stop;

    Form m_form = Form::kBatch;
    bool m_failed = false;      // an error since the last DONE
    bool m_callFailed = false;  // an error since begin()
    std::optional<tds::Done> m_pending;
    std::int32_t m_status = 0;
    std::vector<tds::ReturnValue> m_returned;
    std::size_t m_firstParameter = 0;
    bool m_unnamed = false;
    std::optional<tds::RowWriter> m_rows;
    std::vector<tds::Cell> m_cells;
};

// Key table and crypto metadata as the wire has them.
[[nodiscard]] tds::KeyTableEntry keyTableEntryOf(const KeyTableEntry& key);
[[nodiscard]] tds::CryptoMetadata cryptoMetadataOf(const types::SqlType& baseType, std::uint16_t keyOrdinal, std::uint8_t algorithmId,
                                                   std::uint8_t encryptionType, std::uint8_t normalizationRule);

}  // namespace es::sandbox
