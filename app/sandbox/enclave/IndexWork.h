// What the enclave does with pages of an index: finds the place of values in them. Decrypts as many cells as halving a page takes.
// Thread: one at a time.
#pragma once

#include "app/sandbox/enclave/CellWork.h"
#include "app/sandbox/enclaveabi/AbiMessages.h"

namespace es::sandbox {

// The places, page after page. Errors: 33195, 33546, 33187 (cell or operand), 33550 (page), 33192 (a pattern for a column without text).
[[nodiscard]] base::Result<std::vector<IndexPlace>> searchPages(SessionTable& sessions, const abi::Search& request);

}  // namespace es::sandbox
