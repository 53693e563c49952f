// What a server would send, put together by hand field by field: deliberately not with the product's encoders.
// Thread: one at a time.                                                             MS-TDS 2.2.7
#pragma once

#include "driver/base/Bytes.h"

#include <string>

namespace es::test {

using base::Bytes;
using base::ByteView;

class ServerBytes {
public:
    ServerBytes& u8(unsigned value);
    ServerBytes& u16(unsigned value);
    ServerBytes& u32(std::uint32_t value);
    ServerBytes& u64(std::uint64_t value);
    ServerBytes& raw(ByteView bytes);
    ServerBytes& hex(std::string_view text);
    ServerBytes& ucs2(std::string_view ascii);
    ServerBytes& bVarchar(std::string_view ascii);   // u8 count
    ServerBytes& usVarchar(std::string_view ascii);  // u16 count

    // Tokens
    ServerBytes& done(unsigned status, unsigned command, std::uint64_t rows);        // 0xFD
    ServerBytes& doneInProc(unsigned status, unsigned command, std::uint64_t rows);  // 0xFF
    ServerBytes& doneProc(unsigned status);                                          // 0xFE
    ServerBytes& error(int number, unsigned severity, std::string_view message, int line = 1, unsigned state = 1);
    ServerBytes& info(int number, std::string_view message);
    ServerBytes& envText(unsigned type, std::string_view now, std::string_view before);
    ServerBytes& envBytes(unsigned type, ByteView now, ByteView before);
    ServerBytes& loginAck(std::uint32_t version = 0x74000004);
    ServerBytes& columnEncryptionAck(unsigned version, std::string_view enclaveType = {});
    // COLMETADATA of one nullable int column "n"; `keyTable`: column encryption was negotiated.
    ServerBytes& intColumn(bool keyTable = false, std::string_view name = "n");
    ServerBytes& intRow(std::int32_t value);
    ServerBytes& returnStatus(std::int32_t value);

    [[nodiscard]] const Bytes& bytes() const { return m_bytes; }
    // As one message of type 0x04 in packets of at most `packetBytes`.
    [[nodiscard]] Bytes message(std::size_t packetBytes = 4096) const;

private:
    ServerBytes& message(unsigned token, int number, unsigned severity, std::string_view text, int line, unsigned state);
    Bytes m_bytes;
};

// A whole PRELOGIN answer with this ENCRYPTION value (1: on).
[[nodiscard]] Bytes preloginAnswer(unsigned encryption);

}  // namespace es::test
