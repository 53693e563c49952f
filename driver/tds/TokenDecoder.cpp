#include "driver/tds/TokenDecoder.h"

#include "driver/tds/Errors.h"

namespace es::tds {
namespace {

constexpr std::size_t kKeepCapacityBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxSmallTokenBytes = std::size_t{1} << 20;   // tokens without rows in them
constexpr std::size_t kFixedDoneBytes = 12;

constexpr const Token* kFeedMore = nullptr;

base::Error unexpected(std::string text)
{
    return protocolError(kUnexpected, std::move(text));
}

base::Error malformed(std::uint8_t tokenByte)
{
    return protocolError(kMalformed, "A part of the server's answer (token 0x" + base::toHex({&tokenByte, 1}) + ") is malformed.");
}

}  // namespace

void TokenDecoder::feed(base::ByteView payload)
{
    if (m_offset == m_buffer.size() && m_phase == Phase::kToken) {
        m_buffer.clear();
        if (m_buffer.capacity() > kKeepCapacityBytes)
            base::Bytes().swap(m_buffer);
        m_offset = 0;
    } else if (m_offset > 0) {
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_offset));
        if (m_phase == Phase::kRow)
            m_rowReader.shift(m_offset);
        if (m_phase == Phase::kReturnValue)
            m_valueScanner.shift(m_offset);
        m_offset = 0;
    }
    m_buffer.insert(m_buffer.end(), payload.begin(), payload.end());
}

void TokenDecoder::reset()
{
    *this = TokenDecoder(m_options);
}

base::Result<void> TokenDecoder::endOfMessage() const
{
    if (m_failure)
        return *m_failure;
    if (m_phase != Phase::kToken || !pending().empty())
        return protocolError(kTruncated, "The server's answer ends in the middle of a part.");
    return {};
}

TokenDecoder::MaybeToken TokenDecoder::next()
{
    if (m_failure)
        return *m_failure;
    MaybeToken token = kFeedMore;
    do {
        m_again = false;
        switch (m_phase) {
        case Phase::kToken: token = startToken(); break;
        case Phase::kColMetadata: token = continueColMetadata(); break;
        case Phase::kRow: token = continueRow(); break;
        case Phase::kReturnValue: token = continueReturnValue(); break;
        }
        if (!token)
            m_failure = token.error();
    } while (m_again && token);
    if (token && *token == nullptr && pending().size() > m_options.maxTokenBytes)
        return *(m_failure = protocolError(kTooLarge, "A row of the server's answer is longer than this program allows."));
    return token;
}

TokenDecoder::MaybeToken TokenDecoder::startToken()
{
    if (pending().empty())
        return kFeedMore;
    const std::uint8_t tokenByte = pending().front();
    switch (tokenByte) {
    case token::kRow:
    case token::kNbcRow:
        if (!m_haveColumns)
            return unexpected("The server sent a row before any column.");
        m_rowReader.start(tokenByte == token::kNbcRow, m_offset + 1);
        m_phase = Phase::kRow;
        return continueRow();
    case token::kColMetadata:
        ++m_offset;
        m_metadataReader.emplace(m_options.columnEncryption, m_options.bulkLoad);
        m_phase = Phase::kColMetadata;
        return continueColMetadata();
    case token::kDone:
    case token::kDoneProc:
    case token::kDoneInProc:
    case token::kReturnStatus:
    case token::kOffset: return fixedToken(tokenByte);
    case token::kError:
    case token::kInfo:
    case token::kEnvChange:
    case token::kLoginAck:
    case token::kOrder:
    case token::kSspi:
    case token::kTabName:
    case token::kColInfo: return lengthToken(tokenByte, sizeof(std::uint16_t));
    case token::kFedAuthInfo:
    case token::kSessionState: return lengthToken(tokenByte, sizeof(std::uint32_t));
    case token::kFeatureExtAck: return featureExtAck();
    case token::kReturnValue: return startReturnValue();
    case token::kDataClassification:
        return protocolError(kRefusedByName, "The server sent a DATACLASSIFICATION part, which this program did not ask for.");
    case token::kAltMetadata:
    case token::kAltRow:
        return protocolError(kRefusedByName, "The server sent the result of a COMPUTE clause, which this program does not read.");
    default:
        return protocolError(
            kUnknownToken, "The server sent a part that this program does not know (token 0x" + base::toHex({&tokenByte, 1}) + ").");
    }
}

TokenDecoder::MaybeToken TokenDecoder::continueColMetadata()
{
    ES_TRY(const bool complete, m_metadataReader->step(pending()));
    m_offset += m_metadataReader->consumedBytes();
    if (!complete)
        return kFeedMore;
    m_phase = Phase::kToken;
    auto metadata = std::make_shared<const ColMetadata>(std::move(*m_metadataReader).take());
    m_metadataReader.reset();
    if (metadata->present) {
        m_rowReader = RowReader(metadata->columns, m_options.bulkLoad);
        m_haveColumns = !metadata->columns.empty();
    }
    m_token = ColMetadataPtr(std::move(metadata));
    return &m_token;
}

TokenDecoder::MaybeToken TokenDecoder::continueRow()
{
    const CellScanner::Status status = m_rowReader.scan(m_buffer);
    if (status != CellScanner::Status::kDone)
        return scanFailed(status);
    m_phase = Phase::kToken;
    m_offset = m_rowReader.next();
    m_token = m_rowReader.row(m_buffer);
    return &m_token;
}

TokenDecoder::MaybeToken TokenDecoder::startReturnValue()
{
    base::ByteReader reader(pending());
    reader.u8();
    base::Result<ReturnValue> head = readReturnValueHead(reader, m_options.columnEncryption);
    if (!reader.ok())
        return pending().size() > kMaxSmallTokenBytes ? MaybeToken(malformed(token::kReturnValue)) : MaybeToken(kFeedMore);
    if (!head)
        return std::move(head).error();
    m_returnValue = std::move(head).value();
    m_valueScanner.start(cellLayoutOf(m_returnValue.type, Place::kResult), m_offset + reader.offsetBytes());
    m_phase = Phase::kReturnValue;
    return continueReturnValue();
}

TokenDecoder::MaybeToken TokenDecoder::continueReturnValue()
{
    const CellScanner::Status status = m_valueScanner.scan(m_buffer);
    if (status != CellScanner::Status::kDone)
        return scanFailed(status);
    m_phase = Phase::kToken;
    m_offset = m_valueScanner.next();
    if (!m_valueScanner.isNull()) {
        const auto at = [&](std::size_t offset) { return m_buffer.begin() + static_cast<std::ptrdiff_t>(offset); };
        m_returnValue.value.emplace(at(m_valueScanner.dataBegin()), at(m_valueScanner.dataEnd()));
    }
    m_token = std::move(m_returnValue);
    return &m_token;
}

TokenDecoder::MaybeToken TokenDecoder::scanFailed(CellScanner::Status status)
{
    switch (status) {
    case CellScanner::Status::kBad:
        return protocolError(kMalformed, "A value in the server's answer has a length that its type does not allow.");
    case CellScanner::Status::kOverLimit: return protocolError(kTooLarge, "A value in the server's answer is longer than 2 GB.");
    default: return kFeedMore;
    }
}

TokenDecoder::MaybeToken TokenDecoder::fixedToken(std::uint8_t tokenByte)
{
    base::ByteReader reader(pending());
    reader.u8();
    if (tokenByte == token::kReturnStatus) {
        const ReturnStatus status{reader.i32le()};
        if (reader.ok())
            m_token = status;
    } else if (tokenByte == token::kOffset) {
        reader.skip(2 * sizeof(std::uint16_t));
        m_again = reader.ok();  // obsolete: passed by
    } else {
        if (pending().size() <= kFixedDoneBytes)
            return kFeedMore;
        m_token = readDone(reader, static_cast<DoneKind>(tokenByte));
    }
    if (!reader.ok())
        return kFeedMore;
    m_offset += reader.offsetBytes();
    return m_again ? kFeedMore : &m_token;
}

TokenDecoder::MaybeToken TokenDecoder::lengthToken(std::uint8_t tokenByte, std::size_t lengthFieldBytes)
{
    base::ByteReader reader(pending());
    reader.u8();
    std::size_t size = lengthFieldBytes == sizeof(std::uint16_t) ? reader.u16le() : reader.u32le();
    if (!reader.ok())
        return kFeedMore;
    if (tokenByte == token::kEnvChange && reader.peekU8() == static_cast<std::uint8_t>(EnvChangeType::kPromoteTransaction)) {
        // Its length field is always 1: the L_VARBYTE inside and the empty old value say how far it really goes.
        base::ByteReader inside = reader;
        inside.u8();
        size = std::size_t{1} + sizeof(std::uint32_t) + inside.u32le() + 1;
        if (!inside.ok())
            return kFeedMore;
    }
    if (size > kMaxSmallTokenBytes)
        return malformed(tokenByte);
    const base::ByteView body = reader.bytes(size);
    if (!reader.ok())
        return kFeedMore;
    if (!decodeBody(tokenByte, body))
        return malformed(tokenByte);
    m_offset += reader.offsetBytes();
    return &m_token;
}

bool TokenDecoder::decodeBody(std::uint8_t tokenByte, base::ByteView bytes)
{
    base::ByteReader body(bytes);
    switch (tokenByte) {
    case token::kError: m_token = readServerMessage(body, true); break;
    case token::kInfo: m_token = readServerMessage(body, false); break;
    case token::kEnvChange: m_token = readEnvChange(body); break;
    case token::kLoginAck: m_token = readLoginAck(body); break;
    case token::kOrder: m_token = readOrder(body); break;
    case token::kSspi: m_token = SspiToken{base::Bytes(bytes.begin(), bytes.end())}; break;
    case token::kTabName: m_token = readTabName(body); break;
    case token::kColInfo: m_token = readColInfo(body); break;
    case token::kFedAuthInfo: m_token = readFedAuthInfo(body); break;
    case token::kSessionState: m_token = readSessionState(body); break;
    default: return false;
    }
    return body.ok();
}

TokenDecoder::MaybeToken TokenDecoder::featureExtAck()
{
    base::ByteReader reader(pending());
    reader.u8();
    FeatureExtAck ack{readFeatures(reader)};
    if (!reader.ok())
        return pending().size() > kMaxSmallTokenBytes ? MaybeToken(malformed(token::kFeatureExtAck)) : MaybeToken(kFeedMore);
    m_offset += reader.offsetBytes();
    m_token = std::move(ack);
    return &m_token;
}

}  // namespace es::tds
