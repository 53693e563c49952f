// From a statement to the packets of its request. Thread: any (pure).              MS-TDS 2.2.6.6, 2.2.6.7; always-encrypted-wire.md 3.2
#pragma once

#include "driver/session/ConnectionFacts.h"
#include "driver/session/Statement.h"
#include "driver/tds/Request.h"

namespace es::session {

// "@p char(11),@q int output", as sp_executesql and the describe call want it; empty without parameters.
[[nodiscard]] std::string declarationsOf(const Statement& statement);

// SQL batch. Errors: tds::kCannotEncode.
[[nodiscard]] base::Result<base::Bytes> batchPackets(const ConnectionFacts& facts, std::string_view text, base::Bytes enclavePackage);
// sp_executesql with parameters already encoded.
[[nodiscard]] base::Result<base::Bytes> executeSqlPackets(const ConnectionFacts& facts, std::string_view text, std::string_view declarations,
    std::vector<tds::RpcParameter> parameters, base::Bytes enclavePackage);
// A whole bulk load message: COLMETADATA, rows, DONE. It has no headers of its own.                        MS-TDS 2.2.6.1
[[nodiscard]] base::Bytes bulkLoadPackets(const ConnectionFacts& facts, base::ByteView tokens);
// sp_describe_parameter_encryption by name, its arguments by position; the third only when given.
[[nodiscard]] base::Result<base::Bytes> describePackets(const ConnectionFacts& facts, std::string_view text, std::string_view declarations,
    const std::optional<base::Bytes>& attestationParameters);

}  // namespace es::session
