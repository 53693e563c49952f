// Hand-made answers of sp_describe_parameter_encryption, and a key store with known keys, for tests with column encryption.
//                                                                  always-encrypted-wire.md 3.3 - 3.5; enclave-protocol.md 2.3, 3.4
#pragma once

#include "driver/crypto/EcdhP384.h"
#include "driver/enclave/EnclavePackage.h"
#include "tests/driver/session/SessionFixture.h"

namespace es::test {

// A key store whose master keys are names: "alpha" signs with "signed by alpha", and unwraps the blob {n} to 32 bytes of n.
class NamedKeyStore final : public keystore::KeyStoreProvider {
public:
    [[nodiscard]] std::string_view name() const override { return "NAMED"; }
    base::Result<base::SecureBytes> decryptCek(std::string_view path, std::string_view, ByteView blob) override
    {
        ++unwraps;
        if (path == "secret")
            return keystore::secretNeeded(path);
        if (path == "broken" || blob.size() != 1)
            return base::makeError(keystore::kKeyNotFound, "Master key \"" + std::string(path) + "\" is not in the key store.", "key", "Import it.");
        return base::SecureBytes(ByteView(Bytes(32, blob[0])));
    }
    base::Result<Bytes> encryptCek(std::string_view, std::string_view, const base::SecureBytes&) override { return Bytes(); }
    base::Result<Bytes> signCmkMetadata(std::string_view path, bool) override { return signatureOf(path); }
    base::Result<bool> verifyCmkMetadata(std::string_view path, bool allow, ByteView signature) override
    {
        return allow && Bytes(signature.begin(), signature.end()) == signatureOf(path);
    }
    static Bytes signatureOf(std::string_view path)
    {
        const std::string text = "signed by " + std::string(path);
        return {text.begin(), text.end()};
    }

    int unwraps = 0;
};

struct KeyRow {
    std::uint32_t ordinal = 1;
    base::Byte blob = 7;  // plaintext key: 32 bytes of it
    std::string provider = "NAMED";
    std::string path = "alpha";
    bool requested = false;
    Bytes signature = NamedKeyStore::signatureOf("alpha");
};

struct ParameterRow {
    std::string name;
    unsigned type = 0;  // 0 plaintext, 1 deterministic, 2 randomized
    std::uint32_t keyOrdinal = 1;
    unsigned algorithm = 2;
    unsigned rule = 1;
};

inline ServerBytes& column(ServerBytes& bytes, std::string_view type, std::string_view name)
{
    return bytes.u32(0).u16(9).hex(type).bVarchar(name);
}

inline ServerBytes& shortBinary(ServerBytes& bytes, const Bytes& value)
{
    return value.empty() ? bytes.u16(0xFFFF) : bytes.u16(static_cast<unsigned>(value.size())).raw(value);
}

inline ServerBytes& shortText(ServerBytes& bytes, std::string_view text)
{
    return bytes.u16(static_cast<unsigned>(2 * text.size())).ucs2(text);
}

constexpr std::string_view kInt = "2604", kTinyInt = "2601", kBit = "6801", kName = "e700010904d00034", kPath = "e7401f0904d00034", kBinary8 = "ad0800",
                           kVarBinary = "a5a00f";

// Database 5, key id 100 + ordinal, metadata version eight times the ordinal.
inline void keyRows(ServerBytes& bytes, const std::vector<KeyRow>& rows)
{
    bytes.u8(0x81).u16(11).u16(0);
    for (const auto& [type, name] : std::initializer_list<std::pair<std::string_view, std::string_view>>{{kInt, "ordinal"}, {kInt, "database_id"}, {kInt, "key_id"},
             {kInt, "version"}, {kBinary8, "metadata_version"}, {kVarBinary, "encrypted_value"}, {kName, "provider"}, {kPath, "path"}, {kName, "algorithm"},
             {kBit, "is_requested_by_enclave"}, {kVarBinary, "signature"}})
        column(bytes, type, name);
    for (const KeyRow& row : rows) {
        bytes.u8(0xD1).u8(4).u32(row.ordinal).u8(4).u32(5).u8(4).u32(100 + row.ordinal).u8(4).u32(1);
        bytes.u16(8).raw(Bytes(8, static_cast<base::Byte>(row.ordinal)));
        shortBinary(bytes, {row.blob});
        shortText(bytes, row.provider);
        shortText(bytes, row.path);
        shortText(bytes, "RSA_OAEP");
        bytes.u8(1).u8(row.requested);
        shortBinary(bytes, row.signature);
    }
    bytes.doneInProc(0x11, 0xC1, rows.size());
}

inline void parameterRows(ServerBytes& bytes, const std::vector<ParameterRow>& rows)
{
    bytes.u8(0x81).u16(6).u16(0);
    for (const auto& [type, name] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {kInt, "ordinal"}, {kName, "name"}, {kTinyInt, "algorithm"}, {kTinyInt, "type"}, {kInt, "key_ordinal"}, {kTinyInt, "rule"}})
        column(bytes, type, name);
    std::uint32_t ordinal = 0;
    for (const ParameterRow& row : rows) {
        bytes.u8(0xD1).u8(4).u32(++ordinal);
        shortText(bytes, row.name);
        bytes.u8(1).u8(row.type == 0 ? 0 : row.algorithm).u8(1).u8(row.type);
        if (row.type == 0)
            bytes.u8(0).u8(0);  // NULL
        else
            bytes.u8(4).u32(row.keyOrdinal).u8(1).u8(row.rule);
    }
    bytes.doneInProc(0x11, 0xC1, rows.size());
}

// `attestation`: third result set, one row; nothing when empty.
inline Bytes describeAnswer(const std::vector<KeyRow>& keys, const std::vector<ParameterRow>& parameters, const Bytes& attestation = {})
{
    ServerBytes bytes;
    keyRows(bytes, keys);
    parameterRows(bytes, parameters);
    if (!attestation.empty()) {
        bytes.u8(0x81).u16(1).u16(0);
        column(bytes, "a5401f", "attestation_info");
        bytes.u8(0xD1).u16(static_cast<unsigned>(attestation.size())).raw(attestation).doneInProc(0x11, 0xC1, 1);
    }
    bytes.returnStatus(0).doneProc(0);
    return bytes.message();
}

// The enclave's side of protocol None.
struct TestEnclave {
    crypto::EcdhP384 key = crypto::EcdhP384::generate().value();
    base::Byte sessionNumber = 1;

    [[nodiscard]] Bytes attestationResult() const
    {
        ServerBytes bytes;
        bytes.u32(0).u32(8 + 4 + 4 + 104).raw(Bytes(8, sessionNumber)).u32(104).u32(0).raw(key.publicKey());
        return bytes.bytes();
    }

    // Opens the package in a request, with the client key of the describe request before it.
    [[nodiscard]] std::optional<enclave::OpenedPackage> open(const Bytes& describeRequest, const Bytes& request) const
    {
        static constexpr base::Byte kMagic[] = {0x45, 0x43, 0x4B, 0x33};
        const auto at = std::search(describeRequest.begin(), describeRequest.end(), std::begin(kMagic), std::end(kMagic));
        if (describeRequest.end() - at < 104)
            return std::nullopt;
        const auto sessionKey = enclave::deriveSessionKey(key, Bytes(at, at + 104));
        const Bytes package = packageOf(request);
        if (!sessionKey || package.empty())
            return std::nullopt;
        auto opened = enclave::openPackage(package, *sessionKey);
        return opened ? std::optional(std::move(opened).value()) : std::nullopt;
    }

    // Of a single-packet request on a version 2 connection: header 8, ALL_HEADERS 22, RPC: FFFF, id, options.
    [[nodiscard]] static Bytes packageOf(const Bytes& request)
    {
        const std::size_t at = 8 + 22 + (request[0] == 0x03 ? 6 : 0);
        const std::size_t size = request[at] + request[at + 1] * std::size_t{256};
        return {request.begin() + static_cast<std::ptrdiff_t>(at + 2), request.begin() + static_cast<std::ptrdiff_t>(at + 2 + size)};
    }
};

// A describe call with or without the client's public key in it.
inline std::function<std::string(ByteView)> describeCall(bool withAttestation)
{
    return [withAttestation](ByteView sent) {
        const std::string text(sent.begin(), sent.end());
        std::string name;
        for (const char c : std::string_view("sp_describe_parameter_encryption"))
            name += {c, '\0'};
        if (text.find(name) == std::string::npos)
            return std::string("not a describe call");
        if ((text.find("ECK3") != std::string::npos) != withAttestation)
            return std::string(withAttestation ? "attestation parameters are missing" : "attestation parameters although a session is open");
        return std::string();
    };
}

inline std::function<std::string(ByteView)> packageOfBytes(std::size_t size)
{
    return [size](ByteView sent) {
        const std::size_t found = TestEnclave::packageOf(Bytes(sent.begin(), sent.end())).size();
        return found == size ? std::string() : "package of " + std::to_string(found) + " bytes instead of " + std::to_string(size);
    };
}

}  // namespace es::test
