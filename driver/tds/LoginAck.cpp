#include "driver/tds/LoginAck.h"

#include "driver/tds/Token.h"

#include <algorithm>

namespace es::tds {

void appendToken(base::ByteWriter& out, const LoginAck& ack)
{
    out.u8(token::kLoginAck);
    const std::size_t lengthAt = out.size();
    out.u16le(0);
    out.u8(ack.interfaceId);
    out.u32be(ack.tdsVersion);
    out.bVarchar(ack.program);
    out.bytes(ack.programVersion);
    out.patchU16le(lengthAt, static_cast<std::uint16_t>(out.size() - lengthAt - sizeof(std::uint16_t)));
}

LoginAck readLoginAck(base::ByteReader& body)
{
    LoginAck ack;
    ack.interfaceId = body.u8();
    ack.tdsVersion = body.u32be();
    ack.program = body.bVarchar();
    const base::ByteView version = body.bytes(ack.programVersion.size());
    std::copy(version.begin(), version.end(), ack.programVersion.begin());
    return ack;
}

}  // namespace es::tds
