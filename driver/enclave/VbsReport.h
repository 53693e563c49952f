// Report package of a VBS enclave.                                                enclave-protocol 4.3
// Thread: any (plain values).
#pragma once

#include "driver/base/Bytes.h"
#include "driver/enclave/Errors.h"

#include <array>

namespace es::enclave {

// Header of 24 bytes (u32 each): package size, version 1, scheme 1 (RSASSA-PSS SHA-256), statement size, signature size, 0.
struct ReportPackage {
    base::Bytes statement;
    base::Bytes signature;  // by the health report's key, over the statement
};

struct VbsModule {
    std::array<base::Byte, 32> uniqueId{};
    std::array<base::Byte, 32> authorId{};
    std::array<base::Byte, 16> familyId{};
    std::array<base::Byte, 16> imageId{};
    std::uint32_t svn = 0;
    std::string name;  // UTF-8
    friend bool operator==(const VbsModule&, const VbsModule&) = default;
};

// The signed statement: fields at the offsets given, then modules from 224 on.
struct VbsReport {
    std::uint32_t version = 1;                  // 4
    std::array<base::Byte, 64> enclaveData{};   // 8    SHA-256(identity), 32 zero bytes
    std::array<base::Byte, 32> ownerId{};       // 72
    std::array<base::Byte, 32> uniqueId{};      // 104
    std::array<base::Byte, 32> authorId{};      // 136
    std::array<base::Byte, 16> familyId{};      // 168
    std::array<base::Byte, 16> imageId{};       // 184
    std::uint32_t enclaveSvn = 0;               // 200
    std::uint32_t secureKernelSvn = 0;          // 204
    std::uint32_t platformSvn = 0;              // 208
    std::uint32_t flags = 0;                    // 212  bit 0 full debug, 1 dynamic debug enabled, 2 active
    std::uint32_t signingLevel = 0;             // 216
    std::uint32_t reserved = 0;                 // 220
    std::vector<VbsModule> modules;
};

[[nodiscard]] base::Bytes encodeReportPackage(const ReportPackage& package);
[[nodiscard]] base::Result<ReportPackage> decodeReportPackage(base::ByteView bytes);  // kBadReport: a size that does not add up
[[nodiscard]] base::Bytes encodeVbsReport(const VbsReport& report);
[[nodiscard]] base::Result<VbsReport> decodeVbsReport(base::ByteView statement);      // kBadReport

}  // namespace es::enclave
