#include "driver/tds/ServerMessage.h"

#include "driver/base/Utf16.h"
#include "driver/tds/Token.h"

#include <algorithm>

namespace es::tds {
namespace {

constexpr std::uint8_t kFatalSeverity = 20;
constexpr std::size_t kMaxMessageUnits = 30000;  // leaves room for both names inside the 16-bit token length

// The longest beginning with at most `units` code units.
std::string_view cutToUnits(std::string_view text, std::size_t units)
{
    if (text.size() <= units)
        return text;  // never more code units than UTF-8 bytes
    std::size_t offset = 0;
    while (offset < text.size()) {
        const base::CodePoint point = base::codePointAt(text, offset);
        const std::size_t need = point.value > 0xFFFF ? 2 : 1;
        if (need > units)
            break;
        units -= need;
        offset += point.sizeBytes;
    }
    return text.substr(0, offset);
}

}  // namespace

void appendToken(base::ByteWriter& out, const ServerMessage& message)
{
    out.u8(message.isError ? token::kError : token::kInfo);
    const std::size_t lengthAt = out.size();
    out.u16le(0);
    out.i32le(message.error.number);
    out.u8(message.error.state);
    out.u8(message.error.severity);
    out.usVarchar(cutToUnits(message.error.message, kMaxMessageUnits));
    out.bVarchar(message.error.serverName);
    out.bVarchar(message.error.procedure);
    out.i32le(message.error.line);
    out.patchU16le(lengthAt, static_cast<std::uint16_t>(out.size() - lengthAt - sizeof(std::uint16_t)));
}

ServerMessage readServerMessage(base::ByteReader& body, bool isError)
{
    ServerMessage message;
    message.isError = isError;
    message.error.number = body.i32le();
    message.error.state = body.u8();
    message.error.severity = body.u8();
    message.error.message = body.usVarchar();
    message.error.serverName = body.bVarchar();
    message.error.procedure = body.bVarchar();
    message.error.line = body.i32le();
    return message;
}

base::Consequence consequenceOf(const base::ServerError& error)
{
    return error.severity >= kFatalSeverity ? base::Consequence::kSessionUnusable : base::Consequence::kStatementFailed;
}

}  // namespace es::tds
