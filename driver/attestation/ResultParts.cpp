#include "driver/attestation/ResultParts.h"

#include "driver/base/ByteReader.h"

#include <algorithm>

namespace es::attestation {
namespace {

// A bounded cursor that counts what is missing instead of giving up.
class PartReader {
public:
    PartReader(base::ByteView bytes, ResultParts& parts) : m_reader(bytes), m_parts(parts) {}

    std::uint32_t u32()
    {
        if (m_reader.remainingBytes() >= 4) return m_reader.u32le();
        missing(4);
        return 0;
    }
    std::optional<base::Bytes> part(std::uint64_t size)
    {
        if (size > m_reader.remainingBytes()) {
            missing(size);
            return std::nullopt;
        }
        const base::ByteView view = m_reader.bytes(size);
        return base::Bytes(view.begin(), view.end());
    }
    [[nodiscard]] base::ByteView rest() { return m_reader.rest(); }

private:
    void missing(std::uint64_t size)
    {
        m_parts.missingBytes += size - m_reader.remainingBytes();
        m_reader.skip(m_reader.remainingBytes());
    }

    base::ByteReader m_reader;
    ResultParts& m_parts;
};

//   offset size field
//   0      4    S    bytes that follow: 16 + D + G
//   4      8    session id
//   12     4, 4 D, G
//   20     D, G key, signature
void takeSession(PartReader& reader, ResultParts& parts)
{
    const std::uint64_t stated = reader.u32();
    if (parts.missingBytes > 0) return;
    base::ByteView rest = reader.rest();
    if (stated > rest.size()) parts.missingBytes = stated - rest.size();
    if (stated < rest.size()) parts.extraBytes = rest.size() - stated;
    base::ByteReader inside(rest.first(std::min<std::size_t>(stated, rest.size())));
    const base::ByteView id = inside.bytes(8);
    parts.keySize = inside.u32le();
    const std::uint64_t signatureSize = inside.u32le();
    const std::uint64_t needed = 16 + parts.keySize + signatureSize;
    if (needed > stated) parts.missingBytes += needed - stated;
    if (needed < stated) parts.extraBytes += stated - needed;
    if (!inside.ok()) return;
    std::copy(id.begin(), id.end(), parts.sessionId.emplace().begin());
    const base::ByteView key = inside.bytes(parts.keySize);
    if (inside.ok()) parts.enclavePublicKey.emplace(key.begin(), key.end());
    const base::ByteView signature = inside.bytes(signatureSize);
    if (inside.ok()) parts.signature.emplace(signature.begin(), signature.end());
}

}  // namespace

ResultParts takeApart(Protocol protocol, base::ByteView result)
{
    ResultParts parts;
    parts.tooLarge = result.size() > kMaxResultBytes;
    if (parts.tooLarge) return parts;
    PartReader reader(result, parts);
    parts.totalSize = reader.u32();
    if (protocol == Protocol::kHgs) {
        const std::uint64_t identity = reader.u32();
        const std::uint64_t health = reader.u32();
        const std::uint64_t report = reader.u32();
        parts.expectedTotalSize = 12 + identity + health + report;
        parts.identity = reader.part(identity);
        parts.healthReport = reader.part(health);
        parts.reportPackage = reader.part(report);
    }
    if (protocol == Protocol::kAas) {
        const std::uint64_t identity = reader.u32();
        const std::uint64_t token = reader.u32();
        const std::uint32_t type = reader.u32();
        if (parts.missingBytes == 0) parts.enclaveType = type;
        parts.identity = reader.part(identity);
        parts.token = reader.part(token);
    }
    takeSession(reader, parts);
    return parts;
}

}  // namespace es::attestation
