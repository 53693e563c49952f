#include "app/sandbox/enclave/ConversionAuthority.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/base/Utf16.h"
#include "driver/tsql/Parser.h"
#include "driver/tsql/TypeResolve.h"
#include "driver/types/Collation.h"

namespace es::sandbox {

namespace {

constexpr std::string_view kCellAlgorithm = "AEAD_AES_256_CBC_HMAC_SHA_256";

bool sameName(std::string_view a, std::string_view b)
{
    return types::compareText(a, b, types::kDefaultCollation) == 0;
}

bool sameType(const types::SqlType& a, const types::SqlType& b)
{
    return a.id == b.id && a.lengthBytes == b.lengthBytes && a.precision == b.precision && a.scale == b.scale;
}

// The type as written; the collation is no part of what is compared.
bool isOfType(const tsql::ColumnDefinition& column, const types::SqlType& type)
{
    const auto written = tsql::resolveType(column.type, type.collation);
    return written && sameType(*written, type);
}

bool ordersEncryption(const tsql::EncryptedWith& written, const ColumnConversion& conversion)
{
    return conversion.toKey && sameName(written.columnEncryptionKey.text, conversion.toKeyName)
        && written.deterministic == conversion.toDeterministic && sameName(written.algorithm, kCellAlgorithm);
}

bool orders(const tsql::AlterTable& alter, const ColumnConversion& conversion)
{
    const auto* action = std::get_if<tsql::AlterColumn>(&alter.action);
    if (action == nullptr || !sameName(action->column.name.text, conversion.columnName))
        return false;
    const std::string_view schema = alter.name.schema().empty() ? std::string_view(conversion.defaultSchema) : alter.name.schema();
    if (!sameName(schema, conversion.schemaName) || !sameName(alter.name.object(), conversion.tableName))
        return false;
    if (!isOfType(action->column, conversion.type))
        return false;
    return action->column.encrypted ? ordersEncryption(*action->column.encrypted, conversion) : !conversion.toKey;
}

// Where in the text this conversion is ordered. Looks into blocks and branches too: the client has authorised the whole text.
class OrderFinder {
public:
    explicit OrderFinder(const ColumnConversion& conversion) : m_conversion(conversion) {}

    void look(const std::vector<tsql::Statement>& statements)
    {
        for (const tsql::Statement& statement : statements)
            look(statement);
    }
    [[nodiscard]] const std::vector<std::uint32_t>& offsets() const { return m_offsets; }

private:
    void look(const tsql::StatementPtr& statement)
    {
        if (statement != nullptr)
            look(*statement);
    }
    void look(const tsql::Statement& statement)
    {
        if (const auto* alter = std::get_if<tsql::AlterTable>(&statement.node)) {
            if (orders(*alter, m_conversion))
                m_offsets.push_back(statement.range.offset);
        } else if (const auto* block = std::get_if<tsql::Block>(&statement.node)) {
            look(block->statements);
        } else if (const auto* branch = std::get_if<tsql::If>(&statement.node)) {
            look(branch->then);
            look(branch->otherwise);
        } else if (const auto* loop = std::get_if<tsql::While>(&statement.node)) {
            look(loop->body);
        } else if (const auto* guarded = std::get_if<tsql::TryCatch>(&statement.node)) {
            look(guarded->body);
            look(guarded->handler);
        }
    }

    const ColumnConversion& m_conversion;
    std::vector<std::uint32_t> m_offsets;
};

base::Result<void> checkKeys(SessionTable& sessions, const EnclaveSessionId& session, const crypto::Sha256Digest& hash,
                             std::span<const EnclaveKeyId> keys)
{
    for (const EnclaveKeyId& key : keys) {
        ES_TRY(const bool held, sessions.hasKey(session, key));
        if (!held)
            return enclaveError(33546);
    }
    ES_TRY(const bool authorised, sessions.isAuthorised(session, hash, keys));
    if (!authorised)
        return enclaveError(33550, "The client has not authorised this statement with this key.");
    return {};
}

}  // namespace

base::Result<void> authoriseConversion(SessionTable& sessions, const ColumnConversion& conversion, base::ByteView statementUtf16le)
{
    if (!conversion.fromKey && !conversion.toKey)
        return enclaveError(33192, "A conversion needs a key.");
    const crypto::Sha256Digest hash = enclave::statementHashUtf16(statementUtf16le);
    std::vector<EnclaveKeyId> keys;
    for (const auto& key : {conversion.fromKey, conversion.toKey}) {
        if (key)
            keys.push_back(*key);
    }
    ES_CHECK(checkKeys(sessions, conversion.session, hash, keys));

    const std::string text = base::utf8FromUtf16le(statementUtf16le);
    const auto script = tsql::parse(text);
    if (!script)
        return enclaveError(33192, "The authorised statement cannot be read.");
    OrderFinder finder(conversion);
    finder.look(script->statements);
    if (finder.offsets().empty())
        return enclaveError(33192, "The authorised statement does not order this conversion of column " + conversion.columnName + ".");
    ES_TRY(const bool taken, sessions.takeOrder(conversion.session, hash, keys, finder.offsets()));
    if (!taken)
        return enclaveError(33550, "The conversion that the client has ordered was done already.");
    return {};
}

}  // namespace es::sandbox
