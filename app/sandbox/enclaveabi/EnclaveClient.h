// The server's end of the enclave gate: finds the enclave process at its socket, hands batches over in shared memory, and notices
// when it dies. Thread: any; every call takes a channel of its own out of a pool, so calls of different threads run side by side.
#pragma once

#include "app/sandbox/enclaveabi/EnclaveGate.h"

#include <memory>
#include <string>

namespace es::sandbox {

class EnclaveClient : public EnclaveGate {
public:
    // `socketPath`: where the enclave listens; nothing is opened before the first call, and again after each death.
    explicit EnclaveClient(std::string socketPath);
    ~EnclaveClient() override;

    base::Result<EnclaveSessionOffer> createSession(base::ByteView attestationParameters) override;
    base::Result<OpenedPackage> openPackage(base::ByteView package, std::span<const base::ByteView> statementsUtf16le) override;
    OpeningAnswer beginOpening(base::ByteView package, std::span<const base::ByteView> statementsUtf16le) override;
    base::Result<bool> hasKey(const EnclaveSessionId& session, const EnclaveKeyId& key) override;
    base::Result<void> evaluate(const EncryptedColumn& column, const CellPredicate& predicate, const CellFeed& feed, const MatchSink& sink) override;
    base::Result<std::vector<std::uint32_t>> rank(const EncryptedColumn& column, const CellFeed& feed) override;
    base::Result<std::vector<IndexPlace>> search(
        const EncryptedColumn& column, std::span<const IndexOperand> operands, std::span<const IndexPage> pages) override;
    base::Result<void> convert(const ColumnConversion& conversion, const CellFeed& feed, const CellSink& sink) override;
    base::Result<EnclaveStatistics> statistics() override;

private:
    class Pool;
    std::unique_ptr<Pool> m_pool;
};

}  // namespace es::sandbox
