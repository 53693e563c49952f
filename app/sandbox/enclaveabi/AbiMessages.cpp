#include "app/sandbox/enclaveabi/AbiMessages.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"

#include <algorithm>
#include <cstring>

namespace es::sandbox::abi {

using base::Byte;
using base::ByteReader;
using base::Bytes;
using base::ByteView;
using base::ByteWriter;

namespace {

constexpr std::uint32_t kNoEscape = 0xFFFFFFFF;

base::Error malformed()
{
    return enclaveError(33550, "A message between server and enclave is malformed.");
}

void put(ByteWriter& out, ByteView bytes)
{
    out.u32le(static_cast<std::uint32_t>(bytes.size()));
    out.bytes(bytes);
}
void put(ByteWriter& out, const std::string& text) { put(out, base::viewOf(text)); }
void put(ByteWriter& out, const EnclaveKeyId& key)
{
    out.u32le(key.databaseId);
    out.u16le(key.keyId);
}
void put(ByteWriter& out, const std::optional<EnclaveKeyId>& key)
{
    out.u8(key ? 1 : 0);
    put(out, key.value_or(EnclaveKeyId{}));
}
void put(ByteWriter& out, const types::SqlType& type)
{
    out.u8(static_cast<Byte>(type.id));
    out.u32le(type.lengthBytes);
    out.u8(type.precision);
    out.u8(type.scale);
    out.u32le(type.collation.info);
    out.u8(type.collation.sortId);
}
void put(ByteWriter& out, const EncryptedColumn& column)
{
    out.bytes(column.session);
    put(out, column.key);
    put(out, column.type);
}

Bytes getBytes(ByteReader& in)
{
    const ByteView view = in.bytes(in.u32le());
    return {view.begin(), view.end()};
}
std::string getText(ByteReader& in)
{
    const ByteView view = in.bytes(in.u32le());
    return {view.begin(), view.end()};
}
EnclaveSessionId getSession(ByteReader& in)
{
    EnclaveSessionId session{};
    const ByteView view = in.bytes(session.size());
    std::copy(view.begin(), view.end(), session.begin());
    return session;
}
EnclaveKeyId getKey(ByteReader& in)
{
    EnclaveKeyId key;
    key.databaseId = in.u32le();
    key.keyId = in.u16le();
    return key;
}
std::optional<EnclaveKeyId> getOptionalKey(ByteReader& in)
{
    const bool present = in.u8() != 0;
    const EnclaveKeyId key = getKey(in);
    return present ? std::optional(key) : std::nullopt;
}
types::SqlType getType(ByteReader& in)
{
    types::SqlType type;
    const Byte id = in.u8();
    if (id > static_cast<Byte>(types::TypeId::kVector))
        in.fail();
    else
        type.id = static_cast<types::TypeId>(id);
    type.lengthBytes = in.u32le();
    type.precision = in.u8();
    type.scale = in.u8();
    type.collation.info = in.u32le();
    type.collation.sortId = in.u8();
    return type;
}
EncryptedColumn getColumn(ByteReader& in)
{
    EncryptedColumn column;
    column.session = getSession(in);
    column.key = getKey(in);
    column.type = getType(in);
    return column;
}

// --- one pair per request, in the order of the variant ---

void write(ByteWriter& out, const Hello& hello) { out.u32le(hello.version); }
void read(ByteReader& in, Hello& hello) { hello.version = in.u32le(); }

void write(ByteWriter& out, const CreateSession& request) { put(out, request.attestationParameters); }
void read(ByteReader& in, CreateSession& request) { request.attestationParameters = getBytes(in); }

void write(ByteWriter& out, const OpenPackage& request)
{
    put(out, request.package);
    out.u8(static_cast<Byte>(std::min<std::size_t>(request.statements.size(), 255)));
    for (std::size_t i = 0; i < request.statements.size() && i < 255; ++i)
        put(out, request.statements[i]);
}
void read(ByteReader& in, OpenPackage& request)
{
    request.package = getBytes(in);
    for (int left = in.u8(); left > 0 && in.ok(); --left)
        request.statements.push_back(getBytes(in));
}

void write(ByteWriter& out, const HasKey& request)
{
    out.bytes(request.session);
    put(out, request.key);
}
void read(ByteReader& in, HasKey& request)
{
    request.session = getSession(in);
    request.key = getKey(in);
}

void write(ByteWriter& out, const Evaluate& request)
{
    put(out, request.column);
    out.u8(static_cast<Byte>(request.predicate.op));
    out.u32le(request.predicate.escape ? static_cast<std::uint32_t>(*request.predicate.escape) : kNoEscape);
    out.u32le(static_cast<std::uint32_t>(request.predicate.operands.size()));
    for (const Bytes& operand : request.predicate.operands)
        put(out, operand);
}
void read(ByteReader& in, Evaluate& request)
{
    request.column = getColumn(in);
    const Byte op = in.u8();
    if (op > static_cast<Byte>(CellOperator::kLike))
        in.fail();
    else
        request.predicate.op = static_cast<CellOperator>(op);
    const std::uint32_t escape = in.u32le();
    if (escape != kNoEscape)
        request.predicate.escape = static_cast<char32_t>(escape);
    for (std::uint32_t left = in.u32le(); left > 0 && in.ok(); --left)
        request.predicate.operands.push_back(getBytes(in));
}

void write(ByteWriter& out, const Rank& request) { put(out, request.column); }
void read(ByteReader& in, Rank& request) { request.column = getColumn(in); }

void write(ByteWriter& out, const Convert& request)
{
    const ColumnConversion& c = request.conversion;
    out.bytes(c.session);
    put(out, request.statement);
    put(out, c.schemaName);
    put(out, c.defaultSchema);
    put(out, c.tableName);
    put(out, c.columnName);
    put(out, c.type);
    put(out, c.fromKey);
    put(out, c.toKey);
    put(out, c.toKeyName);
    out.u8(c.toDeterministic ? 1 : 0);
}
void read(ByteReader& in, Convert& request)
{
    ColumnConversion& c = request.conversion;
    c.session = getSession(in);
    request.statement = getBytes(in);
    c.schemaName = getText(in);
    c.defaultSchema = getText(in);
    c.tableName = getText(in);
    c.columnName = getText(in);
    c.type = getType(in);
    c.fromKey = getOptionalKey(in);
    c.toKey = getOptionalKey(in);
    c.toKeyName = getText(in);
    c.toDeterministic = in.u8() != 0;
}

void write(ByteWriter&, const Statistics&) {}
void read(ByteReader&, Statistics&) {}

template <class Page>
void writeSearch(ByteWriter& out, const EncryptedColumn& column, std::span<const IndexOperand> operands, std::span<const Page> pages)
{
    put(out, column);
    out.u32le(static_cast<std::uint32_t>(operands.size()));
    for (const IndexOperand& operand : operands) {
        put(out, operand.cell);
        out.u8(operand.pattern ? 1 : 0);
        out.u32le(operand.escape ? static_cast<std::uint32_t>(*operand.escape) : kNoEscape);
    }
    out.u32le(static_cast<std::uint32_t>(pages.size()));
    for (const Page& page : pages) {
        put(out, page.cells);
        out.u32le(static_cast<std::uint32_t>(page.operands.size()));
        for (const std::uint32_t operand : page.operands)
            out.u32le(operand);
    }
}
void write(ByteWriter& out, const Search& request)
{
    writeSearch<SearchPage>(out, request.column, request.operands, request.pages);
}
void read(ByteReader& in, Search& request)
{
    request.column = getColumn(in);
    for (std::uint32_t left = in.u32le(); left > 0 && in.ok(); --left) {
        IndexOperand& operand = request.operands.emplace_back();
        operand.cell = getBytes(in);
        operand.pattern = in.u8() != 0;
        const std::uint32_t escape = in.u32le();
        if (escape != kNoEscape)
            operand.escape = static_cast<char32_t>(escape);
    }
    for (std::uint32_t left = in.u32le(); left > 0 && in.ok(); --left) {
        SearchPage& page = request.pages.emplace_back();
        page.cells = getBytes(in);
        for (std::uint32_t more = in.u32le(); more > 0 && in.ok(); --more) {
            page.operands.push_back(in.u32le());
            if (page.operands.back() >= request.operands.size())
                in.fail();
        }
    }
}

// Reads the alternative with this index.
template <std::size_t Index = 0>
base::Result<Request> readAlternative(std::size_t kind, ByteReader& in)
{
    if constexpr (Index == std::variant_size_v<Request>) {
        return malformed();
    } else {
        if (kind != Index)
            return readAlternative<Index + 1>(kind, in);
        std::variant_alternative_t<Index, Request> request;
        read(in, request);
        if (!in.ok() || !in.atEnd())
            return malformed();
        return Request(std::move(request));
    }
}

}  // namespace

Bytes encode(const Request& request)
{
    ByteWriter out;
    out.u8(static_cast<Byte>(request.index()));
    std::visit([&out](const auto& alternative) { write(out, alternative); }, request);
    return std::move(out).take();
}

Bytes encodeSearch(const EncryptedColumn& column, std::span<const IndexOperand> operands, std::span<const IndexPage> pages)
{
    static const auto kind = static_cast<Byte>(Request(Search{}).index());
    ByteWriter out;
    out.u8(kind);
    writeSearch<IndexPage>(out, column, operands, pages);
    return std::move(out).take();
}

base::Result<Request> decodeRequest(ByteView message)
{
    ByteReader in(message);
    const std::size_t kind = in.u8();
    return readAlternative(kind, in);
}

Bytes encodeReply(ByteView fields)
{
    ByteWriter out;
    out.u8(0);
    out.bytes(fields);
    return std::move(out).take();
}

Bytes encodeError(const base::Error& error)
{
    ByteWriter out;
    out.u8(1);
    out.i32le(error.server ? error.server->number : 33192);
    // enclaveError() puts the sentence of the number in front again; only what came after it travels.
    std::string detail = error.server ? error.server->message : error.text;
    const std::string sentence = enclaveError(error.server ? error.server->number : 33192).server->message;
    if (detail.starts_with(sentence))
        detail.erase(0, std::min(detail.size(), sentence.size() + 1));
    put(out, detail);
    return std::move(out).take();
}

base::Result<Bytes> decodeReply(ByteView message)
{
    ByteReader in(message);
    if (in.u8() == 0 && in.ok()) {
        const ByteView fields = in.rest();
        return Bytes(fields.begin(), fields.end());
    }
    const std::int32_t number = in.i32le();
    const std::string detail = getText(in);
    return in.ok() ? enclaveError(number, detail) : malformed();
}

Bytes encodeOffer(const EnclaveSessionOffer& offer)
{
    ByteWriter out;
    out.bytes(offer.session);
    put(out, offer.attestationInfo);
    return std::move(out).take();
}

base::Result<EnclaveSessionOffer> decodeOffer(ByteView fields)
{
    ByteReader in(fields);
    EnclaveSessionOffer offer;
    offer.session = getSession(in);
    offer.attestationInfo = getBytes(in);
    if (!in.ok())
        return malformed();
    return offer;
}

Bytes encodeOpened(const OpenedPackage& opened)
{
    ByteWriter out;
    out.bytes(opened.session);
    out.u32le(static_cast<std::uint32_t>(opened.keys.size()));
    for (const EnclaveKeyId& key : opened.keys)
        put(out, key);
    return std::move(out).take();
}

base::Result<OpenedPackage> decodeOpened(ByteView fields)
{
    ByteReader in(fields);
    OpenedPackage opened;
    opened.session = getSession(in);
    for (std::uint32_t left = in.u32le(); left > 0 && in.ok(); --left)
        opened.keys.push_back(getKey(in));
    if (!in.ok())
        return malformed();
    return opened;
}

Bytes encodeRanks(std::span<const std::uint32_t> ranks)
{
    Bytes fields(ranks.size_bytes());
    if (!fields.empty())
        std::memcpy(fields.data(), ranks.data(), fields.size());
    return fields;
}

base::Result<std::vector<std::uint32_t>> decodeRanks(ByteView fields)
{
    if (fields.size() % sizeof(std::uint32_t) != 0)
        return malformed();
    std::vector<std::uint32_t> ranks(fields.size() / sizeof(std::uint32_t));
    if (!fields.empty())
        std::memcpy(ranks.data(), fields.data(), fields.size());
    return ranks;
}

Bytes encodePlaces(std::span<const IndexPlace> places)
{
    ByteWriter out;
    for (const IndexPlace& place : places) {
        out.u32le(place.below);
        out.u32le(place.upTo);
    }
    return std::move(out).take();
}

base::Result<std::vector<IndexPlace>> decodePlaces(ByteView fields)
{
    if (fields.size() % 8 != 0)
        return malformed();
    ByteReader in(fields);
    std::vector<IndexPlace> places(fields.size() / 8);
    for (IndexPlace& place : places) {
        place.below = in.u32le();
        place.upTo = in.u32le();
        if (place.below > place.upTo)
            return malformed();
    }
    return places;
}

Bytes encodeStatistics(const EnclaveStatistics& statistics)
{
    ByteWriter out;
    out.u32le(statistics.sessionCount);
    out.u32le(statistics.keyCount);
    out.i32le(statistics.processId);
    return std::move(out).take();
}

base::Result<EnclaveStatistics> decodeStatistics(ByteView fields)
{
    ByteReader in(fields);
    EnclaveStatistics statistics;
    statistics.sessionCount = in.u32le();
    statistics.keyCount = in.u32le();
    statistics.processId = in.i32le();
    if (!in.ok())
        return malformed();
    return statistics;
}

}  // namespace es::sandbox::abi
