// Column master keys and column encryption keys.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

Result<std::string> namedString(TokenCursor& c)
{
    ES_CHECK(c.expectSymbol("="));
    return c.expectString();
}

// ENCLAVE_COMPUTATIONS (SIGNATURE = 0x..)
Result<std::string> enclaveComputations(TokenCursor& c)
{
    ES_CHECK(c.expectSymbol("("));
    ES_CHECK(c.expectWord("SIGNATURE"));
    ES_CHECK(c.expectSymbol("="));
    ES_TRY(std::string signature, c.expectBinary());
    ES_CHECK(c.expectSymbol(")"));
    return signature;
}

// (COLUMN_MASTER_KEY = k, ALGORITHM = '..', ENCRYPTED_VALUE = 0x..), in any order; only the key in DROP VALUE.
Result<KeyValue> keyValue(TokenCursor& c, bool nameOnly)
{
    KeyValue node;
    bool key = false;
    bool algorithm = false;
    bool encrypted = false;
    ES_CHECK(c.expectSymbol("("));
    do {
        if (!key && c.acceptWord("COLUMN_MASTER_KEY")) {
            ES_CHECK(c.expectSymbol("="));
            ES_TRY(node.columnMasterKey, c.expectName());
            key = true;
        } else if (!nameOnly && !algorithm && c.acceptWord("ALGORITHM")) {
            ES_TRY(node.algorithm, namedString(c));
            algorithm = true;
        } else if (!nameOnly && !encrypted && c.acceptWord("ENCRYPTED_VALUE")) {
            ES_CHECK(c.expectSymbol("="));
            ES_TRY(node.encryptedHex, c.expectBinary());
            encrypted = true;
        } else {
            return c.unexpected();
        }
    } while (c.acceptSymbol(","));
    if (!key || (!nameOnly && (!algorithm || !encrypted)))
        return c.unexpected();
    ES_CHECK(c.expectSymbol(")"));
    return node;
}

void takeKeyWords(TokenCursor& c)
{
    c.take();  // COLUMN
    c.take();  // MASTER or ENCRYPTION
    c.take();  // KEY
}

}  // namespace

Result<StatementNode> createColumnMasterKey(TokenCursor& c)
{
    CreateColumnMasterKey node;
    takeKeyWords(c);
    ES_TRY(node.name, c.expectName());
    ES_CHECK(c.expectWord("WITH"));
    ES_CHECK(c.expectSymbol("("));
    bool provider = false;
    bool path = false;
    do {
        if (!provider && c.acceptWord("KEY_STORE_PROVIDER_NAME")) {
            ES_TRY(node.providerName, namedString(c));
            provider = true;
        } else if (!path && c.acceptWord("KEY_PATH")) {
            ES_TRY(node.keyPath, namedString(c));
            path = true;
        } else if (!node.enclaveSignatureHex && c.acceptWord("ENCLAVE_COMPUTATIONS")) {
            ES_TRY(node.enclaveSignatureHex, enclaveComputations(c));
        } else {
            return c.unexpected();
        }
    } while (c.acceptSymbol(","));
    if (!provider || !path)
        return c.unexpected();
    ES_CHECK(c.expectSymbol(")"));
    return asNode(std::move(node));
}

Result<StatementNode> createColumnEncryptionKey(TokenCursor& c)
{
    CreateColumnEncryptionKey node;
    takeKeyWords(c);
    ES_TRY(node.name, c.expectName());
    ES_CHECK(c.expectWord("WITH"));
    if (!c.acceptWord("VALUES"))
        ES_CHECK(c.expectWord("VALUE"));
    do {
        ES_TRY(KeyValue one, keyValue(c, false));
        node.values.push_back(std::move(one));
    } while (c.acceptSymbol(","));
    return asNode(std::move(node));
}

Result<StatementNode> alterColumnEncryptionKey(TokenCursor& c)
{
    AlterColumnEncryptionKey node;
    takeKeyWords(c);
    ES_TRY(node.name, c.expectName());
    node.add = c.isWord("ADD");
    if (!c.acceptWord("ADD"))
        ES_CHECK(c.expectWord("DROP"));
    ES_CHECK(c.expectWord("VALUE"));
    ES_TRY(node.value, keyValue(c, !node.add));
    return asNode(std::move(node));
}

}  // namespace es::tsql
