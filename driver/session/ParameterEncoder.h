// From a statement's parameters to those of the RPC: plaintext ones in row form, encrypted ones as ciphertext with cipher information.
// Thread: session thread only.                                                     always-encrypted-wire.md 2.4, 3.6
#pragma once

#include "driver/session/ColumnKeys.h"
#include "driver/session/ConnectionFacts.h"
#include "driver/session/Statement.h"
#include "driver/tds/Request.h"

namespace es::session {

// Names begin with '@' and are unique, values are of their declared types. Errors: kBadParameter.
[[nodiscard]] base::Result<void> checkParameters(const std::vector<Parameter>& parameters);

// `described`: null when the statement was not described; then all go in plaintext, and a parameter that must be encrypted is an error.
// Errors: kForceEncryption, kDescribeFailed, kUnsupportedEncryption, kBadParameter, the key store's. Nothing has been sent then.
[[nodiscard]] base::Result<std::vector<tds::RpcParameter>> encodeParameters(
    const std::vector<Parameter>& parameters, const DescribeAnswer* described, const ConnectionFacts& facts, ColumnKeys& keys);

}  // namespace es::session
