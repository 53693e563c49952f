// PRELOGIN: version, encryption and other options, before anything else.                           MS-TDS 2.2.6.5
// Payload: entries {token u8, offset u16 BE, length u16 BE}, 0xFF, then the data; offsets from the payload's first byte.
// Thread: any (plain values).
#pragma once

#include "driver/base/Bytes.h"

#include <array>
#include <optional>

namespace es::tds {

enum class PreloginToken : std::uint8_t {
    kVersion = 0, kEncryption = 1, kInstance = 2, kThreadId = 3, kMars = 4, kTraceId = 5, kFedAuthRequired = 6, kNonce = 7,
};

enum class Encryption : std::uint8_t { kOff = 0, kOn = 1, kNotSupported = 2, kRequired = 3 };

struct PreloginOption {
    std::uint8_t token = 0;  // PreloginToken, or one that we do not know
    base::Bytes data;
};

struct ProductVersion {
    std::uint8_t major = 0, minor = 0;
    std::uint16_t build = 0;     // big-endian on the wire
    std::uint16_t subBuild = 0;  // little-endian on the wire
};

struct Prelogin {
    std::vector<PreloginOption> options;  // in wire order; VERSION must be first

    [[nodiscard]] const base::Bytes* find(PreloginToken token) const;
    [[nodiscard]] std::optional<ProductVersion> version() const;
    [[nodiscard]] std::optional<Encryption> encryption() const;  // flag bits above 0x3F masked
    [[nodiscard]] bool mars() const;

    void set(PreloginToken token, base::Bytes data);  // replaces or appends
    void setVersion(const ProductVersion& version);
    void setEncryption(Encryption encryption);
};

[[nodiscard]] base::Bytes encodePrelogin(const Prelogin& prelogin);
// Errors: kMalformed (offset or length outside, no terminator, no VERSION in first place).
[[nodiscard]] base::Result<Prelogin> decodePrelogin(base::ByteView payload);

// What a server answers to what a client asked; `forced` = the server insists on TLS.
struct ServerEncryption {
    Encryption answer = Encryption::kNotSupported;
    enum class Tls : std::uint8_t { kNone, kLoginOnly, kFull, kClose } tls = Tls::kNone;
};
[[nodiscard]] ServerEncryption negotiateAsServer(Encryption client, bool forced);
// For a client that sent kOn or kRequired: full TLS or an error. Errors: kUnexpected (the server has no TLS; setting "encrypt").
[[nodiscard]] base::Result<void> requireFullTls(Encryption serverAnswer);

}  // namespace es::tds
