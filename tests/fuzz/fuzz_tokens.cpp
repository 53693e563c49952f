// The token stream of a response. First byte: 1 = column encryption negotiated; second: bytes per piece.
#include "Fuzz.h"
#include "driver/tds/TokenDecoder.h"

#include <algorithm>

namespace {

constexpr std::size_t kPieceBytes = 100;

struct Outcome {
    std::size_t tokens = 0;
    bool whole = false;
    bool operator==(const Outcome&) const = default;
};

Outcome decode(es::base::ByteView bytes, bool columnEncryption, std::size_t pieceBytes)
{
    es::tds::TokenDecoder decoder({.columnEncryption = columnEncryption, .maxTokenBytes = 1 << 20});
    Outcome outcome;
    while (!bytes.empty()) {
        const auto piece = bytes.first(std::min(pieceBytes, bytes.size()));
        bytes = bytes.subspan(piece.size());
        // A buffer of its own, which goes before the next piece comes: nothing may point into it then.
        const es::base::Bytes copy(piece.begin(), piece.end());
        decoder.feed(copy);
        while (true) {
            const auto token = decoder.next();
            if (!token) return outcome;
            if (*token == nullptr) break;
            ++outcome.tokens;
        }
    }
    outcome.whole = decoder.endOfMessage().has_value();
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) return 0;
    const bool columnEncryption = (data[0] & 1) != 0;
    const es::base::ByteView bytes(data + 2, size - 2);
    const Outcome atOnce = decode(bytes, columnEncryption, bytes.size());
    // How the network cuts the stream changes nothing.
    ES_HOLDS(decode(bytes, columnEncryption, data[1] == 0 ? kPieceBytes : data[1]) == atOnce);
    return 0;
}
