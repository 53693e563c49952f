#include "app/sandbox/enclave/CellWork.h"

#include "app/sandbox/enclave/SortKey.h"
#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/types/Compare.h"
#include "driver/types/Normalize.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <numeric>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

PlaintextBuffer::~PlaintextBuffer()
{
    m_bytes.resize(m_bytes.capacity());  // what lies behind the current end was plaintext of an earlier cell
    base::scrub(m_bytes.data(), m_bytes.size());
}

std::span<Byte> PlaintextBuffer::atLeast(std::size_t sizeBytes)
{
    if (m_bytes.size() < sizeBytes) {
        base::scrub(m_bytes.data(), m_bytes.size());
        m_bytes.resize(sizeBytes);
    }
    return m_bytes;
}

Bytes& PlaintextBuffer::emptied()
{
    m_bytes.clear();
    return m_bytes;
}

base::Result<ByteView> decryptCell(crypto::CellCipher& cipher, ByteView cell, PlaintextBuffer& buffer)
{
    const std::span<Byte> room = buffer.atLeast(crypto::decryptCapacityBytes(cell.size()));
    const crypto::DecryptedCell plain = cipher.decryptInto(cell, room);
    if (!plain.ok())
        return enclaveError(33187, crypto::cellError(plain.fault).text);
    return ByteView(room).first(plain.sizeBytes);
}

// --- evaluate ---

types::SqlType unpaddedType(types::SqlType type)
{
    if (type.id == types::TypeId::kChar)
        type.id = types::TypeId::kVarChar;
    if (type.id == types::TypeId::kNChar)
        type.id = types::TypeId::kNVarChar;
    return type;
}

base::Result<std::string> patternText(ByteView plaintext, const types::SqlType& type)
{
    auto value = types::denormalize(plaintext, unpaddedType(type));
    auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
    if (text == nullptr)
        return enclaveError(33192, "LIKE needs text.");
    return std::move(*text);
}

namespace {

bool operandCountFits(CellOperator op, std::size_t count)
{
    switch (op) {
    case CellOperator::kBetween: return count == 2;
    case CellOperator::kIn: return count >= 1;
    default: return count == 1;
    }
}

base::Result<types::LikePattern> compilePattern(ByteView plaintext, const types::SqlType& type, std::optional<char32_t> escape)
{
    ES_TRY(const std::string text, patternText(plaintext, type));
    auto pattern = types::LikePattern::compile(text, escape, type.collation);
    if (!pattern)
        return enclaveError(33192, "The pattern of LIKE is malformed.");
    return pattern;
}

}  // namespace

EvaluateWork::EvaluateWork(crypto::CellCipher cipher, const EncryptedColumn& column, const CellPredicate& predicate)
    : m_cipher(std::move(cipher)), m_type(column.type), m_op(predicate.op)
{
}

EvaluateWork::~EvaluateWork()
{
    for (Bytes& operand : m_operands)
        base::scrub(operand.data(), operand.size());
}

base::Result<std::unique_ptr<EvaluateWork>> EvaluateWork::create(SessionTable& sessions, const EncryptedColumn& column,
                                                                 const CellPredicate& predicate)
{
    ES_TRY(auto cipher, sessions.cipher(column.session, column.key));
    std::unique_ptr<EvaluateWork> work(new EvaluateWork(std::move(cipher), column, predicate));
    ES_CHECK(work->prepare(predicate));
    return work;
}

base::Result<void> EvaluateWork::prepare(const CellPredicate& predicate)
{
    if (!operandCountFits(predicate.op, predicate.operands.size()))
        return enclaveError(33550, "A predicate has the wrong number of operands.");
    for (const Bytes& operand : predicate.operands) {
        ES_TRY(const ByteView plaintext, decryptCell(m_cipher, operand, m_buffer));
        m_operands.emplace_back(plaintext.begin(), plaintext.end());
    }
    if (m_op == CellOperator::kLike) {
        ES_TRY(m_pattern, compilePattern(m_operands.front(), m_type, predicate.escape));
    }
    return {};
}

bool EvaluateWork::matches(ByteView plaintext) const
{
    const auto compare = [&](std::size_t operand) { return types::compareNormalized(plaintext, m_operands[operand], m_type); };
    switch (m_op) {
    case CellOperator::kEqual: return compare(0) == 0;
    case CellOperator::kNotEqual: return compare(0) != 0;
    case CellOperator::kLess: return compare(0) < 0;
    case CellOperator::kLessEqual: return compare(0) <= 0;
    case CellOperator::kGreater: return compare(0) > 0;
    case CellOperator::kGreaterEqual: return compare(0) >= 0;
    case CellOperator::kBetween: return compare(0) >= 0 && compare(1) <= 0;
    case CellOperator::kLike: return m_pattern->matchesNormalized(plaintext, m_type);
    case CellOperator::kIn:
        return std::any_of(m_operands.begin(), m_operands.end(),
                           [&](const Bytes& operand) { return types::compareNormalized(plaintext, operand, m_type) == 0; });
    }
    return false;
}

base::Result<void> EvaluateWork::run(const CellBatch& input, std::span<Byte> output)
{
    const std::size_t count = input.size();
    for (std::size_t i = 0; i < count; ++i) {
        CellMatch match = CellMatch::kUnknown;
        if (!input.isNull(i)) {
            ES_TRY(const ByteView plaintext, decryptCell(m_cipher, input.cell(i), m_buffer));
            match = matches(plaintext) ? CellMatch::kYes : CellMatch::kNo;
        }
        output[i] = static_cast<Byte>(match);
    }
    return {};
}

// --- rank ---

// Room for `size` bytes: a vector that grows by itself would leave its old bytes behind as they were.
static void growWiped(base::Bytes& bytes, std::size_t size)
{
    if (size <= bytes.capacity())
        return;
    base::Bytes larger;
    larger.reserve(std::max(size, 2 * bytes.capacity()));
    larger.assign(bytes.begin(), bytes.end());
    base::scrub(bytes.data(), bytes.size());
    bytes.swap(larger);
}

RankWork::~RankWork()
{
    base::scrub(m_plaintext.data(), m_plaintext.size());
}

base::Result<std::unique_ptr<RankWork>> RankWork::create(SessionTable& sessions, const EncryptedColumn& column)
{
    ES_TRY(auto cipher, sessions.maintenanceCipher(column.session, column.key));
    return std::unique_ptr<RankWork>(new RankWork(std::move(cipher), column));
}

base::Result<void> RankWork::run(const CellBatch& input, std::span<Byte>)
{
    for (std::size_t i = 0; i < input.size(); ++i) {
        m_places.push_back({m_plaintext.size(), input.isNull(i) ? 1U : 0U});
        if (input.isNull(i))
            continue;
        ES_TRY(const ByteView plaintext, decryptCell(m_cipher, input.cell(i), m_buffer));
        // Sorting needs one order: cells of two widths have none.
        const bool anyWidth = types::isText(m_type.id) || types::isBinary(m_type.id) || types::isDecimal(m_type.id);
        if (!anyWidth && m_widthBytes.value_or(plaintext.size()) != plaintext.size())
            return enclaveError(33550, "A value of the column is not of the column's type.");
        m_widthBytes = plaintext.size();
        growWiped(m_plaintext, m_plaintext.size() + plaintext.size());
        m_plaintext.insert(m_plaintext.end(), plaintext.begin(), plaintext.end());
    }
    if (m_plaintext.size() > kMaxPlaintextBytes)
        return enclaveError(33192, "The column is too large to be sorted in the enclave.");
    return {};
}

ByteView RankWork::plaintext(std::uint32_t index) const
{
    const std::size_t begin = m_places[index].offset;
    const std::size_t end = index + 1 < m_places.size() ? std::size_t{m_places[index + 1].offset} : m_plaintext.size();
    return ByteView(m_plaintext).subspan(begin, end - begin);
}

std::vector<std::uint32_t> RankWork::ranks() const
{
    struct Keyed { std::uint64_t key; std::uint32_t index; };
    std::vector<Keyed> order;
    order.reserve(m_places.size());
    const SortKey sortKey(m_type);
    for (std::uint32_t i = 0; i < m_places.size(); ++i) {
        if (m_places[i].null == 0)
            order.push_back({sortKey.of(plaintext(i)), i});
    }
    // Most pairs are told apart by their keys; only what these leave open is compared in full.
    const auto compare = [&](const Keyed& a, const Keyed& b) {
        if (a.key != b.key)
            return a.key < b.key ? -1 : 1;
        return types::compareNormalized(plaintext(a.index), plaintext(b.index), m_type);
    };
    std::sort(order.begin(), order.end(), [&](const Keyed& a, const Keyed& b) { return compare(a, b) < 0; });
    std::vector<std::uint32_t> ranks(m_places.size(), kNullRank);
    std::uint32_t rank = kNullRank;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 || compare(order[i - 1], order[i]) != 0)
            ++rank;
        ranks[order[i].index] = rank;
    }
    base::scrub(order.data(), order.size() * sizeof(Keyed));
    return ranks;
}

// --- convert ---

ConvertWork::ConvertWork(std::optional<crypto::CellCipher> from, std::optional<crypto::CellCipher> to, const ColumnConversion& conversion)
    : m_from(std::move(from)), m_to(std::move(to)), m_type(conversion.type),
      m_encryptionType(conversion.toDeterministic ? crypto::EncryptionType::kDeterministic : crypto::EncryptionType::kRandomized)
{
}

base::Result<std::unique_ptr<ConvertWork>> ConvertWork::create(SessionTable& sessions, const ColumnConversion& conversion)
{
    std::optional<crypto::CellCipher> from;
    std::optional<crypto::CellCipher> to;
    if (conversion.fromKey) {
        ES_TRY(from, sessions.cipher(conversion.session, *conversion.fromKey));
    }
    if (conversion.toKey) {
        ES_TRY(to, sessions.cipher(conversion.session, *conversion.toKey));
    }
    return std::unique_ptr<ConvertWork>(new ConvertWork(std::move(from), std::move(to), conversion));
}

base::Result<void> ConvertWork::convertCell(ByteView cell, CellBatch& out)
{
    ByteView plaintext;
    if (m_from) {
        ES_TRY(plaintext, decryptCell(*m_from, cell, m_decrypted));
    } else {
        Bytes& normalized = m_normalized.emptied();
        if (!types::normalizedFromRowForm(cell, m_type, normalized))
            return enclaveError(33550, "A value of the column is not of the column's type.");
        plaintext = normalized;
    }
    if (m_to) {
        m_cell.resize(crypto::cellBytes(plaintext.size()));
        if (!m_to->encryptInto(plaintext, m_encryptionType, m_cell))
            return enclaveError(33192, "The random source failed.");
        return out.add(m_cell) ? base::Result<void>() : enclaveError(33192, "A converted batch is too large.");
    }
    Bytes& rowForm = m_normalized.emptied();
    if (!types::rowFormFromNormalized(plaintext, m_type, rowForm))
        return enclaveError(33550, "A decrypted value is not of the column's type.");
    return out.add(rowForm) ? base::Result<void>() : enclaveError(33192, "A converted batch is too large.");
}

base::Result<void> ConvertWork::run(const CellBatch& input, std::span<Byte> output)
{
    // Written straight into shared memory: what leaves is for the server anyway, and a server that scribbles there harms itself.
    CellBatch out(output);
    out.clear();
    for (std::size_t i = 0; i < input.size(); ++i) {
        if (!input.isNull(i))
            ES_CHECK(convertCell(input.cell(i), out));
        else if (!out.addNull())
            return enclaveError(33192, "A converted batch is too large.");
    }
    return {};
}

}  // namespace es::sandbox
