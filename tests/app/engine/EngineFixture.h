// A data folder, an engine with the test's gate, one session, and what the last batch answered, in words.
#pragma once

#include "TestGate.h"
#include "app/sandbox/engine/Engine.h"
#include "driver/base/Utf16.h"
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <QTemporaryDir>

#include <fstream>
#include <sstream>

namespace es::sandbox {

struct Answer final : ExecSink {
    struct Set {
        ResultShape shape;
        std::vector<std::string> rows; // cells joined by '|', as displayText prints them; ciphertext as 0x..
        std::vector<std::vector<std::optional<base::Bytes>>> cells;
    };
    std::vector<Set> sets;
    std::vector<base::ServerError> errors;
    std::vector<base::ServerError> infos;
    std::vector<StatementDone> dones;
    std::vector<EnvNotice> notices;
    std::vector<ReturnedParameter> outputs;
    std::function<bool(std::size_t)> onRow; // false: the client is gone
    bool keepRows = true;
    std::size_t rowCount = 0;

    bool columns(const ResultShape& shape) override
    {
        sets.push_back({shape, {}, {}});
        return true;
    }
    bool row(std::span<const Cell> cells) override
    {
        ++rowCount;
        if (keepRows) {
            std::string text;
            std::vector<std::optional<base::Bytes>> raw;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                text += (i ? "|" : "")
                    + (cells[i].null ? std::string("NULL") : types::displayCell(cells[i].bytes, sets.back().shape.columns[i].type));
                raw.push_back(cells[i].null ? std::nullopt : std::optional(base::Bytes(cells[i].bytes.begin(), cells[i].bytes.end())));
            }
            sets.back().rows.push_back(std::move(text));
            sets.back().cells.push_back(std::move(raw));
        }
        return !onRow || onRow(rowCount);
    }
    void message(const base::ServerError& message, bool isError) override { (isError ? errors : infos).push_back(message); }
    bool done(const StatementDone& done) override
    {
        dones.push_back(done);
        return true;
    }
    void envChange(const EnvNotice& notice) override { notices.push_back(notice); }
    void returnStatus(std::int32_t) override { }
    void returnValue(const ReturnedParameter& parameter) override { outputs.push_back(parameter); }

    // Rows of all sets joined by '\n', or the first error as "!number message".
    [[nodiscard]] std::string text() const
    {
        if (!errors.empty()) return "!" + std::to_string(errors[0].number) + " " + errors[0].message;
        std::string out;
        for (const Set& set : sets)
            for (const std::string& row : set.rows)
                out += (out.empty() ? "" : "\n") + row;
        return out;
    }
    [[nodiscard]] int firstError() const { return errors.empty() ? 0 : errors[0].number; }
};

// Logins of these tests are never asked for a password: whoever opens a session has been let in.
class NeverAsked final : public PasswordHasher {
public:
    base::Result<std::string> hash(std::string_view) override { return std::string("*"); }
};

class EngineFixture {
public:
    QTemporaryDir folder;
    TestGate gate;
    NeverAsked passwords;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<EngineSession> session;

    explicit EngineFixture(Profile profile = Profile::k2022, bool withGate = true)
    {
        engine = *Engine::open({folder.path().toStdString(), profile, withGate ? &gate : nullptr, "TEST", 1, &passwords});
        session = newSession("master");
        run("CREATE DATABASE Lab");
        run("USE Lab");
    }
    std::unique_ptr<EngineSession> newSession(const std::string& database)
    {
        return *engine->newSession({"sa", database, "host", "tests", 3});
    }

    Answer run(const std::string& sql, std::vector<EngineParameter> parameters = {}, bool withPackage = false, EngineSession* on = nullptr)
    {
        Answer answer;
        runInto(answer, sql, std::move(parameters), withPackage, on);
        return answer;
    }
    ExecOutcome runInto(Answer& answer, const std::string& sql, std::vector<EngineParameter> parameters = {}, bool withPackage = false,
        EngineSession* on = nullptr, std::stop_token stop = {})
    {
        const base::Bytes raw = base::utf16leFromUtf8(sql);
        const base::Bytes package = TestGate::package();
        return (on ? on : session.get())
            ->execute({sql, raw, std::move(parameters), withPackage ? base::ByteView(package) : base::ByteView{}}, answer, stop);
    }

    // CMK, CEK1 and CEK2 (enclave-enabled), CEKX (not), and the gate holds the first two.
    void makeKeys()
    {
        run("CREATE COLUMN MASTER KEY CMK1 WITH (KEY_STORE_PROVIDER_NAME = 'ES_KEY_FILE', KEY_PATH = 'k1', ENCLAVE_COMPUTATIONS (SIGNATURE "
            "= 0x0102))");
        run("CREATE COLUMN MASTER KEY CMKX WITH (KEY_STORE_PROVIDER_NAME = 'ES_KEY_FILE', KEY_PATH = 'kx')");
        run("CREATE COLUMN ENCRYPTION KEY CEK1 WITH VALUES (COLUMN_MASTER_KEY = CMK1, ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x01AA)");
        run("CREATE COLUMN ENCRYPTION KEY CEK2 WITH VALUES (COLUMN_MASTER_KEY = CMK1, ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x01BB)");
        run("CREATE COLUMN ENCRYPTION KEY CEKX WITH VALUES (COLUMN_MASTER_KEY = CMKX, ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x01CC)");
        gate.addKey(databaseId(), 1);
        gate.addKey(databaseId(), 2);
        gate.addKey(databaseId(), 3);
    }
    std::uint32_t databaseId() { return static_cast<std::uint32_t>(std::stoul(run("SELECT DB_ID()").text())); }

    // What a client does: describes, encrypts what must be, runs. Values are written as text.
    Answer runEncrypted(
        const std::string& sql, const std::string& declarations, const std::vector<std::string>& values, EngineSession* on = nullptr,
        bool sendKeys = true)
    {
        EngineSession& target = on ? *on : *session;
        const DescribeAnswer described = target.describe({sql, declarations, base::Bytes(116)});
        Answer answer;
        answer.errors = described.errors;
        if (!described.errors.empty()) return answer;
        std::vector<EngineParameter> parameters = *target.parseDeclarations(declarations);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const DescribedParameter& facts = described.parameters[i];
            const bool null = values[i] == "NULL";
            const bool hex = types::isBinary(parameters[i].type.id) && values[i].starts_with("0x");
            const types::Value value = null ? types::Value(types::Null{})
                : hex                       ? types::Value(*base::fromHex(std::string_view(values[i]).substr(2)))
                                            : *types::convertValue(types::Value(values[i]),
                                                types::makeSized(types::TypeId::kNVarChar, 4000), unpadded(parameters[i].type));
            if (facts.encryptionType == 0) {
                parameters[i].value = value;
                continue;
            }
            for (const DescribedKey& key : described.keys) {
                if (key.ordinal != facts.keyOrdinal) continue;
                parameters[i].cipher
                    = CipherInfo{parameters[i].type, 2, facts.encryptionType, key.databaseId, key.keyId, 1, key.metadataVersion, 1};
                if (!null)
                    parameters[i].cell = gate.encrypt(
                        {key.databaseId, static_cast<std::uint16_t>(key.keyId)}, value, parameters[i].type, facts.encryptionType == 1);
            }
        }
        const bool enclave
            = std::any_of(described.keys.begin(), described.keys.end(), [](const DescribedKey& key) { return key.requestedByEnclave; });
        runInto(answer, sql, std::move(parameters), enclave && sendKeys, on);
        decryptRows(answer);
        return answer;
    }
    // Ciphertext of the answer's rows replaced by what a client with the keys sees.
    void decryptRows(Answer& answer)
    {
        for (Answer::Set& set : answer.sets) {
            for (std::size_t r = 0; r < set.rows.size(); ++r) {
                std::string text;
                for (std::size_t i = 0; i < set.shape.columns.size(); ++i) {
                    const ResultColumn& column = set.shape.columns[i];
                    const auto& cell = set.cells[r][i];
                    std::string word = "NULL";
                    if (cell && column.crypto) {
                        const KeyTableEntry& key = set.shape.keys[column.crypto->keyIndex];
                        word = types::displayText(
                            gate.decrypt({key.databaseId, static_cast<std::uint16_t>(key.keyId)}, *cell, column.crypto->baseType),
                            column.crypto->baseType);
                    } else if (cell)
                        word = types::displayCell(*cell, column.type);
                    text += (i ? "|" : "") + word;
                }
                set.rows[r] = text;
            }
        }
    }
    // Every file of the data folder, its log included, has these bytes somewhere?
    bool filesContain(const std::string& marker) const
    {
        bool found = false;
        for (const QFileInfo& file : QDir(folder.path()).entryInfoList(QDir::Files)) {
            std::ifstream stream(file.filePath().toStdString(), std::ios::binary);
            std::stringstream content;
            content << stream.rdbuf();
            found |= content.str().find(marker) != std::string::npos;
        }
        return found;
    }

private:
    static types::SqlType unpadded(types::SqlType type)
    {
        if (type.id == types::TypeId::kChar) type.id = types::TypeId::kVarChar;
        if (type.id == types::TypeId::kNChar) type.id = types::TypeId::kNVarChar;
        return type;
    }
};

} // namespace es::sandbox
