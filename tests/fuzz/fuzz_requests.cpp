// What a server reads from a client that has logged in: batches, calls, transaction requests. First byte: 1 = with the enclave field.
#include "Fuzz.h"
#include "driver/tds/Request.h"

using namespace es;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const bool enclaveField = (data[0] & 1) != 0;
    const base::ByteView bytes(data + 1, size - 1);
    if (const auto batch = tds::decodeSqlBatch(bytes, enclaveField)) {
        const auto encoded = tds::encodeSqlBatch(*batch, enclaveField);
        ES_HOLDS(!encoded || tds::decodeSqlBatch(*encoded, enclaveField)->text == batch->text);
    }
    if (const auto request = tds::decodeRpc(bytes, enclaveField)) {
        const auto encoded = tds::encodeRpc(*request, enclaveField);
        ES_HOLDS(!encoded || tds::decodeRpc(*encoded, enclaveField)->calls.size() == request->calls.size());
    }
    (void)tds::decodeTransactionRequest(bytes);
    return 0;
}
