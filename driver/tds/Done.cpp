#include "driver/tds/Done.h"

namespace es::tds {

void appendToken(base::ByteWriter& out, const Done& done)
{
    out.u8(static_cast<std::uint8_t>(done.kind));
    out.u16le(done.status);
    out.u16le(done.command);
    out.u64le(done.rowCount);
}

Done readDone(base::ByteReader& reader, DoneKind kind)
{
    Done done;
    done.kind = kind;
    done.status = reader.u16le();
    done.command = reader.u16le();
    done.rowCount = reader.u64le();
    return done;
}

}  // namespace es::tds
