// One request: a batch as written, or a parameterized statement. Thread: any (plain values).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::session {

struct Parameter {
    std::string name;        // with '@'; unique in the statement
    types::SqlType type;     // as declared; decides encoding and must match an encrypted column exactly
    types::Value value;      // of that type (types/Value.h), Null{} for NULL
    bool output = false;     // comes back through ResultSink::onReturnValue
    bool forceEncryption = false;  // error kForceEncryption when the server calls it plaintext
};

// What column encryption does for this statement; nothing can switch on what the connection has off.
enum class StatementEncryption : std::uint8_t {
    kAsConnected,  // describe, encrypt parameters, send keys to the enclave, decrypt results
    kResultsOnly,  // no describe call: parameters in plaintext, no enclave; results decrypted
    kOff,          // results stay ciphertext (catalog queries: saves the describe round trip)
};

struct Statement {
    std::string text;                   // UTF-8, one batch (no GO)
    std::vector<Parameter> parameters;  // none: SQL batch; else sp_executesql
    StatementEncryption encryption = StatementEncryption::kAsConnected;
};

}  // namespace es::session
