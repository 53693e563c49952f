// LOGINACK: the login succeeded.                                                                      MS-TDS 2.2.7.14
//   u16 length, u8 interface, 4 bytes TDS version BIG-endian, B_VARCHAR program, u8 major, minor, build high, build low
// Thread: any (plain value).
#pragma once

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"

#include <array>

namespace es::tds {

struct LoginAck {
    std::uint8_t interfaceId = 1;
    std::uint32_t tdsVersion = 0;
    std::string program;
    std::array<base::Byte, 4> programVersion{};  // major, minor, build high, build low
};

void appendToken(base::ByteWriter& out, const LoginAck& ack);
[[nodiscard]] LoginAck readLoginAck(base::ByteReader& body);  // behind the length

}  // namespace es::tds
