// Answers the requests of one channel after the other side has said hello. Thread: one per channel; the sessions are shared.
#pragma once

#include "app/sandbox/enclave/SessionTable.h"
#include "app/sandbox/enclaveabi/AbiMessages.h"
#include "app/sandbox/enclaveabi/EnclaveChannel.h"

namespace es::sandbox {

class EnclaveService {
public:
    EnclaveService(SessionTable& sessions, LocalSocket socket) : m_sessions(sessions), m_socket(std::move(socket)) {}

    // Returns when the other side is gone or talks nonsense.
    void run();

private:
    // A statement's text is the longest thing in a request.
    static constexpr std::size_t kMaxRequestBytes = std::size_t{600} << 20;

    base::Result<void> greet();
    struct Asked {
        base::Bytes message;
        bool byMailbox = false;
    };
    base::Result<Asked> nextRequest();
    bool respond(base::ByteView reply);
    // The fields of the reply; nothing when the failure has been told in the ring.
    std::optional<base::Result<base::Bytes>> answer(const abi::Request& request);

    base::Result<base::Bytes> handle(const abi::Hello& request);
    base::Result<base::Bytes> handle(const abi::CreateSession& request);
    base::Result<base::Bytes> handle(const abi::OpenPackage& request);
    base::Result<base::Bytes> handle(const abi::HasKey& request);
    base::Result<base::Bytes> handle(const abi::Statistics& request);
    base::Result<base::Bytes> handle(const abi::Search& request);
    std::optional<base::Result<base::Bytes>> handle(const abi::Evaluate& request);
    std::optional<base::Result<base::Bytes>> handle(const abi::Rank& request);
    std::optional<base::Result<base::Bytes>> handle(const abi::Convert& request);
    // Accepts the stream and works through it; false when the final reply must not be sent.
    bool stream(const BatchWork& work);

    SessionTable& m_sessions;
    LocalSocket m_socket;
    std::optional<SharedRing> m_ring;
    std::optional<Mailbox> m_mailbox;  // in the ring's memory
    bool m_byMailbox = false;          // where the next reply goes
    CellBatch m_input;
};

}  // namespace es::sandbox
