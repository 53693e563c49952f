// One table's columns as a bulk load sends them, and rows as its tokens. Private to this room.
// Thread: session thread only.                                          MS-TDS 2.2.6.1; always-encrypted-wire.md 2.6, 5
#pragma once

#include "driver/session/BulkCopy.h"
#include "driver/session/ColumnKeys.h"
#include "driver/tds/Row.h"

namespace es::session {

class BulkRowEncoder {
public:
    // `metadata`: of a SELECT of the table, `keyTable`: column encryption was negotiated. Keys are unwrapped here, so that a key that
    // cannot be had fails before a row was asked for.
    // Errors: kBadParameter (a type that cannot be sent), kUnsupportedEncryption, kProtocolError, the key store's.
    [[nodiscard]] static base::Result<BulkRowEncoder> create(
        const tds::ColMetadata& metadata, const BulkCopyRequest& request, bool keyTable, ColumnKeys& keys);

    [[nodiscard]] std::span<const BulkColumn> columns() const { return m_columns; }
    // INSERT BULK table (columns) WITH (options)
    [[nodiscard]] std::string statement(const BulkCopyRequest& request) const;

    void begin(base::ByteWriter& out) const;  // COLMETADATA
    // ROW. `number`: from 1, for messages. Errors: kBadParameter with column and row, never with the value.
    [[nodiscard]] base::Result<void> append(base::ByteWriter& out, std::span<const types::Value> row, std::uint64_t number);
    static void end(base::ByteWriter& out);   // DONE

private:
    struct Cipher {
        crypto::CellCipher cipher;
        crypto::EncryptionType type;
    };
    BulkRowEncoder() = default;
    [[nodiscard]] base::Result<void> addColumn(const tds::Column& column, const tds::ColMetadata& metadata, ColumnKeys& keys);
    [[nodiscard]] base::Result<base::Bytes> cellOf(std::size_t column, const types::Value& value);

    bool m_keyTable = false;
    tds::ColMetadata m_sent;
    std::vector<types::SqlType> m_wireTypes;  // of plaintext cells
    std::vector<BulkColumn> m_columns;
    std::vector<std::optional<Cipher>> m_ciphers;
    std::optional<tds::RowWriter> m_writer;
    std::vector<std::optional<base::Bytes>> m_cells;
};

}  // namespace es::session
