#include "driver/tds/EnvChange.h"

#include "driver/tds/Token.h"

#include <charconv>

namespace es::tds {
namespace {

enum class ValueForm : std::uint8_t { kText, kBytes, kLongBytes, kRouting, kUnknown };

ValueForm formOf(EnvChangeType type)
{
    switch (type) {
    case EnvChangeType::kDatabase:
    case EnvChangeType::kLanguage:
    case EnvChangeType::kPacketSize:
    case EnvChangeType::kMirroringPartner:
    case EnvChangeType::kUserInstance: return ValueForm::kText;
    case EnvChangeType::kCollation:
    case EnvChangeType::kBeginTransaction:
    case EnvChangeType::kCommitTransaction:
    case EnvChangeType::kRollbackTransaction:
    case EnvChangeType::kEnlistDtc:
    case EnvChangeType::kDefectDtc:
    case EnvChangeType::kDtcAddress:
    case EnvChangeType::kTransactionEnded:
    case EnvChangeType::kResetAcknowledged: return ValueForm::kBytes;
    case EnvChangeType::kPromoteTransaction: return ValueForm::kLongBytes;
    case EnvChangeType::kRouting:
    case EnvChangeType::kEnhancedRouting: return ValueForm::kRouting;
    }
    return ValueForm::kUnknown;
}

base::Bytes toBytes(base::ByteView view)
{
    return {view.begin(), view.end()};
}

void appendShortBytes(base::ByteWriter& out, const base::Bytes& bytes)
{
    out.u8(static_cast<std::uint8_t>(bytes.size()));
    out.bytes(bytes);
}

// A side may be left out at the end of the body: then it is empty.
std::string readText(base::ByteReader& body)
{
    return body.atEnd() ? std::string() : body.bVarchar();
}

base::Bytes readShortBytes(base::ByteReader& body)
{
    return body.atEnd() ? base::Bytes() : toBytes(body.bytes(body.u8()));
}

void appendRouting(base::ByteWriter& out, const EnvChange& change)
{
    const std::size_t lengthAt = out.size();
    out.u16le(0);
    out.u8(0);  // protocol: TCP
    out.u16le(change.routingPort);
    out.usVarchar(change.newText);
    if (change.type == EnvChangeType::kEnhancedRouting)
        out.usVarchar(change.routingDatabase);
    out.patchU16le(lengthAt, static_cast<std::uint16_t>(out.size() - lengthAt - sizeof(std::uint16_t)));
    out.u16le(0);
}

void readRouting(base::ByteReader& body, EnvChange& change)
{
    base::ByteReader value(body.bytes(body.u16le()));
    value.u8();
    change.routingPort = value.u16le();
    change.newText = value.usVarchar();
    if (change.type == EnvChangeType::kEnhancedRouting)
        change.routingDatabase = value.usVarchar();
    if (!value.ok())
        body.fail();
}

}  // namespace

EnvChange EnvChange::database(std::string_view now, std::string_view before)
{
    EnvChange change;
    change.type = EnvChangeType::kDatabase;
    change.newText = now;
    change.oldText = before;
    return change;
}

EnvChange EnvChange::language(std::string_view now, std::string_view before)
{
    EnvChange change = database(now, before);
    change.type = EnvChangeType::kLanguage;
    return change;
}

EnvChange EnvChange::packetSize(std::uint32_t now, std::uint32_t before)
{
    EnvChange change = database(std::to_string(now), std::to_string(before));
    change.type = EnvChangeType::kPacketSize;
    return change;
}

EnvChange EnvChange::collation(const types::Collation& now)
{
    base::ByteWriter bytes;
    appendCollation(bytes, now);
    EnvChange change;
    change.type = EnvChangeType::kCollation;
    change.newBytes = std::move(bytes).take();
    return change;
}

EnvChange EnvChange::transaction(EnvChangeType type, std::uint64_t descriptor)
{
    base::ByteWriter bytes;
    bytes.u64le(descriptor);
    EnvChange change;
    change.type = type;
    (type == EnvChangeType::kBeginTransaction ? change.newBytes : change.oldBytes) = std::move(bytes).take();
    return change;
}

EnvChange EnvChange::resetAcknowledged()
{
    EnvChange change;
    change.type = EnvChangeType::kResetAcknowledged;
    return change;
}

types::Collation EnvChange::collation() const
{
    base::ByteReader reader(newBytes);
    return readCollation(reader);
}

std::uint64_t EnvChange::newTransactionDescriptor() const
{
    return base::ByteReader(newBytes).u64le();
}

std::uint32_t EnvChange::newPacketBytes() const
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(newText.data(), newText.data() + newText.size(), value);
    return error == std::errc() && end == newText.data() + newText.size() ? value : 0;
}

void appendToken(base::ByteWriter& out, const EnvChange& change)
{
    out.u8(token::kEnvChange);
    const std::size_t lengthAt = out.size();
    out.u16le(0);
    out.u8(static_cast<std::uint8_t>(change.type));
    switch (formOf(change.type)) {
    case ValueForm::kText:
        out.bVarchar(change.newText);
        out.bVarchar(change.oldText);
        break;
    case ValueForm::kBytes:
        appendShortBytes(out, change.newBytes);
        appendShortBytes(out, change.oldBytes);
        break;
    case ValueForm::kLongBytes:
        out.u32le(static_cast<std::uint32_t>(change.newBytes.size()));
        out.bytes(change.newBytes);
        out.u8(0);
        break;
    case ValueForm::kRouting: appendRouting(out, change); break;
    case ValueForm::kUnknown: out.bytes(change.newBytes); break;
    }
    out.patchU16le(lengthAt, static_cast<std::uint16_t>(out.size() - lengthAt - sizeof(std::uint16_t)));
}

EnvChange readEnvChange(base::ByteReader& body)
{
    EnvChange change;
    change.type = static_cast<EnvChangeType>(body.u8());
    switch (formOf(change.type)) {
    case ValueForm::kText:
        change.newText = readText(body);
        change.oldText = readText(body);
        break;
    case ValueForm::kBytes:
        change.newBytes = readShortBytes(body);
        change.oldBytes = readShortBytes(body);
        break;
    case ValueForm::kLongBytes: change.newBytes = toBytes(body.bytes(body.u32le())); break;
    case ValueForm::kRouting: readRouting(body, change); break;
    case ValueForm::kUnknown: change.newBytes = toBytes(body.rest()); break;
    }
    return change;
}

}  // namespace es::tds
