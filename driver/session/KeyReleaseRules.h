// Whether a column key that the server asks for has anything to do with the statement: the measure is what the statement's text names and
// what the catalog says about it. The signature of its master key and the list of trusted key paths are judged beside (ColumnKeys.h).
// Thread: any (pure).                                                              enclave-protocol.md 9, 11
#pragma once

#include "driver/session/BatchReferences.h"
#include "driver/session/DescribeAnswer.h"
#include "driver/session/KeyUse.h"

#include <optional>

namespace es::session {

// The keys that a statement can have a use for, by id. Nothing: the text does not decide it (any signed key may go).
//   ALTER COLUMN: the column's current key, and the one it names;  every other table that is named: the keys of all its columns.
[[nodiscard]] std::optional<std::vector<std::uint32_t>> usefulKeys(const BatchReferences& references, const KeyUse& use);

// Of the keys requested by the enclave, the first that is not among them; null pointer: none.
[[nodiscard]] const DescribedKey* firstUselessKey(const DescribeAnswer& described, const BatchReferences& references, const KeyUse& use);

// Whether the statement may only be judged with the catalog at hand.
[[nodiscard]] bool needsCatalog(const BatchReferences& references);

// "CEK_Salary" with its id, or the id alone.
[[nodiscard]] std::string keyTitle(const KeyUse& use, std::uint32_t keyId);
// "\"A\", \"B\"" of those; "none" when empty.
[[nodiscard]] std::string keyTitles(const KeyUse& use, const std::vector<std::uint32_t>& keyIds);

}  // namespace es::session
