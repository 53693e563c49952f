// What the enclave does with batches of cells: compare, rank, convert. One object per operation, made after all checks; plaintext
// lives in its buffers only, which are wiped with it. Thread: one at a time.
#pragma once

#include "app/sandbox/enclave/SessionTable.h"
#include "driver/types/Like.h"

namespace es::sandbox {

// A buffer for plaintext that is wiped at its end. Not SecureBytes: growing by a copy each cell would cost more than the cipher.
class PlaintextBuffer {
public:
    PlaintextBuffer() { m_bytes.reserve(16384); }  // longer than most cells: no copies are left behind by growing
    ~PlaintextBuffer();
    PlaintextBuffer(const PlaintextBuffer&) = delete;
    PlaintextBuffer& operator=(const PlaintextBuffer&) = delete;
    [[nodiscard]] std::span<base::Byte> atLeast(std::size_t sizeBytes);  // contents are not kept
    [[nodiscard]] base::Bytes& emptied();

private:
    base::Bytes m_bytes;
};

// Decrypts into the buffer; the view is valid until the buffer's next use. Errors: 33187.
[[nodiscard]] base::Result<base::ByteView> decryptCell(crypto::CellCipher& cipher, base::ByteView cell, PlaintextBuffer& buffer);

// Patterns are written without padding: char(11) = '%6818' means five characters.
[[nodiscard]] types::SqlType unpaddedType(types::SqlType type);
// The text of a LIKE operand. Errors: 33192 (no text).
[[nodiscard]] base::Result<std::string> patternText(base::ByteView plaintext, const types::SqlType& type);

// =, <, BETWEEN, IN, LIKE: one CellMatch per cell.
class EvaluateWork {
public:
    // Errors: 33195, 33546, 33187 (operand), 33550 (number of operands), 33192 (pattern).
    static base::Result<std::unique_ptr<EvaluateWork>> create(SessionTable& sessions, const EncryptedColumn& column,
                                                              const CellPredicate& predicate);
    ~EvaluateWork();
    base::Result<void> run(const CellBatch& input, std::span<base::Byte> output);

private:
    EvaluateWork(crypto::CellCipher cipher, const EncryptedColumn& column, const CellPredicate& predicate);
    base::Result<void> prepare(const CellPredicate& predicate);
    [[nodiscard]] bool matches(base::ByteView plaintext) const;

    crypto::CellCipher m_cipher;
    types::SqlType m_type;
    CellOperator m_op;
    std::vector<base::Bytes> m_operands;  // plaintext
    std::optional<types::LikePattern> m_pattern;
    PlaintextBuffer m_buffer;
};

// Collects all cells, then sorts once.
class RankWork {
public:
    static constexpr std::size_t kMaxPlaintextBytes = std::size_t{2} << 30;

    static base::Result<std::unique_ptr<RankWork>> create(SessionTable& sessions, const EncryptedColumn& column);
    ~RankWork();
    base::Result<void> run(const CellBatch& input, std::span<base::Byte> output);
    [[nodiscard]] std::vector<std::uint32_t> ranks() const;

private:
    RankWork(crypto::CellCipher cipher, const EncryptedColumn& column) : m_cipher(std::move(cipher)), m_type(column.type) {}
    [[nodiscard]] base::ByteView plaintext(std::uint32_t index) const;

    struct Place { std::uint64_t offset : 63; std::uint64_t null : 1; };
    crypto::CellCipher m_cipher;
    types::SqlType m_type;
    std::vector<Place> m_places;
    std::optional<std::size_t> m_widthBytes;  // of the cell before
    base::Bytes m_plaintext;  // cell after cell
    PlaintextBuffer m_buffer;
};

// Encrypts, decrypts, or decrypts and encrypts with the new key. The caller has checked authoriseConversion().
class ConvertWork {
public:
    static base::Result<std::unique_ptr<ConvertWork>> create(SessionTable& sessions, const ColumnConversion& conversion);
    // `output` receives a CellBatch.
    base::Result<void> run(const CellBatch& input, std::span<base::Byte> output);

private:
    ConvertWork(std::optional<crypto::CellCipher> from, std::optional<crypto::CellCipher> to, const ColumnConversion& conversion);
    base::Result<void> convertCell(base::ByteView cell, CellBatch& out);

    std::optional<crypto::CellCipher> m_from;
    std::optional<crypto::CellCipher> m_to;
    types::SqlType m_type;
    crypto::EncryptionType m_encryptionType;
    PlaintextBuffer m_decrypted;
    PlaintextBuffer m_normalized;
    base::Bytes m_cell;
};

}  // namespace es::sandbox
