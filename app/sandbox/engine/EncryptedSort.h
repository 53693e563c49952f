// Puts the cells of one column into the order of their plaintexts, with memory that does not grow with the table: what is more than
// kMemoryBytes is parted by cells that the enclave has placed (its ordinary search), and each part is ranked alone. Only ciphertext is
// kept, in memory and in a file beside the database. Equal values keep the order in which they came; NULL sorts first.
// Cost: a cell is decrypted once more for each time its part is cut. Thread: session thread only.
// Errors: the enclave's, 1105 (SpillFile.h), Cancelled.
#pragma once

#include "app/sandbox/enclaveabi/EnclaveGate.h"
#include "app/sandbox/engine/SpillFile.h"

#include <stop_token>

namespace es::sandbox {

struct SortedCell {
    std::int64_t rowId = 0;
    bool null = false;
    base::ByteView cell; // valid during the call
    bool startsValue = false; // another value than the one before
};

class EncryptedSort {
public:
    static constexpr std::size_t kMemoryBytes = std::size_t{8} << 20;

    EncryptedSort(EnclaveGate& gate, const EncryptedColumn& column, std::string folder, std::stop_token stop, std::size_t memoryBytes = kMemoryBytes);

    [[nodiscard]] base::Result<void> add(std::int64_t rowId, bool null, base::ByteView cell);
    // Hands the cells over in order, once. The sink may end it by false, which then comes back.
    using Sink = std::function<base::Result<bool>(const SortedCell& cell)>;
    [[nodiscard]] base::Result<bool> finish(const Sink& sink);

private:
    // Cells that lie between two others, in the order in which they came. Each: i64 row id, u32 length (kNull: NULL), bytes.
    struct Part {
        base::Bytes buffer;
        std::vector<SpillFile::Place> blocks; // before what is in the buffer
        std::uint64_t sizeBytes = 0;
        std::uint64_t rows = 0;
        bool equal = false; // all the same value: in order already
    };
    using Each = std::function<base::Result<void>(std::int64_t rowId, bool null, base::ByteView cell)>;

    base::Result<void> put(Part& part, std::int64_t rowId, bool null, base::ByteView cell, std::size_t keepBytes);
    base::Result<void> forEach(const Part& part, const Each& each);
    base::Result<bool> order(Part part, int depth, const Sink& sink);
    base::Result<bool> giveEqual(const Part& part, const Sink& sink);
    base::Result<bool> giveRanked(const Part& part, const Sink& sink);
    base::Result<std::vector<base::Bytes>> pivotsOf(const Part& part);
    base::Result<std::vector<Part>> cut(const Part& part, const std::vector<base::Bytes>& pivots);
    base::Result<std::vector<std::uint32_t>> ranksOf(const std::vector<std::optional<base::ByteView>>& cells);

    EnclaveGate& m_gate;
    EncryptedColumn m_column;
    std::stop_token m_stop;
    std::size_t m_memoryBytes;
    SpillFile m_file;
    Part m_all;
};

} // namespace es::sandbox
