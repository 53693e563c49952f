#include "driver/enclave/VbsReport.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/base/Utf16.h"

#include <algorithm>

namespace es::enclave {
namespace {

constexpr std::size_t kHeaderBytes = 24;
constexpr std::uint32_t kPackageVersion = 1;
constexpr std::uint32_t kSchemePssSha256 = 1;
constexpr std::size_t kReportBytes = 224;  // without modules
constexpr std::uint32_t kModuleType = 1;
constexpr std::size_t kModuleFixedBytes = 108;  // up to the name
constexpr std::size_t kModuleAlignment = 8;

base::Error bad(std::string_view what)
{
    base::Error error = base::makeError(kBadReport, "The enclave's report is malformed: " + std::string(what) + ".");
    error.origin = base::Origin::kEnclave;
    return error;
}

template <std::size_t N>
void read(base::ByteReader& reader, std::array<base::Byte, N>& field)
{
    const base::ByteView bytes = reader.bytes(N);
    std::copy(bytes.begin(), bytes.end(), field.begin());
}

//   offset size field
//   0      4    type 1
//   4      4    size of the whole module, a multiple of 8
//   8      32   uniqueId, 40: 32 authorId, 72: 16 familyId, 88: 16 imageId
//   104    4    svn
//   108    ...  name, UTF-16LE with a NUL, zero padding
base::Result<VbsModule> decodeModule(base::ByteReader& reader)
{
    const std::uint32_t type = reader.u32le();
    const std::uint32_t size = reader.u32le();
    if (!reader.ok() || type != kModuleType || size < kModuleFixedBytes || size % kModuleAlignment != 0) return bad("module");
    base::ByteReader body(reader.bytes(size - 8));
    VbsModule module;
    read(body, module.uniqueId);
    read(body, module.authorId);
    read(body, module.familyId);
    read(body, module.imageId);
    module.svn = body.u32le();
    if (!reader.ok() || !body.ok()) return bad("module");
    const base::ByteView name = body.rest();
    std::size_t end = 0;
    while (end + 1 < name.size() && (name[end] != 0 || name[end + 1] != 0))
        end += 2;
    module.name = base::utf8FromUtf16le(name.first(end));
    return module;
}

void encodeModule(const VbsModule& module, base::ByteWriter& writer)
{
    const std::size_t unpadded = kModuleFixedBytes + 2 * base::utf16Units(module.name) + 2;
    const std::size_t size = (unpadded + kModuleAlignment - 1) / kModuleAlignment * kModuleAlignment;
    writer.u32le(kModuleType);
    writer.u32le(static_cast<std::uint32_t>(size));
    writer.bytes(module.uniqueId);
    writer.bytes(module.authorId);
    writer.bytes(module.familyId);
    writer.bytes(module.imageId);
    writer.u32le(module.svn);
    writer.utf16(module.name);
    writer.zeros(2 + size - unpadded);
}

}  // namespace

base::Bytes encodeReportPackage(const ReportPackage& package)
{
    base::ByteWriter writer;
    writer.u32le(static_cast<std::uint32_t>(kHeaderBytes + package.statement.size() + package.signature.size()));
    writer.u32le(kPackageVersion);
    writer.u32le(kSchemePssSha256);
    writer.u32le(static_cast<std::uint32_t>(package.statement.size()));
    writer.u32le(static_cast<std::uint32_t>(package.signature.size()));
    writer.u32le(0);
    writer.bytes(package.statement);
    writer.bytes(package.signature);
    return std::move(writer).take();
}

base::Result<ReportPackage> decodeReportPackage(base::ByteView bytes)
{
    base::ByteReader reader(bytes);
    const std::uint32_t packageSize = reader.u32le();
    const std::uint32_t version = reader.u32le();
    const std::uint32_t scheme = reader.u32le();
    const std::uint32_t statementSize = reader.u32le();
    const std::uint32_t signatureSize = reader.u32le();
    reader.skip(4);
    const base::ByteView statement = reader.bytes(statementSize);
    const base::ByteView signature = reader.bytes(signatureSize);
    if (!reader.ok() || !reader.atEnd() || packageSize != bytes.size()) return bad("package sizes");
    if (version != kPackageVersion || scheme != kSchemePssSha256) return bad("package version or signature scheme");
    return ReportPackage{{statement.begin(), statement.end()}, {signature.begin(), signature.end()}};
}

base::Bytes encodeVbsReport(const VbsReport& report)
{
    base::ByteWriter writer;
    writer.u32le(0);  // report size, known at the end
    writer.u32le(report.version);
    writer.bytes(report.enclaveData);
    writer.bytes(report.ownerId);
    writer.bytes(report.uniqueId);
    writer.bytes(report.authorId);
    writer.bytes(report.familyId);
    writer.bytes(report.imageId);
    writer.u32le(report.enclaveSvn);
    writer.u32le(report.secureKernelSvn);
    writer.u32le(report.platformSvn);
    writer.u32le(report.flags);
    writer.u32le(report.signingLevel);
    writer.u32le(report.reserved);
    for (const VbsModule& module : report.modules)
        encodeModule(module, writer);
    writer.patchU32le(0, static_cast<std::uint32_t>(writer.size()));
    return std::move(writer).take();
}

base::Result<VbsReport> decodeVbsReport(base::ByteView statement)
{
    base::ByteReader reader(statement);
    if (reader.u32le() != statement.size() || statement.size() < kReportBytes) return bad("report size");
    VbsReport report;
    report.version = reader.u32le();
    read(reader, report.enclaveData);
    read(reader, report.ownerId);
    read(reader, report.uniqueId);
    read(reader, report.authorId);
    read(reader, report.familyId);
    read(reader, report.imageId);
    report.enclaveSvn = reader.u32le();
    report.secureKernelSvn = reader.u32le();
    report.platformSvn = reader.u32le();
    report.flags = reader.u32le();
    report.signingLevel = reader.u32le();
    report.reserved = reader.u32le();
    while (!reader.atEnd()) {
        ES_TRY(VbsModule module, decodeModule(reader));
        report.modules.push_back(std::move(module));
    }
    return report;
}

}  // namespace es::enclave
