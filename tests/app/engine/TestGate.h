// An enclave in the test's own process that really encrypts: the engine's tests run without the enclave program.
// A package is the session id alone; opening it gives the session all keys of `keys`. Thread: any that the test uses one at a time.
#pragma once

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "app/sandbox/enclaveabi/EnclaveGate.h"
#include "driver/crypto/CellCipher.h"
#include "driver/types/Compare.h"
#include "driver/types/Like.h"
#include "driver/types/Normalize.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace es::sandbox {

class TestGate final : public EnclaveGate {
public:
    std::map<EnclaveKeyId, base::SecureBytes> keys;
    bool opened = false;
    int batches = 0;
    int searches = 0;
    std::function<void(std::vector<IndexPlace>&)> onPlaces; // may lie
    int rankings = 0;
    std::function<base::Result<void>(int)> onSearch; // told before each search; an Error is its answer
    std::function<void(int)> onBatch; // told before each batch of a conversion

    static base::Bytes package() { return {1, 2, 3, 4, 5, 6, 7, 8}; }

    void addKey(std::uint32_t databaseId, std::uint16_t keyId)
    {
        base::Bytes bytes(32);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<base::Byte>(i * 7 + keyId);
        keys[{databaseId, keyId}] = base::SecureBytes(base::ByteView(bytes));
    }
    base::Bytes encrypt(const EnclaveKeyId& key, const types::Value& value, const types::SqlType& type, bool deterministic)
    {
        crypto::CellCipher cipher = *crypto::CellCipher::create(keys.at(key));
        base::Bytes out;
        (void)cipher.encrypt(*types::normalize(value, type), kind(deterministic), out);
        return out;
    }
    types::Value decrypt(const EnclaveKeyId& key, base::ByteView cell, const types::SqlType& type)
    {
        crypto::CellCipher cipher = *crypto::CellCipher::create(keys.at(key));
        base::Bytes plain;
        (void)cipher.decrypt(cell, plain);
        return *types::denormalize(plain, type);
    }

    base::Result<EnclaveSessionOffer> createSession(base::ByteView) override { return EnclaveSessionOffer{kSession, {0xA7}}; }
    base::Result<OpenedPackage> openPackage(base::ByteView package, std::span<const base::ByteView>) override
    {
        if (package.size() != 8) return enclaveError(33550);
        opened = true;
        OpenedPackage out{kSession, {}};
        for (const auto& [id, key] : keys)
            out.keys.push_back(id);
        return out;
    }
    base::Result<bool> hasKey(const EnclaveSessionId&, const EnclaveKeyId& key) override { return opened && keys.count(key) != 0; }

    base::Result<void> evaluate(
        const EncryptedColumn& column, const CellPredicate& predicate, const CellFeed& feed, const MatchSink& sink) override
    {
        crypto::CellCipher cipher = *crypto::CellCipher::create(keys.at(column.key));
        std::vector<base::Bytes> operands;
        for (const base::Bytes& operand : predicate.operands) {
            operands.emplace_back();
            if (!cipher.decrypt(operand, operands.back())) return enclaveError(33187);
        }
        std::optional<types::LikePattern> pattern;
        if (predicate.op == CellOperator::kLike)
            pattern = *types::LikePattern::compile(
                std::get<std::string>(*types::denormalize(operands[0], likeType(column.type))), predicate.escape, column.type.collation);
        CellBatch batch;
        while (true) {
            batch.clear();
            ES_CHECK(feed(batch));
            if (batch.empty()) return {};
            ++batches;
            std::vector<CellMatch> out;
            for (std::size_t i = 0; i < batch.size(); ++i) {
                base::Bytes plain;
                if (batch.isNull(i)) {
                    out.push_back(CellMatch::kUnknown);
                    continue;
                }
                if (!cipher.decrypt(batch.cell(i), plain)) return enclaveError(33187);
                out.push_back(matches(predicate.op, plain, operands, pattern, column.type) ? CellMatch::kYes : CellMatch::kNo);
            }
            ES_CHECK(sink(out));
        }
    }

    base::Result<std::vector<std::uint32_t>> rank(const EncryptedColumn& column, const CellFeed& feed) override
    {
        ++rankings;
        if (!opened) return enclaveError(33546);
        crypto::CellCipher cipher = *crypto::CellCipher::create(keys.at(column.key));
        std::vector<std::optional<base::Bytes>> cells;
        CellBatch batch;
        do {
            batch.clear();
            ES_CHECK(feed(batch));
            for (std::size_t i = 0; i < batch.size(); ++i) {
                cells.emplace_back();
                if (!batch.isNull(i)) {
                    cells.back().emplace();
                    if (!cipher.decrypt(batch.cell(i), *cells.back())) return enclaveError(33187);
                }
            }
        } while (!batch.empty());
        std::vector<std::size_t> order(cells.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        order.erase(std::remove_if(order.begin(), order.end(), [&](std::size_t i) { return !cells[i]; }), order.end());
        std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return types::compareNormalized(*cells[a], *cells[b], column.type) < 0; });
        std::vector<std::uint32_t> out(cells.size(), kNullRank);
        std::uint32_t next = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (i == 0 || types::compareNormalized(*cells[order[i - 1]], *cells[order[i]], column.type) != 0) ++next;
            out[order[i]] = next;
        }
        return out;
    }

    base::Result<std::vector<IndexPlace>> search(
        const EncryptedColumn& column, std::span<const IndexOperand> operands, std::span<const IndexPage> pages) override
    {
        ++searches;
        if (onSearch) ES_CHECK(onSearch(searches));
        if (!opened) return enclaveError(33546);
        crypto::CellCipher cipher = *crypto::CellCipher::create(keys.at(column.key));
        const auto plaintext = [&](base::ByteView cell) {
            base::Bytes plain;
            (void)cipher.decrypt(cell, plain);
            return plain;
        };
        std::vector<IndexPlace> out;
        for (const IndexPage& page : pages) {
            const IndexCells cells = *IndexCells::parse(page.cells);
            for (const std::uint32_t position : page.operands) {
                const IndexOperand& operand = operands[position];
                base::Bytes sought = plaintext(operand.cell);
                types::SqlType type = likeType(column.type);
                if (operand.pattern)
                    sought = *types::normalize(
                        types::Value(literalBeginning(std::get<std::string>(*types::denormalize(sought, type)), operand.escape)), type);
                ES_TRY(const IndexPlace place, placeIn(cells, [&](std::size_t i) -> base::Result<int> {
                    const base::Bytes plain = plaintext(cells.at(i));
                    return operand.pattern ? compareBeginning(plain, sought, column.type) : types::compareNormalized(plain, sought, column.type);
                }));
                out.push_back(place);
            }
        }
        if (onPlaces) onPlaces(out);
        return out;
    }

    base::Result<void> convert(const ColumnConversion& conversion, const CellFeed& feed, const CellSink& sink) override
    {
        std::optional<crypto::CellCipher> from, to;
        if (conversion.fromKey) from = *crypto::CellCipher::create(keys.at(*conversion.fromKey));
        if (conversion.toKey) to = *crypto::CellCipher::create(keys.at(*conversion.toKey));
        CellBatch batch, out;
        for (int number = 0;; ++number) {
            batch.clear();
            out.clear();
            ES_CHECK(feed(batch));
            if (batch.empty()) return {};
            if (onBatch) onBatch(number);
            for (std::size_t i = 0; i < batch.size(); ++i) {
                if (batch.isNull(i)) {
                    (void)out.addNull();
                    continue;
                }
                base::Bytes plain, cell;
                if (from) {
                    if (!from->decrypt(batch.cell(i), plain)) return enclaveError(33187);
                } else
                    ES_CHECK(types::normalizedFromRowForm(batch.cell(i), conversion.type, plain));
                if (to)
                    ES_CHECK(to->encrypt(plain, kind(conversion.toDeterministic), cell));
                else
                    ES_CHECK(types::rowFormFromNormalized(plain, conversion.type, cell));
                (void)out.add(cell);
            }
            ES_CHECK(sink(out));
        }
    }
    base::Result<EnclaveStatistics> statistics() override { return EnclaveStatistics{1, static_cast<std::uint32_t>(keys.size()), 0, 0}; }

private:
    static constexpr EnclaveSessionId kSession{9, 9, 9, 9, 9, 9, 9, 9};
    static crypto::EncryptionType kind(bool deterministic)
    {
        return deterministic ? crypto::EncryptionType::kDeterministic : crypto::EncryptionType::kRandomized;
    }
    // A pattern is not padded to the column's length.
    static types::SqlType likeType(types::SqlType type)
    {
        type.id = type.id == types::TypeId::kChar ? types::TypeId::kVarChar
            : type.id == types::TypeId::kNChar    ? types::TypeId::kNVarChar
                                                  : type.id;
        type.lengthBytes = 8000;
        return type;
    }
    static bool matches(CellOperator op, base::ByteView cell, const std::vector<base::Bytes>& operands,
        const std::optional<types::LikePattern>& pattern, const types::SqlType& type)
    {
        const auto against = [&](std::size_t i) { return types::compareNormalized(cell, operands[i], type); };
        switch (op) {
        case CellOperator::kEqual: return against(0) == 0;
        case CellOperator::kNotEqual: return against(0) != 0;
        case CellOperator::kLess: return against(0) < 0;
        case CellOperator::kLessEqual: return against(0) <= 0;
        case CellOperator::kGreater: return against(0) > 0;
        case CellOperator::kGreaterEqual: return against(0) >= 0;
        case CellOperator::kBetween: return against(0) >= 0 && against(1) <= 0;
        case CellOperator::kIn:
            for (std::size_t i = 0; i < operands.size(); ++i)
                if (against(i) == 0) return true;
            return false;
        default: return pattern->matchesNormalized(cell, type);
        }
    }
};

} // namespace es::sandbox
