#include "app/sandbox/engine/EncryptedSort.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "app/sandbox/engine/Errors.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::Result;

namespace {

constexpr std::uint32_t kNull = 0xFFFFFFFFU;
constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kBlockBytes = 16384; // of a part while it is being filled; there are some hundred of them
constexpr std::size_t kAllBlockBytes = 262144; // of what comes in: even small tables pass through the file, which costs less than memory
constexpr std::size_t kMaxPivots = 127; // one page of an index holds as many
constexpr std::size_t kSamplesPerPivot = 32;
constexpr std::size_t kQuestionBytes = 786432; // of values placed in one crossing: what the mailbox takes
constexpr int kMaxDepth = 6; // then a part is ranked whatever its size: nothing cuts it

void appendEntry(Bytes& out, std::int64_t rowId, bool null, ByteView cell)
{
    const std::uint32_t length = null ? kNull : static_cast<std::uint32_t>(cell.size());
    const std::size_t at = out.size();
    out.resize(at + kHeaderBytes + (null ? 0 : cell.size()));
    std::memcpy(out.data() + at, &rowId, sizeof rowId);
    std::memcpy(out.data() + at + sizeof rowId, &length, sizeof length);
    if (!null && !cell.empty()) std::memcpy(out.data() + at + kHeaderBytes, cell.data(), cell.size());
}

// Positions by rank; equal ranks keep their order.
std::vector<std::uint32_t> orderOf(const std::vector<std::uint32_t>& ranks)
{
    std::vector<std::uint32_t> starts(ranks.empty() ? 1 : std::size_t{*std::max_element(ranks.begin(), ranks.end())} + 2);
    for (const std::uint32_t rank : ranks)
        ++starts[std::size_t{rank} + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::uint32_t> order(ranks.size());
    for (std::uint32_t i = 0; i < ranks.size(); ++i)
        order[starts[ranks[i]]++] = i;
    return order;
}

} // namespace

EncryptedSort::EncryptedSort(EnclaveGate& gate, const EncryptedColumn& column, std::string folder, std::stop_token stop, std::size_t memoryBytes)
    : m_gate(gate)
    , m_column(column)
    , m_stop(std::move(stop))
    , m_memoryBytes(memoryBytes)
    , m_file(std::move(folder))
{
}

Result<void> EncryptedSort::put(Part& part, std::int64_t rowId, bool null, ByteView cell, std::size_t keepBytes)
{
    appendEntry(part.buffer, rowId, null, cell);
    part.sizeBytes += kHeaderBytes + (null ? 0 : cell.size());
    ++part.rows;
    if (part.buffer.size() < keepBytes) return {};
    ES_TRY(const SpillFile::Place place, m_file.append(part.buffer));
    part.blocks.push_back(place);
    part.buffer.clear();
    return {};
}

Result<void> EncryptedSort::add(std::int64_t rowId, bool null, ByteView cell)
{
    return put(m_all, rowId, null, cell, std::min(m_memoryBytes, kAllBlockBytes));
}

Result<void> EncryptedSort::forEach(const Part& part, const Each& each)
{
    Bytes block;
    for (std::size_t i = 0; i <= part.blocks.size(); ++i) {
        if (m_stop.stop_requested()) return cancelledInside();
        if (i < part.blocks.size()) ES_CHECK(m_file.read(part.blocks[i], block));
        const ByteView bytes = i < part.blocks.size() ? ByteView(block) : ByteView(part.buffer);
        for (std::size_t at = 0; at < bytes.size();) {
            std::int64_t rowId = 0;
            std::uint32_t length = 0;
            std::memcpy(&rowId, bytes.data() + at, sizeof rowId);
            std::memcpy(&length, bytes.data() + at + sizeof rowId, sizeof length);
            at += kHeaderBytes;
            const std::size_t size = length == kNull ? 0 : length;
            ES_CHECK(each(rowId, length == kNull, bytes.subspan(at, size)));
            at += size;
        }
    }
    return {};
}

Result<bool> EncryptedSort::finish(const Sink& sink)
{
    return order(std::move(m_all), 0, sink);
}

Result<bool> EncryptedSort::order(Part part, int depth, const Sink& sink)
{
    if (part.equal || (part.rows == 0 && depth > 0)) return giveEqual(part, sink);
    if (part.sizeBytes <= m_memoryBytes || depth == kMaxDepth) return giveRanked(part, sink);
    ES_TRY(const std::vector<Bytes> pivots, pivotsOf(part));
    ES_TRY(std::vector<Part> parts, cut(part, pivots));
    part = {};
    for (Part& smaller : parts) {
        ES_TRY(const bool more, order(std::move(smaller), depth + 1, sink));
        if (!more) return false;
    }
    return true;
}

Result<bool> EncryptedSort::giveEqual(const Part& part, const Sink& sink)
{
    bool first = true, more = true;
    ES_CHECK(forEach(part, [&](std::int64_t rowId, bool null, ByteView cell) -> Result<void> {
        if (!more) return {};
        ES_TRY(more, sink({rowId, null, cell, std::exchange(first, false)}));
        return {};
    }));
    return more;
}

Result<std::vector<std::uint32_t>> EncryptedSort::ranksOf(const std::vector<std::optional<ByteView>>& cells)
{
    std::size_t next = 0;
    ES_TRY(std::vector<std::uint32_t> ranks, m_gate.rank(m_column, [&](CellBatch& batch) -> Result<void> {
        if (m_stop.stop_requested()) return cancelledInside();
        for (; next < cells.size(); ++next)
            if (!(cells[next] ? batch.add(*cells[next]) : batch.addNull())) break;
        if (batch.empty() && next < cells.size()) return sqlError(33550, "An encrypted value is too large for the enclave.");
        return {};
    }));
    if (ranks.size() != cells.size()) return enclaveError(33192, "The enclave returned another number of ranks than it was given values.");
    if (std::any_of(ranks.begin(), ranks.end(), [&](std::uint32_t rank) { return rank > cells.size(); }))
        return enclaveError(33192, "The enclave returned a rank beyond the number of values.");
    return ranks;
}

Result<bool> EncryptedSort::giveRanked(const Part& part, const Sink& sink)
{
    Bytes data;
    data.reserve(part.sizeBytes);
    std::vector<std::int64_t> rowIds;
    std::vector<std::optional<ByteView>> cells;
    rowIds.reserve(part.rows);
    cells.reserve(part.rows);
    ES_CHECK(forEach(part, [&](std::int64_t rowId, bool null, ByteView cell) -> Result<void> {
        const std::size_t at = data.size(); // never grows beyond what was reserved: the views stay
        data.insert(data.end(), cell.begin(), cell.end());
        rowIds.push_back(rowId);
        cells.push_back(null ? std::nullopt : std::optional(ByteView(data).subspan(at)));
        return {};
    }));
    ES_TRY(const std::vector<std::uint32_t> ranks, ranksOf(cells));
    const std::vector<std::uint32_t> order = orderOf(ranks);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint32_t row = order[i];
        const bool starts = i == 0 || ranks[order[i - 1]] != ranks[row];
        ES_TRY(const bool more, sink({rowIds[row], !cells[row], cells[row].value_or(ByteView()), starts}));
        if (!more) return false;
    }
    return true;
}

// Cells taken evenly from the part, ranked; of those again evenly, each value once.
Result<std::vector<Bytes>> EncryptedSort::pivotsOf(const Part& part)
{
    const std::size_t wanted = std::clamp<std::size_t>(2 * part.sizeBytes / m_memoryBytes, 2, kMaxPivots);
    const std::uint64_t every = std::max<std::uint64_t>(part.rows / (wanted * kSamplesPerPivot), 1);
    std::vector<Bytes> samples;
    std::uint64_t number = 0;
    ES_CHECK(forEach(part, [&](std::int64_t, bool null, ByteView cell) -> Result<void> {
        if (number++ % every == 0 && !null) samples.emplace_back(cell.begin(), cell.end());
        return {};
    }));
    std::vector<std::optional<ByteView>> cells(samples.begin(), samples.end());
    ES_TRY(const std::vector<std::uint32_t> ranks, ranksOf(cells));
    std::vector<std::size_t> order(samples.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
    std::vector<Bytes> out;
    std::uint32_t last = kNullRank;
    for (std::size_t i = 1; i <= wanted && !order.empty(); ++i) {
        const std::size_t sample = order[std::min(order.size() - 1, i * order.size() / (wanted + 1))];
        if (std::exchange(last, ranks[sample]) != ranks[sample]) out.push_back(samples[sample]);
    }
    return out;
}

// NULL; below the first pivot, like it, between it and the second, like that ..
Result<std::vector<EncryptedSort::Part>> EncryptedSort::cut(const Part& part, const std::vector<Bytes>& pivots)
{
    std::vector<Part> parts(2 + 2 * pivots.size());
    for (std::size_t i = 0; i < parts.size(); i += 2)
        parts[i].equal = true;
    const Bytes page = IndexCells::encode(std::vector<std::optional<Bytes>>(pivots.begin(), pivots.end()));
    std::vector<std::int64_t> rowIds;
    std::vector<IndexOperand> operands;
    std::size_t operandBytes = 0;
    std::vector<IndexPage> question(1, IndexPage{page, {}});
    const auto ask = [&]() -> Result<void> {
        if (operands.empty()) return {};
        question[0].operands.resize(operands.size());
        std::iota(question[0].operands.begin(), question[0].operands.end(), 0U);
        ES_TRY(const std::vector<IndexPlace> places, m_gate.search(m_column, operands, question));
        if (places.size() != operands.size()) return enclaveError(33192, "The enclave returned another number of places than it was given values.");
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i].upTo > pivots.size()) return enclaveError(33192, "The enclave placed a value behind the last one of a page.");
            const bool like = places[i].below < places[i].upTo;
            ES_CHECK(put(parts[1 + 2 * places[i].below + (like ? 1 : 0)], rowIds[i], false, operands[i].cell, kBlockBytes));
        }
        rowIds.clear();
        operands.clear();
        operandBytes = 0;
        return {};
    };
    ES_CHECK(forEach(part, [&](std::int64_t rowId, bool null, ByteView cell) -> Result<void> {
        if (null) return put(parts[0], rowId, true, {}, kBlockBytes);
        rowIds.push_back(rowId);
        operands.push_back({Bytes(cell.begin(), cell.end()), false, {}});
        operandBytes += cell.size() + 13; // with its length, its place in the page, and what patterns need
        return operandBytes < kQuestionBytes ? Result<void>() : ask();
    }));
    ES_CHECK(ask());
    return parts;
}

} // namespace es::sandbox
