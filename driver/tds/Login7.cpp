// Fixed part of LOGIN7 (little-endian; offsets from the payload's first byte; lengths in code units unless said otherwise)
//   offset size field                      offset size field
//   0      4    length of the payload      56     2+2  extension: offset, BYTES (4)
//   4      4    TDS version                60     2+2  library name
//   8      4    packet size                64     2+2  language
//   12     4    client program version     68     2+2  database
//   16     4    client process             72     6    client id
//   20     4    connection id              78     2+2  SSPI: offset, BYTES
//   24     4    flags 1, 2, type, 3        82     2+2  file to attach
//   28     4    time zone                  86     2+2  new password (obfuscated)
//   32     4    LCID                       90     4    SSPI bytes when the field above says 0xFFFF
//   36     2+2  host, 40 user, 44 password (obfuscated), 48 application, 52 server
#include "driver/tds/Login7.h"

#include "driver/base/Utf16.h"
#include "driver/tds/Errors.h"
#include "driver/tds/Packet.h"

#include <algorithm>

namespace es::tds {
namespace {

constexpr std::size_t kFixedBytes = 94;
constexpr std::size_t kMaxLoginBytes = std::size_t{128} << 10;
constexpr std::size_t kMaxUnits = 128;
constexpr std::size_t kMaxFileUnits = 260;
constexpr std::size_t kMaxSspiBytes = 0xFFFE;
constexpr std::uint8_t kExtensionUsed = 0x10;
constexpr base::Byte kPasswordMask = 0xA5;

base::Byte swapNibbles(base::Byte byte)
{
    return static_cast<base::Byte>(byte << 4 | byte >> 4);
}

// Appends one piece of data behind the fixed part and its offset and length into it.
class LoginWriter {
public:
    void text(std::string_view utf8) { data(base::utf16leFromUtf8(utf8), 2); }
    void data(base::ByteView bytes, std::size_t unitBytes)
    {
        fixed.u16le(static_cast<std::uint16_t>(kFixedBytes + tail.size()));
        fixed.u16le(static_cast<std::uint16_t>(bytes.size() / unitBytes));
        tail.bytes(bytes);
    }
    // Room for a secret: only zeros pass through these buffers. Returns where in the payload it goes.
    std::size_t secret(std::size_t sizeBytes)
    {
        const std::size_t at = kFixedBytes + tail.size();
        data(base::Bytes(sizeBytes), 2);
        return at;
    }

    base::ByteWriter fixed;
    base::ByteWriter tail;
};

base::Result<void> checkLengths(const Login7& login, const base::SecureBytes& password, const base::SecureBytes& newPassword)
{
    const auto tooLong = [](std::string text, std::string setting) {
        return base::makeError(kCannotEncode, std::move(text), std::move(setting), "Use a shorter one.");
    };
    const struct { const std::string& text; const char* what; const char* setting; std::size_t maxUnits; } texts[] = {
        {login.hostName, "name of this computer", "", kMaxUnits}, {login.userName, "user name", "user", kMaxUnits},
        {login.appName, "application name", "", kMaxUnits},       {login.serverName, "server name", "host", kMaxUnits},
        {login.libraryName, "library name", "", kMaxUnits},       {login.language, "language", "language", kMaxUnits},
        {login.database, "database name", "database", kMaxUnits}, {login.attachFile, "name of the file to attach", "", kMaxFileUnits}};
    for (const auto& [text, what, setting, maxUnits] : texts)
        if (base::utf16Units(text) > maxUnits)
            return tooLong("The " + std::string(what) + " is longer than " + std::to_string(maxUnits) + " characters.", setting);
    if (password.size() > 2 * kMaxUnits || newPassword.size() > 2 * kMaxUnits)
        return tooLong("The password is longer than 128 characters.", "password");
    if (login.sspi.size() > kMaxSspiBytes)
        return tooLong("The sign-in ticket is longer than 64 KB.", {});
    return {};
}

void writeFixedHead(base::ByteWriter& out, const Login7& login, std::size_t totalBytes)
{
    out.u32le(static_cast<std::uint32_t>(totalBytes));
    out.u32le(login.tdsVersion);
    out.u32le(login.packetBytes);
    out.u32le(login.clientProgramVersion);
    out.u32le(login.clientProcessId);
    out.u32le(login.connectionId);
    out.u8(login.optionFlags1);
    out.u8(login.optionFlags2);
    out.u8(login.typeFlags);
    out.u8(static_cast<std::uint8_t>(login.features ? login.optionFlags3 | kExtensionUsed : login.optionFlags3 & ~kExtensionUsed));
    out.i32le(login.timeZone);
    out.u32le(login.lcid);
}

// Offset and length of one field, and the bytes they point to.
class LoginReader {
public:
    explicit LoginReader(base::ByteView payload) : m_payload(payload), fixed(payload) {}

    base::ByteView data(std::size_t unitBytes)
    {
        const std::size_t offset = fixed.u16le();
        const std::size_t size = fixed.u16le() * unitBytes;
        return at(offset, size);
    }
    base::ByteView at(std::size_t offset, std::size_t size)
    {
        if (size == 0)
            return {};  // an empty field may point anywhere
        base::ByteReader reader(m_payload);
        reader.skip(offset);
        const base::ByteView view = reader.bytes(size);
        if (!reader.ok())
            fixed.fail();
        return view;
    }
    std::string text() { return base::utf8FromUtf16le(data(2)); }

private:
    base::ByteView m_payload;

public:
    base::ByteReader fixed;
};

base::Result<std::vector<Feature>> readExtension(LoginReader& reader, base::ByteView payload, base::ByteView extension)
{
    base::ByteReader pointer(extension);
    base::ByteReader block(payload);
    block.skip(pointer.u32le());
    std::vector<Feature> features = readFeatures(block);
    if (!pointer.ok() || !block.ok())
        reader.fixed.fail();
    return features;
}

}  // namespace

base::SecureBytes obfuscatePassword(const base::SecureBytes& utf8)
{
    const base::ByteView plain = utf8.reveal(base::SecretAccess::forLogin());
    const std::string_view text(reinterpret_cast<const char*>(plain.data()), plain.size());
    base::SecureBytes out(base::utf16Units(text) * 2);
    const std::span<base::Byte> bytes = out.revealMutable(base::SecretAccess::forLogin());
    std::size_t position = 0;
    const auto put = [&](char32_t unit) {
        for (const char32_t part : {unit & 0xFF, unit >> 8})
            if (position < bytes.size())
                bytes[position++] = swapNibbles(static_cast<base::Byte>(part)) ^ kPasswordMask;
    };
    for (std::size_t offset = 0; offset < text.size();) {
        const base::CodePoint point = base::codePointAt(text, offset);
        offset += point.sizeBytes;
        if (point.value > 0xFFFF) {
            put(0xD800 + ((point.value - 0x10000) >> 10));
            put(0xDC00 + ((point.value - 0x10000) & 0x3FF));
        } else {
            put(point.value);
        }
    }
    return out;
}

base::SecureBytes recoverPassword(base::ByteView obfuscated)
{
    base::SecureBytes plain(obfuscated);
    const std::span<base::Byte> bytes = plain.revealMutable(base::SecretAccess::forLogin());
    for (base::Byte& byte : bytes)
        byte = swapNibbles(byte ^ kPasswordMask);
    std::string utf8 = base::utf8FromUtf16le(bytes);
    base::SecureBytes out(base::viewOf(utf8));
    base::scrub(utf8.data(), utf8.size());
    return out;
}

base::Result<base::SecureBytes> encodeLogin7(const Login7& login)
{
    const base::SecureBytes password = obfuscatePassword(login.password);
    const base::SecureBytes newPassword = obfuscatePassword(login.newPassword);
    ES_CHECK(checkLengths(login, password, newPassword));
    base::ByteWriter features;
    if (login.features)
        appendFeatures(features, *login.features);

    LoginWriter writer;
    writer.text(login.hostName);
    writer.text(login.userName);
    const std::size_t passwordAt = writer.secret(password.size());
    writer.text(login.appName);
    writer.text(login.serverName);
    const std::size_t pointerAt = writer.tail.size();
    writer.data(base::Bytes(login.features ? sizeof(std::uint32_t) : 0), 1);
    writer.text(login.libraryName);
    writer.text(login.language);
    writer.text(login.database);
    writer.fixed.bytes(login.clientId);
    writer.data(login.sspi, 1);
    writer.text(login.attachFile);
    const std::size_t newPasswordAt = writer.secret(newPassword.size());
    writer.fixed.u32le(0);
    if (login.features)
        writer.tail.patchU32le(pointerAt, static_cast<std::uint32_t>(kFixedBytes + writer.tail.size()));
    writer.tail.bytes(features.view());

    const std::size_t total = kFixedBytes + writer.tail.size();
    base::ByteWriter head;
    writeFixedHead(head, login, total);
    base::SecureBytes payload;
    payload.append(head.view());
    payload.append(writer.fixed.view());
    payload.append(writer.tail.view());
    const std::span<base::Byte> bytes = payload.revealMutable(base::SecretAccess::forLogin());
    const auto place = [&](const base::SecureBytes& secret, std::size_t at) {
        const base::ByteView view = secret.reveal(base::SecretAccess::forLogin());
        std::copy(view.begin(), view.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    };
    place(password, passwordAt);
    place(newPassword, newPasswordAt);
    return payload;
}

base::Result<base::SecureBytes> encodeLogin7Packets(const Login7& login, std::size_t packetBytes)
{
    ES_TRY(const base::SecureBytes payload, encodeLogin7(login));
    base::Bytes packets;
    packets.reserve(payload.size() + (payload.size() / kMinPacketBytes + 2) * kPacketHeaderBytes);  // never grows: no copy left behind
    appendPackets(PacketType::kLogin7, payload.reveal(base::SecretAccess::forLogin()), packetBytes, packets);
    base::SecureBytes out{base::ByteView(packets)};
    base::scrub(packets.data(), packets.size());
    return out;
}

base::Result<Login7> decodeLogin7(base::ByteView payload)
{
    if (payload.size() > kMaxLoginBytes)
        return protocolError(kTooLarge, "The login message is longer than 128 KB.");
    LoginReader reader(payload);
    const std::uint32_t length = reader.fixed.u32le();
    if (payload.size() < kFixedBytes || length > payload.size())
        return protocolError(kTruncated, "The login message is cut off.");
    Login7 login;
    login.tdsVersion = reader.fixed.u32le();
    login.packetBytes = reader.fixed.u32le();
    login.clientProgramVersion = reader.fixed.u32le();
    login.clientProcessId = reader.fixed.u32le();
    login.connectionId = reader.fixed.u32le();
    login.optionFlags1 = reader.fixed.u8();
    login.optionFlags2 = reader.fixed.u8();
    login.typeFlags = reader.fixed.u8();
    login.optionFlags3 = reader.fixed.u8();
    login.timeZone = reader.fixed.i32le();
    login.lcid = reader.fixed.u32le();
    login.hostName = reader.text();
    login.userName = reader.text();
    login.password = recoverPassword(reader.data(2));
    login.appName = reader.text();
    login.serverName = reader.text();
    const base::ByteView extension = reader.data(1);
    login.libraryName = reader.text();
    login.language = reader.text();
    login.database = reader.text();
    const base::ByteView clientId = reader.fixed.bytes(login.clientId.size());
    std::copy(clientId.begin(), clientId.end(), login.clientId.begin());
    const std::size_t sspiOffset = reader.fixed.u16le();
    std::size_t sspiBytes = reader.fixed.u16le();
    login.attachFile = reader.text();
    login.newPassword = recoverPassword(reader.data(2));
    const std::uint32_t longSspiBytes = reader.fixed.u32le();
    if (sspiBytes == 0xFFFF && longSspiBytes != 0)
        sspiBytes = longSspiBytes;
    const base::ByteView sspi = reader.at(sspiOffset, sspiBytes);
    login.sspi.assign(sspi.begin(), sspi.end());
    if ((login.optionFlags3 & kExtensionUsed) != 0) {
        ES_TRY(login.features, readExtension(reader, payload, extension));
    }
    if (!reader.fixed.ok())
        return protocolError(kMalformed, "The login message points outside itself.");
    return login;
}

}  // namespace es::tds
