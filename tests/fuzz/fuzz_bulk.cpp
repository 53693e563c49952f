// Bulk load: the tokens that a client sends, and the statement before them. First byte: 1 = column encryption negotiated, 2 = the rest
// is the statement's text; second byte: the size of the pieces in which the stream comes, 0 = whole.
#include "Fuzz.h"
#include "driver/tds/TokenDecoder.h"
#include "driver/tsql/InsertBulk.h"

#include <algorithm>

using namespace es;

namespace {

struct Seen {
    std::size_t rows = 0, cells = 0, bytes = 0;
    bool failed = false;
    bool operator==(const Seen&) const = default;
};

Seen read(base::ByteView stream, bool columnEncryption, std::size_t piece)
{
    Seen seen;
    tds::TokenDecoder decoder({.columnEncryption = columnEncryption, .bulkLoad = true});
    for (std::size_t at = 0; at < stream.size() && !seen.failed; at += piece) {
        decoder.feed(stream.subspan(at, std::min(piece, stream.size() - at)));
        for (;;) {
            const auto token = decoder.next();
            seen.failed = !token;
            if (!token || *token == nullptr) break;
            if (const auto* row = std::get_if<tds::Row>(*token)) {
                ++seen.rows;
                seen.cells += row->cells.size();
                for (const tds::Cell& cell : row->cells)
                    seen.bytes += cell.bytes.size();
            }
        }
    }
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) return 0;
    const base::ByteView rest(data + 2, size - 2);
    if ((data[0] & 2) != 0) {
        const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
        const auto parsed = tsql::parseInsertBulk(text);
        ES_HOLDS(!parsed || tsql::isInsertBulk(text));
        ES_HOLDS(!parsed || !parsed->table.parts.empty());
        return 0;
    }
    const bool columnEncryption = (data[0] & 1) != 0;
    const Seen whole = read(rest, columnEncryption, std::max<std::size_t>(1, rest.size()));
    const Seen pieces = read(rest, columnEncryption, data[1] == 0 ? 1 : data[1]);
    ES_HOLDS(whole == pieces);
    return 0;
}
