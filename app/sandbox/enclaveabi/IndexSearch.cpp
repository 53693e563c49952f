#include "app/sandbox/enclaveabi/IndexSearch.h"

#include "driver/base/ByteWriter.h"
#include "driver/base/Utf16.h"
#include "driver/types/Compare.h"

#include <algorithm>
#include <cstring>

namespace es::sandbox {

using base::Bytes;
using base::ByteView;

namespace {

constexpr std::uint32_t kNullFlag = 0x80000000U;

}  // namespace

std::uint32_t IndexCells::word(std::size_t index) const
{
    std::uint32_t value = 0;
    std::memcpy(&value, m_ends.data() + 4 * index, sizeof value);
    return value;
}

std::optional<IndexCells> IndexCells::parse(ByteView bytes)
{
    std::uint32_t count = 0;
    if (bytes.size() < sizeof count)
        return std::nullopt;
    std::memcpy(&count, bytes.data(), sizeof count);
    if (count > kMaxCells || bytes.size() < 4 + 4 * std::size_t{count})
        return std::nullopt;
    IndexCells cells;
    cells.m_count = count;
    cells.m_ends = bytes.subspan(4, 4 * std::size_t{count});
    cells.m_data = bytes.subspan(4 + 4 * std::size_t{count});
    std::uint32_t last = 0;
    bool afterNulls = false;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t end = cells.word(i) & ~kNullFlag;
        const bool null = (cells.word(i) & kNullFlag) != 0;
        if (end < last || end > cells.m_data.size() || (null && (end != last || afterNulls)))
            return std::nullopt;
        afterNulls |= !null;
        last = end;
    }
    return cells;
}

Bytes IndexCells::encode(const std::vector<std::optional<Bytes>>& cells)
{
    base::ByteWriter out;
    out.u32le(static_cast<std::uint32_t>(cells.size()));
    std::uint32_t end = 0;
    for (const auto& cell : cells) {
        end += cell ? static_cast<std::uint32_t>(cell->size()) : 0;
        out.u32le(cell ? end : end | kNullFlag);
    }
    for (const auto& cell : cells)
        if (cell)
            out.bytes(*cell);
    return std::move(out).take();
}

bool IndexCells::isNull(std::size_t index) const
{
    return (word(index) & kNullFlag) != 0;
}

ByteView IndexCells::at(std::size_t index) const
{
    const std::size_t begin = index == 0 ? 0 : word(index - 1) & ~kNullFlag;
    return m_data.subspan(begin, (word(index) & ~kNullFlag) - begin);
}

std::size_t IndexCells::nullCount() const
{
    std::size_t low = 0;
    std::size_t high = m_count;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (isNull(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

base::Result<IndexPlace> placeIn(const IndexCells& cells, const std::function<base::Result<int>(std::size_t)>& order)
{
    // One search for both ends as long as they lie in the same half; `below` and `upTo` part at the first equal cell.
    const auto search = [&](std::size_t low, std::size_t high, bool withEqual) -> base::Result<std::size_t> {
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            ES_TRY(const int compared, order(middle));
            if (compared < 0 || (withEqual && compared == 0))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    };
    std::size_t low = cells.nullCount();
    std::size_t high = cells.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        ES_TRY(const int compared, order(middle));
        if (compared == 0) {
            ES_TRY(const std::size_t below, search(low, middle, false));
            ES_TRY(const std::size_t upTo, search(middle + 1, high, true));
            return IndexPlace{static_cast<std::uint32_t>(below), static_cast<std::uint32_t>(upTo)};
        }
        if (compared < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return IndexPlace{static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(low)};
}

std::string literalBeginning(std::string_view patternUtf8, std::optional<char32_t> escape)
{
    std::size_t end = 0;
    while (end < patternUtf8.size()) {
        const auto character = base::codePointAt(patternUtf8, end);
        const bool special = character.value == U'%' || character.value == U'_' || character.value == U'[' || character.value == escape;
        if (special || character.sizeBytes == 0)
            break;
        end += character.sizeBytes;
    }
    return std::string(patternUtf8.substr(0, end));
}

int compareBeginning(ByteView plaintext, ByteView beginning, const types::SqlType& type)
{
    // Texts of a BIN2 collation order unit by unit, padded with spaces: cut anywhere, they keep their order.
    return types::compareNormalized(plaintext.first(std::min(plaintext.size(), beginning.size())), beginning, type);
}

}  // namespace es::sandbox
