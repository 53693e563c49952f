// INSERT BULK and the bulk load message behind it: rows as a stream of tokens, put into the table by ordinary INSERT statements of many
// rows each, so that conversions, constraints, identity and encryption are the engine's own. One load takes effect whole or not at all.
// Thread: the session thread.                                                tds reference 6.6; always-encrypted-wire 2.6
#pragma once

#include "app/sandbox/engine/EngineSession.h"
#include "driver/tds/ColMetadata.h"

namespace es::sandbox {

class BulkLoad {
public:
    explicit BulkLoad(EngineSession& session, bool columnEncryption) : m_session(session), m_columnEncryption(columnEncryption) {}

    // The INSERT BULK statement: finds table and columns, and waits for the rows. Errors and the DONE go into the sink.
    ExecOutcome begin(std::string_view text, ExecSink& sink, std::stop_token stop);
    // Whatever else the client sends ends the waiting.
    void forget() { m_target.reset(); }
    // The rows. An Error: the message is malformed and the connection has to end.
    base::Result<ExecOutcome> load(base::ByteView payload, ExecSink& sink, std::stop_token stop);

private:
    struct Column {
        std::string name;
        ResultColumn column;                // of the table
        std::optional<CipherInfo> cipher;   // of an encrypted column, as it is now
        bool skipped = false;               // an identity column whose values are made here
    };
    struct Target {
        std::string table;                  // quoted
        std::vector<Column> columns;
        bool keepNulls = false;
        bool keepIdentity = false;
        bool allowEncryptedValues = false;
        bool explicitIdentity = false;      // values for the identity column come and are kept
    };
    class Rows;

    EngineSession& m_session;
    bool m_columnEncryption;
    std::optional<Target> m_target;
};

}  // namespace es::sandbox
