#include "ui/services/KeyTasks.h"

#include "driver/catalog/KeyDdl.h"
#include "driver/crypto/CellCipher.h"
#include "driver/crypto/Hash.h"
#include "driver/keystore/Errors.h"
#include "ui/services/Errors.h"
#include "ui/services/KeyStores.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SessionQuestions.h"

namespace es::ui {

namespace {

constexpr std::string_view kWrapAlgorithm = "RSA_OAEP";

base::Error nameTaken(std::string_view kind, const std::string& name)
{
    return base::makeError(
        kNameTaken, "The database already has a " + std::string(kind) + " named " + name + ".", "name", "Choose another name.");
}

base::Result<void> makeKeyFile(KeyStores& stores, const std::string& keyFile, int keyBits)
{
    ES_TRY(keystore::KeyFileProvider* const files, stores.keyFiles());
    const auto password = stores.vault().find(keyFile);
    if (!password) return keystore::secretNeeded(keyFile);
    return files->createKey(keyFile, keyBits, *password);
}

// The key of a CMK that claims enclave computations must have signed that claim: nothing is wrapped for anything else.
base::Result<void> checkSignature(keystore::KeyStoreProvider& provider, const catalog::ColumnMasterKey& master)
{
    if (!master.allowEnclaveComputations) return {};
    ES_TRY(const bool genuine, provider.verifyCmkMetadata(master.path, true, master.signature));
    if (genuine) return {};
    auto error = base::makeError(kMasterKeyNotSigned,
        "The column master key " + master.name + " is not signed by the key it names: somebody may have changed its entry in the database.",
        "cmk", "Do not use this key. Create a column master key anew and find out who changed this one.");
    error.origin = base::Origin::kKeyStore;
    return error;
}

// A new column key, wrapped; unwrapped once again to prove that it can be.
base::Result<base::Bytes> wrapNewKey(keystore::KeyStoreProvider& provider, const std::string& path)
{
    const base::SecureBytes key = crypto::randomKey(crypto::kCekBytes);
    ES_TRY(auto wrapped, provider.encryptCek(path, kWrapAlgorithm, key));
    ES_TRY(const auto unwrapped, provider.decryptCek(path, kWrapAlgorithm, wrapped));
    if (!(unwrapped == key))
        return base::makeError(kInternal, "A column key that was just wrapped by " + path + " does not unwrap to itself.", "cmk",
            "Nothing was stored. Check the key file.");
    return wrapped;
}

base::Result<std::optional<KeyCreated>> store(TaskContext& context, KeyCreated key, bool scriptOnly)
{
    if (!scriptOnly) {
        ES_TRY(const bool completed, runStatement(context, {key.statement.toStdString(), {}, session::StatementEncryption::kOff}));
        if (!completed) return std::optional<KeyCreated>{};
        key.executed = true;
    }
    return std::optional(std::move(key));
}

} // namespace

base::Result<std::optional<KeyCreated>> makeMasterKey(TaskContext& context, const NewMasterKey& request)
{
    const std::string name = request.name.toStdString();
    const std::string keyFile = request.keyFile.isEmpty() ? name : request.keyFile.toStdString();
    ES_CHECK(keystore::checkKeyName(keyFile));
    ES_TRY(const auto snapshot, readCatalog(context));
    if (!snapshot || context.stop.stop_requested()) return std::optional<KeyCreated>{};
    if (snapshot->findMasterKey(name)) return nameTaken("column master key", name);

    if (request.createFile) ES_CHECK(makeKeyFile(context.keyStores, keyFile, request.keyBits));
    if (context.stop.stop_requested()) return std::optional<KeyCreated>{};
    // Signed in any case: it proves that the key can be opened before the database refers to it.
    ES_TRY(keystore::KeyFileProvider* const files, context.keyStores.keyFiles());
    ES_TRY(const base::Bytes signature, files->signCmkMetadata(keyFile, true));

    KeyCreated key;
    key.name = request.name;
    key.keyPath = QString::fromStdString(keyFile);
    key.enclaveEnabled = request.allowEnclaveComputations;
    key.statement = QString::fromStdString(catalog::createMasterKeyText(
        name, keystore::kKeyFileProviderName, keyFile, request.allowEnclaveComputations ? base::ByteView(signature) : base::ByteView{}));
    return store(context, std::move(key), request.scriptOnly);
}

base::Result<std::optional<KeyCreated>> makeEncryptionKey(TaskContext& context, const NewEncryptionKey& request)
{
    const std::string name = request.name.toStdString();
    ES_TRY(const auto snapshot, readCatalog(context));
    if (!snapshot || context.stop.stop_requested()) return std::optional<KeyCreated>{};
    if (snapshot->findEncryptionKey(name)) return nameTaken("column encryption key", name);
    const catalog::ColumnMasterKey* master = snapshot->findMasterKey(request.masterKey.toStdString());
    if (!master)
        return base::makeError(kKeyNotFound,
            "The database " + snapshot->database + " has no column master key " + request.masterKey.toStdString() + ".", "cmk",
            "List the keys, or create the column master key first.");

    ES_TRY(keystore::KeyStoreProvider* const provider, context.keyStores.registry().require(master->provider));
    ES_CHECK(checkSignature(*provider, *master));
    ES_TRY(const base::Bytes wrapped, wrapNewKey(*provider, master->path));

    KeyCreated key;
    key.name = request.name;
    key.keyPath = QString::fromStdString(master->path);
    key.enclaveEnabled = master->allowEnclaveComputations;
    key.statement = QString::fromStdString(catalog::createEncryptionKeyText(name, master->name, wrapped));
    return store(context, std::move(key), request.scriptOnly);
}

} // namespace es::ui
