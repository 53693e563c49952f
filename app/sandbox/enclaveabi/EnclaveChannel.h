// One conversation between server and enclave: a Mailbox for words, a SharedRing for cells, a local socket for what is too long, as
// doorbell and to notice a death. Both ends are here, so that the order of waiting can be read on one page. Thread: one at a time.
#pragma once

#include "app/sandbox/enclaveabi/AbiMessages.h"
#include "app/sandbox/enclaveabi/PosixLocalSocket.h"
#include "app/sandbox/enclaveabi/SharedRing.h"

#include <memory>

namespace es::sandbox {

// The server's end.
class EnclaveChannel {
public:
    // Errors: 33545 when no enclave listens there.
    static base::Result<std::unique_ptr<EnclaveChannel>> open(const std::string& socketPath);

    // One request, one reply. Errors: the enclave's; 33545 when it died.
    base::Result<base::Bytes> call(const abi::Request& request);
    // The same in two halves: the enclave works while the caller does something else. Each ask() wants its answer().
    base::Result<void> ask(const abi::Request& request) { return askEncoded(abi::encode(request)); }
    base::Result<void> askEncoded(base::ByteView message);
    base::Result<base::Bytes> answer();

    // A streaming request: `take(output, cellCount)` gets each batch's answer in order; the fields of the final reply come back.
    using Take = std::function<base::Result<void>(std::span<base::Byte> output, std::size_t cellCount)>;
    base::Result<base::Bytes> stream(const abi::Request& request, const CellFeed& feed, const Take& take);

    // False after a death or a broken conversation: throw it away.
    [[nodiscard]] bool usable() const { return m_usable && !m_socket.peerGone(); }
    [[nodiscard]] std::uint64_t crossingCount() const { return m_crossings; }

private:
    EnclaveChannel(LocalSocket socket, SharedRing ring) : m_socket(std::move(socket)), m_ring(std::move(ring)), m_mailbox(m_ring.mailbox()) {}
    base::Error died();
    base::Result<void> awaitAnswer(std::size_t slot);
    base::Result<base::Bytes> finish(std::uint64_t fed);

    LocalSocket m_socket;
    SharedRing m_ring;
    Mailbox m_mailbox;  // in the ring's memory
    bool m_usable = true;
    bool m_askedByMailbox = false;
    std::uint64_t m_crossings = 0;
};

// The enclave's end of a stream: calls `work(input, output)` for each batch until the server ends the stream. `input` is copied
// into `privateInput` first: the server may write into the shared one at any time. False when the stream ended by a failure
// (which is told) or because the server is gone.
using BatchWork = std::function<base::Result<void>(const CellBatch& input, std::span<base::Byte> output)>;
[[nodiscard]] bool serveStream(SharedRing& ring, const LocalSocket& socket, CellBatch& privateInput, const BatchWork& work);

}  // namespace es::sandbox
