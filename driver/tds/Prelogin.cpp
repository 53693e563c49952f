#include "driver/tds/Prelogin.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/tds/Errors.h"

#include <algorithm>

namespace es::tds {
namespace {

constexpr std::uint8_t kTerminator = 0xFF;
constexpr std::size_t kEntryBytes = 5;
constexpr std::size_t kVersionBytes = 6;
constexpr std::uint8_t kEncryptionMask = 0x3F;  // above: client certificate and others

}  // namespace

const base::Bytes* Prelogin::find(PreloginToken token) const
{
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const PreloginOption& o) { return o.token == static_cast<std::uint8_t>(token); });
    return found == options.end() ? nullptr : &found->data;
}

std::optional<ProductVersion> Prelogin::version() const
{
    const base::Bytes* data = find(PreloginToken::kVersion);
    if (data == nullptr || data->size() != kVersionBytes)
        return std::nullopt;
    base::ByteReader reader(*data);
    ProductVersion version;
    version.major = reader.u8();
    version.minor = reader.u8();
    version.build = reader.u16be();
    version.subBuild = reader.u16le();
    return version;
}

std::optional<Encryption> Prelogin::encryption() const
{
    const base::Bytes* data = find(PreloginToken::kEncryption);
    if (data == nullptr || data->size() != 1 || (data->front() & kEncryptionMask) > 3)
        return std::nullopt;
    return static_cast<Encryption>(data->front() & kEncryptionMask);
}

bool Prelogin::mars() const
{
    const base::Bytes* data = find(PreloginToken::kMars);
    return data != nullptr && data->size() == 1 && data->front() == 1;
}

void Prelogin::set(PreloginToken token, base::Bytes data)
{
    for (PreloginOption& option : options)
        if (option.token == static_cast<std::uint8_t>(token)) {
            option.data = std::move(data);
            return;
        }
    options.push_back({static_cast<std::uint8_t>(token), std::move(data)});
}

void Prelogin::setVersion(const ProductVersion& version)
{
    base::ByteWriter writer;
    writer.u8(version.major);
    writer.u8(version.minor);
    writer.u16be(version.build);
    writer.u16le(version.subBuild);
    set(PreloginToken::kVersion, std::move(writer).take());
}

void Prelogin::setEncryption(Encryption encryption)
{
    set(PreloginToken::kEncryption, {static_cast<base::Byte>(encryption)});
}

base::Bytes encodePrelogin(const Prelogin& prelogin)
{
    base::ByteWriter writer;
    std::size_t offset = prelogin.options.size() * kEntryBytes + 1;
    for (const PreloginOption& option : prelogin.options) {
        writer.u8(option.token);
        writer.u16be(static_cast<std::uint16_t>(offset));
        writer.u16be(static_cast<std::uint16_t>(option.data.size()));
        offset += option.data.size();
    }
    writer.u8(kTerminator);
    for (const PreloginOption& option : prelogin.options)
        writer.bytes(option.data);
    return std::move(writer).take();
}

base::Result<Prelogin> decodePrelogin(base::ByteView payload)
{
    const auto malformed = [] { return protocolError(kMalformed, "The first message (PRELOGIN) of the connection is malformed."); };
    Prelogin prelogin;
    base::ByteReader reader(payload);
    for (;;) {
        const std::uint8_t token = reader.u8();
        if (!reader.ok())
            return malformed();
        if (token == kTerminator)
            break;
        const std::size_t offset = reader.u16be();
        const std::size_t size = reader.u16be();
        base::ByteReader data(payload);
        data.skip(offset);
        const base::ByteView view = data.bytes(size);
        if (!reader.ok() || !data.ok())
            return malformed();
        prelogin.options.push_back({token, base::Bytes(view.begin(), view.end())});
    }
    if (prelogin.options.empty() || prelogin.options.front().token != static_cast<std::uint8_t>(PreloginToken::kVersion)
        || !prelogin.version())
        return malformed();
    return prelogin;
}

ServerEncryption negotiateAsServer(Encryption client, bool forced)
{
    using Tls = ServerEncryption::Tls;
    switch (client) {
    case Encryption::kOff:
        return forced ? ServerEncryption{Encryption::kRequired, Tls::kFull} : ServerEncryption{Encryption::kOff, Tls::kLoginOnly};
    case Encryption::kOn:
    case Encryption::kRequired:
        return {Encryption::kOn, Tls::kFull};
    case Encryption::kNotSupported:
        break;
    }
    return forced ? ServerEncryption{Encryption::kRequired, Tls::kClose} : ServerEncryption{Encryption::kNotSupported, Tls::kNone};
}

base::Result<void> requireFullTls(Encryption serverAnswer)
{
    if (serverAnswer == Encryption::kOn || serverAnswer == Encryption::kRequired)
        return {};
    base::Error error
        = base::makeError(kUnexpected, "The server offers no encryption of the connection, and this program does not go on without.",
            "encrypt", "Install a certificate on the server, or connect to a server that has one.");
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

}  // namespace es::tds
