// Turns the cells of one encrypted column back into row form. The key is asked for with the first cell that needs it, so that a column
// without values costs nothing and fails nothing.
// Thread: session thread only.                                                     always-encrypted-wire.md 2.2, 5
#pragma once

#include "driver/session/ColumnKeys.h"
#include "driver/tds/ColMetadata.h"

namespace es::session {

class ColumnDecryptor {
public:
    // `keys` must outlive it; `metadata` is shared with the token it came from. Errors: kUnsupportedEncryption, kProtocolError.
    [[nodiscard]] static base::Result<ColumnDecryptor> create(ColumnKeys& keys, std::shared_ptr<const tds::ColMetadata> metadata, std::size_t column);

    // Appends the cell's row form to `out`. Errors: kCellFailed (without the row: the caller adds it), the key store's.
    [[nodiscard]] base::Result<void> decrypt(base::ByteView cell, base::Bytes& out);

private:
    ColumnDecryptor(ColumnKeys& keys, std::shared_ptr<const tds::ColMetadata> metadata, std::size_t column, types::SqlType baseType);
    [[nodiscard]] base::Result<void> openKey();

    ColumnKeys* m_keys;
    std::shared_ptr<const tds::ColMetadata> m_metadata;
    std::size_t m_column;
    std::string m_what;  // for messages: "Column \"SSN\""
    types::SqlType m_baseType;
    std::optional<crypto::CellCipher> m_cipher;
    base::Bytes m_plaintext;  // reused from cell to cell
};

// Algorithm, encryption type and rule version are ones that this driver knows, and the base type is one that can be encrypted.
// `what`: "Column \"SSN\"". Errors: kUnsupportedEncryption.
[[nodiscard]] base::Result<void> checkEncryption(std::string_view what, const tds::CryptoMetadata& crypto);

// One cell under one key. Appends the row form. Errors: kCellFailed. `plaintext` is working space.
[[nodiscard]] base::Result<void> decryptCell(std::string_view what, crypto::CellCipher& cipher, const types::SqlType& baseType, base::ByteView cell,
    base::Bytes& plaintext, base::Bytes& out);

}  // namespace es::session
