// What anybody may send as the answer of SQL Server Browser: one datagram.
#include "Fuzz.h"
#include "driver/tds/BrowserAnswer.h"

using namespace es;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto answer = tds::decodeBrowserAnswer({data, size});
    if (!answer) return 0;
    ES_HOLDS(!answer->instanceName.empty());
    ES_HOLDS(!answer->tcpPort || *answer->tcpPort > 0);
    const auto again = tds::decodeBrowserAnswer(tds::encodeBrowserAnswer(*answer));
    ES_HOLDS(!again || (again->instanceName == answer->instanceName && again->tcpPort == answer->tcpPort));
    return 0;
}
