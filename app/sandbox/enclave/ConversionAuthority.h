// What the client has really ordered. The server alone tells the enclave which column it converts, so the enclave reads the
// statement whose hash the client sealed, and converts only what is written there.                        sandbox-design, last part
// Thread: any.
#pragma once

#include "app/sandbox/enclave/SessionTable.h"

namespace es::sandbox {

// Fine when `statementUtf16le` was authorised in the conversion's session together with its keys, and holds an ALTER TABLE ...
// ALTER COLUMN with this table, column, type, and with this key and encryption type (or without ENCRYPTED WITH: decryption).
// An order is good for one conversion: kept, it would decrypt whatever the server likes for as long as the session lives.
// Errors: 33195, 33546, 33550 (statement not authorised, or its order taken before), 33192 (not what the statement says).
[[nodiscard]] base::Result<void> authoriseConversion(SessionTable& sessions, const ColumnConversion& conversion,
                                                     base::ByteView statementUtf16le);

}  // namespace es::sandbox
