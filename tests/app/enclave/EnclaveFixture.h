// An enclave in this process behind its real socket and shared memory, and a client that holds keys as a driver does.
// Thread: test thread.
#pragma once

#include "app/sandbox/enclave/EnclaveService.h"
#include "app/sandbox/enclaveabi/EnclaveClient.h"
#include "driver/base/Utf16.h"
#include "driver/enclave/AttestationParameters.h"

#include <QTemporaryDir>

#include <thread>

namespace es::test {

// The client's half of one enclave session.
class EnclaveUser {
public:
    explicit EnclaveUser(sandbox::EnclaveGate& gate) : m_gate(gate) {}

    bool openSession()
    {
        auto pair = crypto::EcdhP384::generate();
        enclave::AttestationParameters parameters;
        parameters.clientPublicKey = pair->publicKey();
        auto offer = m_gate.createSession(enclave::encodeAttestationParameters(parameters));
        if (!offer)
            return false;
        auto result = enclave::decodeNoneResult(offer->attestationInfo);
        if (!result || result->session.sessionId != offer->session)
            return false;
        session = offer->session;
        m_sessionKey = std::move(*enclave::deriveSessionKey(*pair, result->session.enclavePublicKey));
        return true;
    }

    // A package that releases `cek` as `key` for this statement.
    base::Bytes package(std::string_view statement, const sandbox::EnclaveKeyId& key, const base::SecureBytes& cek, std::uint64_t counter)
    {
        std::vector<enclave::EnclaveKey> keys(1);
        keys[0].databaseId = key.databaseId;
        keys[0].keyId = key.keyId;
        keys[0].cek = cek.clone();
        return *enclave::sealPackage(session, m_sessionKey, counter, enclave::statementHash(statement), keys);
    }

    base::Result<sandbox::OpenedPackage> send(std::string_view statement, const sandbox::EnclaveKeyId& key, const base::SecureBytes& cek)
    {
        return sendPackage(package(statement, key, cek, m_counter++), statement);
    }
    base::Result<sandbox::OpenedPackage> sendPackage(const base::Bytes& sealed, std::string_view statement)
    {
        const base::Bytes text = base::utf16leFromUtf8(statement);
        const base::ByteView texts[]{text};
        return m_gate.openPackage(sealed, texts);
    }

    sandbox::EnclaveSessionId session{};

private:
    sandbox::EnclaveGate& m_gate;
    base::SecureBytes m_sessionKey;
    std::uint64_t m_counter = 100;
};

class EnclaveFixture {
public:
    EnclaveFixture() : path((folder.path() + "/enclave.sock").toStdString()), client(path)
    {
        auto listener = sandbox::LocalListener::listen(path);
        // The listener's thread ends with the test program: a socket that waits has no other end.
        std::thread([this, l = std::make_shared<sandbox::LocalListener>(std::move(*listener))] {
            while (auto socket = l->accept())
                std::thread([this, s = std::move(*socket)]() mutable { sandbox::EnclaveService(*sessions, std::move(s)).run(); }).detach();
        }).detach();
    }

    QTemporaryDir folder;
    std::string path;
    sandbox::Attester attester{sandbox::AttestMode::kNone, {}};
    std::shared_ptr<sandbox::SessionTable> sessions = std::make_shared<sandbox::SessionTable>(attester);
    sandbox::EnclaveClient client;
};

}  // namespace es::test
