// The token stream of an answer, decoded while it comes: feed each packet's payload, pull the tokens.  MS-TDS 2.2.4
// Every byte is looked at once, also when one value fills a thousand packets; memory is what one unfinished token needs.
// Thread: one at a time.
#pragma once

#include "driver/tds/Token.h"

namespace es::tds {

struct DecoderOptions {
    bool columnEncryption = false;   // acknowledged at login: key tables and crypto metadata are on the wire
    bool bulkLoad = false;           // what a client sends as bulk load: table names of text columns have one part, decimals any length
    std::size_t maxTokenBytes = kMaxCellBytes;
};

class TokenDecoder {
public:
    explicit TokenDecoder(DecoderOptions options = {}) : m_options(options) {}

    // From the next COLMETADATA on; call it on FEATUREEXTACK.
    void setColumnEncryption(bool negotiated) { m_options.columnEncryption = negotiated; }

    // Bytes of the stream in any pieces. Ends the life of the last Row.
    void feed(base::ByteView payload);
    // The next token, or null: feed more. The token is valid until the next call of feed() or next().
    // OFFSET is passed by. After an error nothing more comes out.
    // Errors: kUnknownToken, kUnexpected, kMalformed, kUnknownType, kTooLarge, kRefusedByName.
    [[nodiscard]] base::Result<const Token*> next();
    // The message ended (packet with end of message, all tokens pulled): Errors: kTruncated when a token is unfinished.
    [[nodiscard]] base::Result<void> endOfMessage() const;
    // Forgets unfinished bytes and columns; options stay. For a fresh response.
    void reset();

private:
    enum class Phase : std::uint8_t { kToken, kColMetadata, kRow, kReturnValue };
    using MaybeToken = base::Result<const Token*>;

    [[nodiscard]] base::ByteView pending() const { return base::ByteView(m_buffer).subspan(m_offset); }
    [[nodiscard]] MaybeToken startToken();
    [[nodiscard]] MaybeToken continueColMetadata();
    [[nodiscard]] MaybeToken continueRow();
    [[nodiscard]] MaybeToken continueReturnValue();
    [[nodiscard]] MaybeToken fixedToken(std::uint8_t tokenByte);
    [[nodiscard]] MaybeToken lengthToken(std::uint8_t tokenByte, std::size_t lengthFieldBytes);
    [[nodiscard]] MaybeToken startReturnValue();
    [[nodiscard]] MaybeToken featureExtAck();
    [[nodiscard]] bool decodeBody(std::uint8_t tokenByte, base::ByteView body);
    [[nodiscard]] MaybeToken scanFailed(CellScanner::Status status);

    DecoderOptions m_options;
    base::Bytes m_buffer;
    std::size_t m_offset = 0;   // first byte not consumed
    Phase m_phase = Phase::kToken;
    bool m_again = false;       // a token was passed by: look for the next
    std::optional<base::Error> m_failure;
    std::optional<ColMetadataReader> m_metadataReader;
    bool m_haveColumns = false;
    RowReader m_rowReader;
    CellScanner m_valueScanner;
    ReturnValue m_returnValue;
    Token m_token;
};

}  // namespace es::tds
