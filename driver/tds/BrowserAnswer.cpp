#include "driver/tds/BrowserAnswer.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/tds/Errors.h"

#include <algorithm>
#include <charconv>

namespace es::tds {
namespace {

constexpr base::Byte kAskInstance = 0x04;
constexpr base::Byte kAnswer = 0x05;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isNameByte(char c)
{
    return c > ' ' && c < 0x7F && c != ';' && c != '\\';
}

// Up to the next semicolon, which is passed by. Nothing: there is none.
std::optional<std::string_view> field(std::string_view& text)
{
    const auto end = text.find(';');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view found = text.substr(0, end);
    text.remove_prefix(end + 1);
    return found;
}

std::optional<std::uint16_t> portOf(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (end.ec != std::errc{} || end.ptr != digits.data() + digits.size() || port == 0)
        return std::nullopt;
    return port;
}

}  // namespace

bool sameInstance(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

base::Result<base::Bytes> encodeInstanceQuestion(std::string_view instance)
{
    if (instance.empty() || instance.size() > kMaxInstanceNameBytes || !std::all_of(instance.begin(), instance.end(), isNameByte))
        return protocolError(kCannotEncode, "\"" + std::string(instance) + "\" is not the name of an instance.");
    base::Bytes question{kAskInstance};
    question.insert(question.end(), instance.begin(), instance.end());
    question.push_back(0);
    return question;
}

base::Bytes encodeBrowserAnswer(const BrowserAnswer& answer)
{
    std::string text = "ServerName;" + answer.serverName + ";InstanceName;" + answer.instanceName + ";IsClustered;No;Version;" + answer.version + ";";
    if (answer.tcpPort)
        text += "tcp;" + std::to_string(*answer.tcpPort) + ";";
    text += ";";
    base::ByteWriter out;
    out.u8(kAnswer);
    out.u16le(static_cast<std::uint16_t>(text.size()));
    out.bytes(base::viewOf(text));
    return base::Bytes(out.view().begin(), out.view().end());
}

base::Result<BrowserAnswer> decodeBrowserAnswer(base::ByteView datagram)
{
    base::ByteReader reader(datagram);
    const bool known = reader.u8() == kAnswer;
    const std::size_t size = reader.u16le();
    if (!reader.ok())
        return protocolError(kTruncated, "The answer of SQL Server Browser is cut off.");
    if (!known)
        return protocolError(kMalformed, "The answer does not come from SQL Server Browser.");
    if (size > kMaxBrowserAnswerBytes)
        return protocolError(kTooLarge, "The answer of SQL Server Browser is longer than its protocol allows.");
    const base::ByteView body = reader.bytes(size);
    if (!reader.ok() || reader.offsetBytes() != datagram.size())
        return protocolError(kTruncated, "The answer of SQL Server Browser has another length than it says.");

    std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
    BrowserAnswer answer;
    while (!text.empty()) {
        const auto key = field(text);
        if (key && key->empty() && text.empty())
            return answer.instanceName.empty() ? base::Result<BrowserAnswer>(protocolError(kMalformed, "SQL Server Browser names no instance."))
                                               : base::Result<BrowserAnswer>(std::move(answer));
        const auto value = key ? field(text) : std::nullopt;
        if (!value || key->empty())
            break;
        if (sameInstance(*key, "ServerName"))
            answer.serverName = *value;
        else if (sameInstance(*key, "InstanceName"))
            answer.instanceName = *value;
        else if (sameInstance(*key, "Version"))
            answer.version = *value;
        else if (sameInstance(*key, "tcp")) {
            answer.tcpPort = portOf(*value);
            if (!answer.tcpPort)
                break;
        }
    }
    return protocolError(kMalformed, "The answer of SQL Server Browser cannot be read.");
}

}  // namespace es::tds
