#include "app/sandbox/enclave/IndexWork.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/types/Compare.h"
#include "driver/types/Normalize.h"

namespace es::sandbox {

using base::Bytes;
using base::ByteView;

namespace {

// Plaintext of an operand; wiped at the end.
struct Sought {
    Bytes plaintext;
    bool beginning = false;

    Sought() = default;
    ~Sought() { base::scrub(plaintext.data(), plaintext.size()); }
    Sought(const Sought&) = delete;
    Sought& operator=(const Sought&) = delete;
    Sought(Sought&& other) noexcept : plaintext(std::exchange(other.plaintext, {})), beginning(other.beginning) {}
    Sought& operator=(Sought&&) = delete;
};

// The literal beginning of a pattern, in the form that the column's plaintexts have.
base::Result<Bytes> beginningOf(ByteView plaintext, const types::SqlType& type, std::optional<char32_t> escape)
{
    ES_TRY(const std::string text, patternText(plaintext, type));
    types::SqlType unpadded = unpaddedType(type);
    unpadded.lengthBytes = types::kMaxLength;
    auto out = types::normalize(types::Value(literalBeginning(text, escape)), unpadded);
    if (!out)
        return enclaveError(33192, "The pattern of LIKE is malformed.");
    return *std::move(out);
}

// The plaintexts of a page, each decrypted when it is first asked for; kept where many values are looked for in the page.
class PageReader {
public:
    PageReader(crypto::CellCipher& cipher, const IndexCells& cells, std::size_t questions)
        : m_cipher(cipher), m_cells(cells), m_known(questions > 1 ? cells.size() : 0)
    {
    }
    base::Result<ByteView> at(std::size_t index)
    {
        if (index < m_known.size() && m_known[index])
            return ByteView(m_known[index]->plaintext);
        ES_TRY(const ByteView plaintext, decryptCell(m_cipher, m_cells.at(index), m_buffer));
        if (index >= m_known.size())
            return plaintext;
        m_known[index].emplace();
        m_known[index]->plaintext.assign(plaintext.begin(), plaintext.end());
        return ByteView(m_known[index]->plaintext);
    }

private:
    crypto::CellCipher& m_cipher;
    const IndexCells& m_cells;
    std::vector<std::optional<Sought>> m_known;
    PlaintextBuffer m_buffer;
};

}  // namespace

base::Result<std::vector<IndexPlace>> searchPages(SessionTable& sessions, const abi::Search& request)
{
    ES_TRY(auto cipher, sessions.maintenanceCipher(request.column.session, request.column.key));
    const types::SqlType& type = request.column.type;
    PlaintextBuffer buffer;
    std::vector<Sought> sought;
    sought.reserve(request.operands.size());
    for (const IndexOperand& operand : request.operands) {
        ES_TRY(const ByteView plaintext, decryptCell(cipher, operand.cell, buffer));
        Sought& one = sought.emplace_back();
        one.beginning = operand.pattern;
        if (operand.pattern) {
            ES_TRY(one.plaintext, beginningOf(plaintext, type, operand.escape));
        } else
            one.plaintext.assign(plaintext.begin(), plaintext.end());
    }
    std::vector<IndexPlace> places;
    for (const abi::SearchPage& page : request.pages) {
        const auto cells = IndexCells::parse(page.cells);
        if (!cells)
            return enclaveError(33550, "A page of an index is malformed.");
        PageReader reader(cipher, *cells, page.operands.size());
        for (const std::uint32_t operand : page.operands) {
            const Sought& one = sought[operand];
            ES_TRY(const IndexPlace place, placeIn(*cells, [&](std::size_t index) -> base::Result<int> {
                ES_TRY(const ByteView plaintext, reader.at(index));
                return one.beginning ? compareBeginning(plaintext, one.plaintext, type)
                                     : types::compareNormalized(plaintext, one.plaintext, type);
            }));
            places.push_back(place);
        }
    }
    return places;
}

}  // namespace es::sandbox
