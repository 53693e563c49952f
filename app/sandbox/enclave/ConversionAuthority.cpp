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

bool orders(const std::vector<tsql::Statement>& statements, const ColumnConversion& conversion);

bool orders(const tsql::StatementPtr& statement, const ColumnConversion& conversion);

// Looks into blocks and branches too: the client has authorised the whole text.
bool orders(const tsql::Statement& statement, const ColumnConversion& conversion)
{
    if (const auto* alter = std::get_if<tsql::AlterTable>(&statement.node))
        return orders(*alter, conversion);
    if (const auto* block = std::get_if<tsql::Block>(&statement.node))
        return orders(block->statements, conversion);
    if (const auto* branch = std::get_if<tsql::If>(&statement.node))
        return orders(branch->then, conversion) || orders(branch->otherwise, conversion);
    if (const auto* loop = std::get_if<tsql::While>(&statement.node))
        return orders(loop->body, conversion);
    if (const auto* guarded = std::get_if<tsql::TryCatch>(&statement.node))
        return orders(guarded->body, conversion) || orders(guarded->handler, conversion);
    return false;
}

bool orders(const tsql::StatementPtr& statement, const ColumnConversion& conversion)
{
    return statement != nullptr && orders(*statement, conversion);
}

bool orders(const std::vector<tsql::Statement>& statements, const ColumnConversion& conversion)
{
    for (const tsql::Statement& statement : statements) {
        if (orders(statement, conversion))
            return true;
    }
    return false;
}

base::Result<void> checkKey(SessionTable& sessions, const ColumnConversion& conversion, const crypto::Sha256Digest& hash,
                            const EnclaveKeyId& key)
{
    ES_TRY(const bool held, sessions.hasKey(conversion.session, key));
    if (!held)
        return enclaveError(33546);
    ES_TRY(const bool authorised, sessions.isAuthorised(conversion.session, hash, key));
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
    if (conversion.fromKey)
        ES_CHECK(checkKey(sessions, conversion, hash, *conversion.fromKey));
    if (conversion.toKey)
        ES_CHECK(checkKey(sessions, conversion, hash, *conversion.toKey));

    const std::string text = base::utf8FromUtf16le(statementUtf16le);
    const auto script = tsql::parse(text);
    if (!script)
        return enclaveError(33192, "The authorised statement cannot be read.");
    if (!orders(script->statements, conversion))
        return enclaveError(33192, "The authorised statement does not order this conversion of column " + conversion.columnName + ".");
    return {};
}

}  // namespace es::sandbox
