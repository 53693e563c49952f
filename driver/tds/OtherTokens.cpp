#include "driver/tds/OtherTokens.h"

#include "driver/base/Utf16.h"
#include "driver/tds/Token.h"

namespace es::tds {
namespace {

constexpr std::uint8_t kLongItem = 0xFF;           // SESSIONSTATE: a u32 length follows
constexpr std::uint8_t kDifferentName = 0x20;      // COLINFO status: the base column's name follows
constexpr std::size_t kFedAuthItemBytes = 9;
constexpr std::uint32_t kMaxFedAuthItems = 64;       // items may share their data: a limit on what they can unfold to

}  // namespace

void appendToken(base::ByteWriter& out, const Order& order)
{
    out.u8(token::kOrder);
    out.u16le(static_cast<std::uint16_t>(order.columns.size() * sizeof(std::uint16_t)));
    for (const std::uint16_t column : order.columns)
        out.u16le(column);
}

Order readOrder(base::ByteReader& body)
{
    Order order;
    while (body.ok() && !body.atEnd())
        order.columns.push_back(body.u16le());
    return order;
}

void appendToken(base::ByteWriter& out, const SspiToken& sspi)
{
    out.u8(token::kSspi);
    out.u16le(static_cast<std::uint16_t>(sspi.data.size()));
    out.bytes(sspi.data);
}

// u32 length, u32 count, (id u8, length u32, offset u32)*, data; offsets count from the count field.
void appendToken(base::ByteWriter& out, const FedAuthInfo& info)
{
    base::ByteWriter data;
    base::ByteWriter body;
    std::size_t offset = sizeof(std::uint32_t) + info.items.size() * kFedAuthItemBytes;
    body.u32le(static_cast<std::uint32_t>(info.items.size()));
    for (const FedAuthInfo::Item& item : info.items) {
        const base::Bytes text = base::utf16leFromUtf8(item.text);
        body.u8(item.id);
        body.u32le(static_cast<std::uint32_t>(text.size()));
        body.u32le(static_cast<std::uint32_t>(offset));
        data.bytes(text);
        offset += text.size();
    }
    out.u8(token::kFedAuthInfo);
    out.u32le(static_cast<std::uint32_t>(body.size() + data.size()));
    out.bytes(body.view());
    out.bytes(data.view());
}

FedAuthInfo readFedAuthInfo(base::ByteReader& body)
{
    base::ByteReader whole = body;
    const base::ByteView bytes = whole.rest();
    FedAuthInfo info;
    const std::uint32_t count = body.u32le();
    if (count > kMaxFedAuthItems)
        body.fail();
    for (std::uint32_t i = 0; i < count && body.ok(); ++i) {
        FedAuthInfo::Item item;
        item.id = body.u8();
        const std::uint32_t size = body.u32le();
        base::ByteReader data(bytes);
        data.skip(body.u32le());
        item.text = base::utf8FromUtf16le(data.bytes(size));
        if (!data.ok())
            body.fail();
        info.items.push_back(std::move(item));
    }
    return info;
}

void appendToken(base::ByteWriter& out, const SessionState& state)
{
    out.u8(token::kSessionState);
    const std::size_t lengthAt = out.size();
    out.u32le(0);
    out.u32le(state.sequence);
    out.u8(state.recoverable ? 1 : 0);
    for (const SessionState::Item& item : state.items) {
        out.u8(item.id);
        const bool isLong = item.data.size() >= kLongItem;
        out.u8(isLong ? kLongItem : static_cast<std::uint8_t>(item.data.size()));
        if (isLong)
            out.u32le(static_cast<std::uint32_t>(item.data.size()));
        out.bytes(item.data);
    }
    out.patchU32le(lengthAt, static_cast<std::uint32_t>(out.size() - lengthAt - sizeof(std::uint32_t)));
}

SessionState readSessionState(base::ByteReader& body)
{
    SessionState state;
    state.sequence = body.u32le();
    state.recoverable = (body.u8() & 1) != 0;
    while (body.ok() && !body.atEnd()) {
        SessionState::Item item;
        item.id = body.u8();
        std::size_t size = body.u8();
        if (size == kLongItem)
            size = body.u32le();
        const base::ByteView data = body.bytes(size);
        item.data.assign(data.begin(), data.end());
        state.items.push_back(std::move(item));
    }
    return state;
}

TabName readTabName(base::ByteReader& body)
{
    TabName names;
    while (body.ok() && !body.atEnd()) {
        std::vector<std::string> parts;
        for (int left = body.u8(); left > 0 && body.ok(); --left)
            parts.push_back(body.usVarchar());
        names.tables.push_back(std::move(parts));
    }
    return names;
}

ColInfo readColInfo(base::ByteReader& body)
{
    ColInfo info;
    while (body.ok() && !body.atEnd()) {
        ColInfo::Item item;
        item.column = body.u8();
        item.table = body.u8();
        item.status = body.u8();
        if ((item.status & kDifferentName) != 0)
            item.baseName = body.bVarchar();
        info.items.push_back(std::move(item));
    }
    return info;
}

}  // namespace es::tds
