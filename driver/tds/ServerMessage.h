// ERROR and INFO: what the server has to say.                                                         MS-TDS 2.2.7.10, 2.2.7.13
//   u16 length, i32 number, u8 state, u8 class, US_VARCHAR message, B_VARCHAR server, B_VARCHAR procedure, i32 line
// Thread: any (plain value).
#pragma once

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"

namespace es::tds {

struct ServerMessage {
    bool isError = false;  // ERROR 0xAA, else INFO 0xAB
    base::ServerError error;
};

// A message too long for the token's 16-bit length is cut.
void appendToken(base::ByteWriter& out, const ServerMessage& message);
[[nodiscard]] ServerMessage readServerMessage(base::ByteReader& body, bool isError);  // behind the length

// What an ERROR token costs, by its severity (20 and above: the connection is dead).
[[nodiscard]] base::Consequence consequenceOf(const base::ServerError& error);

}  // namespace es::tds
