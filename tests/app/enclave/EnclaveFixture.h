// An enclave in this process behind its real socket and shared memory, and a client that holds keys as a driver does.
// Thread: test thread.
#pragma once

#include "app/sandbox/enclave/EnclaveService.h"
#include "app/sandbox/enclaveabi/EnclaveClient.h"
#include "driver/base/Utf16.h"
#include "driver/enclave/AttestationParameters.h"

#include <QTemporaryDir>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

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

// The threads that serve connections; all have ended when it is gone, so that none looks at a table that is.
class ServedConnections {
public:
    ~ServedConnections() { close(); }
    // False: nobody is served any more.
    bool serve(std::function<void()> work)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_closed) m_threads.emplace_back(std::move(work));
        return !m_closed;
    }
    void close()
    {
        std::vector<std::thread> threads;
        {
            const std::lock_guard lock(m_mutex);
            m_closed = true;
            threads.swap(m_threads);
        }
        for (std::thread& thread : threads)
            thread.join();
    }

private:
    std::mutex m_mutex;
    bool m_closed = false;
    std::vector<std::thread> m_threads;
};

class EnclaveFixture {
    struct ClosedAtEnd {
        std::shared_ptr<ServedConnections> connections = std::make_shared<ServedConnections>();
        ~ClosedAtEnd() { connections->close(); }
    };

public:
    EnclaveFixture() : path((folder.path() + "/enclave.sock").toStdString()), client(path)
    {
        auto listener = sandbox::LocalListener::listen(path);
        // The listener's thread ends with the test program: a socket that waits has no other end.
        std::thread([table = sessions.get(), served = served.connections, l = std::make_shared<sandbox::LocalListener>(std::move(*listener))] {
            while (auto socket = l->accept()) {
                auto owned = std::make_shared<sandbox::LocalSocket>(std::move(*socket));
                if (!served->serve([table, owned] { sandbox::EnclaveService(*table, std::move(*owned)).run(); })) return;
            }
        }).detach();
    }

    QTemporaryDir folder;
    std::string path;
    sandbox::Attester attester{sandbox::AttestMode::kNone, {}};
    std::shared_ptr<sandbox::SessionTable> sessions = std::make_shared<sandbox::SessionTable>(attester);
    ClosedAtEnd served; // between the two: the client's sockets are shut before, the table goes after
    sandbox::EnclaveClient client;
};

}  // namespace es::test
