// What a server reads before it knows who is there: packets, PRELOGIN, LOGIN7.
#include "Fuzz.h"
#include "driver/tds/Login7.h"
#include "driver/tds/Packet.h"
#include "driver/tds/Prelogin.h"

using namespace es;

namespace {

void readPrelogin(base::ByteView bytes)
{
    const auto prelogin = tds::decodePrelogin(bytes);
    if (!prelogin) return;
    (void)prelogin->version();
    (void)prelogin->encryption();
    (void)prelogin->mars();
    const auto again = tds::decodePrelogin(tds::encodePrelogin(*prelogin));
    ES_HOLDS(again && again->options.size() == prelogin->options.size());
}

void readLogin(base::ByteView bytes)
{
    const auto login = tds::decodeLogin7(bytes);
    if (!login) return;
    const auto encoded = tds::encodeLogin7(*login);
    if (!encoded) return; // longer than its own limits allow to write
    const auto again = tds::decodeLogin7(encoded->reveal(base::SecretAccess::forLogin()));
    ES_HOLDS(again && again->userName == login->userName && again->database == login->database);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const base::ByteView bytes(data, size);
    readPrelogin(bytes);
    readLogin(bytes);
    tds::PacketAssembler assembler(std::size_t{1} << 20);
    assembler.feed(bytes);
    while (true) {
        const auto message = assembler.next();
        if (!message || !*message) return 0;
        readPrelogin((*message)->payload);
        readLogin((*message)->payload);
    }
}
