#include "driver/tds/Request.h"

#include "driver/base/Utf16.h"
#include "driver/tds/Errors.h"

#include <limits>

namespace es::tds {
namespace {

constexpr std::uint16_t kHeaderTransaction = 2;
constexpr std::uint32_t kHeaderPrefixBytes = 6;                       // u32 length, u16 type
constexpr std::uint32_t kTransactionHeaderBytes = kHeaderPrefixBytes + 12;

base::Error truncated(const char* what)
{
    return protocolError(kTruncated, std::string(what) + " is cut off.");
}

std::string smallText(base::ByteReader& reader)  // B_VARBYTE that holds UTF-16LE text
{
    return base::utf8FromUtf16le(reader.bytes(reader.u8()));
}

void appendSmallText(base::ByteWriter& out, std::string_view text)
{
    const base::Bytes bytes = base::utf16leFromUtf8(text);
    const std::size_t size = std::min<std::size_t>(bytes.size(), 254);
    out.u8(static_cast<std::uint8_t>(size));
    out.bytes(base::ByteView(bytes).first(size));
}

}  // namespace

void appendAllHeaders(base::ByteWriter& out, const AllHeaders& headers)
{
    const std::size_t start = out.size();
    out.u32le(0);
    out.u32le(kTransactionHeaderBytes);
    out.u16le(kHeaderTransaction);
    out.u64le(headers.transactionDescriptor);
    out.u32le(headers.outstandingRequests);
    for (const AllHeaders::Other& other : headers.others) {
        out.u32le(static_cast<std::uint32_t>(kHeaderPrefixBytes + other.data.size()));
        out.u16le(other.type);
        out.bytes(other.data);
    }
    out.patchU32le(start, static_cast<std::uint32_t>(out.size() - start));
}

base::Result<AllHeaders> readAllHeaders(base::ByteReader& reader)
{
    const std::uint32_t total = reader.u32le();
    base::ByteReader body(reader.bytes(total < sizeof(total) ? 0 : total - sizeof(total)));
    if (!reader.ok())
        return truncated("A request's header");
    if (total < sizeof(total))
        return protocolError(kMalformed, "A request's header has an impossible length.");
    AllHeaders headers;
    while (!body.atEnd()) {
        const std::uint32_t length = body.u32le();
        const std::uint16_t type = body.u16le();
        const base::ByteView data = body.bytes(length < kHeaderPrefixBytes ? 0 : length - kHeaderPrefixBytes);
        if (!body.ok() || length < kHeaderPrefixBytes)
            return protocolError(kMalformed, "A request's header has an impossible length.");
        if (type == kHeaderTransaction && length == kTransactionHeaderBytes) {
            base::ByteReader values(data);
            headers.transactionDescriptor = values.u64le();
            headers.outstandingRequests = values.u32le();
        } else {
            headers.others.push_back({type, base::Bytes(data.begin(), data.end())});
        }
    }
    return headers;
}

base::Result<base::Bytes> encodeSqlBatch(const SqlBatch& batch, bool enclaveField)
{
    base::ByteWriter out;
    appendAllHeaders(out, batch.headers);
    ES_CHECK(appendEnclaveField(out, batch.enclavePackage, enclaveField));
    out.utf16(batch.text);
    return std::move(out).take();
}

base::Result<SqlBatch> decodeSqlBatch(base::ByteView payload, bool enclaveField)
{
    base::ByteReader reader(payload);
    SqlBatch batch;
    ES_TRY(batch.headers, readAllHeaders(reader));
    if (enclaveField) {
        const base::ByteView package = reader.bytes(reader.u16le());
        batch.enclavePackage.assign(package.begin(), package.end());
    }
    const base::ByteView text = reader.rest();
    if (!reader.ok())
        return truncated("A batch");
    if (text.size() % 2 != 0)
        return protocolError(kMalformed, "A batch's text has an odd number of bytes.");
    batch.rawUtf16.assign(text.begin(), text.end());
    batch.text = base::utf8FromUtf16le(text);
    return batch;
}

base::Result<void> appendEnclaveField(base::ByteWriter& out, base::ByteView package, bool enclaveField)
{
    if (!enclaveField)
        return {};
    if (package.size() > std::numeric_limits<std::uint16_t>::max())
        return base::makeError(kCannotEncode, "The keys for the enclave do not fit into one request.", {},
            "Use fewer encrypted columns with different keys in one statement.");
    out.u16le(static_cast<std::uint16_t>(package.size()));
    out.bytes(package);
    return {};
}

base::Bytes encodeTransactionRequest(const TransactionRequest& request)
{
    base::ByteWriter out;
    appendAllHeaders(out, request.headers);
    out.u16le(request.request);
    switch (static_cast<TransactionRequestKind>(request.request)) {
    case TransactionRequestKind::kBegin:
        out.u8(request.isolation);
        appendSmallText(out, request.name);
        break;
    case TransactionRequestKind::kCommit:
    case TransactionRequestKind::kRollback:
        appendSmallText(out, request.name);
        out.u8(request.beginsNew ? 1 : 0);
        if (request.beginsNew) {
            out.u8(request.isolation);
            appendSmallText(out, request.newName);
        }
        break;
    case TransactionRequestKind::kSave: appendSmallText(out, request.name); break;
    default: out.bytes(request.payload); break;
    }
    return std::move(out).take();
}

base::Result<TransactionRequest> decodeTransactionRequest(base::ByteView payload)
{
    base::ByteReader reader(payload);
    TransactionRequest request;
    ES_TRY(request.headers, readAllHeaders(reader));
    request.request = reader.u16le();
    base::ByteReader body = reader;
    const base::ByteView bytes = reader.rest();
    request.payload.assign(bytes.begin(), bytes.end());
    switch (static_cast<TransactionRequestKind>(request.request)) {
    case TransactionRequestKind::kBegin:
        request.isolation = body.u8();
        request.name = smallText(body);
        break;
    case TransactionRequestKind::kCommit:
    case TransactionRequestKind::kRollback:
        request.name = smallText(body);
        request.beginsNew = !body.atEnd() && (body.u8() & 1) != 0;
        if (request.beginsNew) {
            request.isolation = body.u8();
            request.newName = smallText(body);
        }
        break;
    case TransactionRequestKind::kSave: request.name = smallText(body); break;
    default: break;
    }
    if (!reader.ok() || !body.ok())
        return truncated("A transaction request");
    return request;
}

}  // namespace es::tds
