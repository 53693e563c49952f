#include "app/sandbox/enclave/EnclaveService.h"

#include "app/sandbox/enclave/CellWork.h"
#include "app/sandbox/enclave/ConversionAuthority.h"
#include "app/sandbox/enclave/IndexWork.h"
#include "app/sandbox/enclaveabi/LinuxProcess.h"
#include "app/sandbox/enclaveabi/EnclaveErrors.h"

namespace es::sandbox {

using base::Byte;
using base::Bytes;

namespace {

using Reply = base::Result<Bytes>;

}  // namespace

void EnclaveService::run()
{
    if (!greet())
        return;
    while (true) {
        const auto asked = nextRequest();
        if (!asked)
            return;
        m_byMailbox = asked->byMailbox;
        const auto request = abi::decodeRequest(asked->message);
        const std::optional<Reply> reply = request ? answer(*request) : Reply(request.error());
        if (!reply)
            continue;
        const Bytes bytes = *reply ? abi::encodeReply(**reply) : abi::encodeError(reply->error());
        if (!respond(bytes))
            return;
    }
}

// Shared memory first; asleep, the socket wakes it, by an empty message when the request lies in the mailbox.
base::Result<EnclaveService::Asked> EnclaveService::nextRequest()
{
    Asked asked;
    asked.byMailbox = m_mailbox->askedAgain();
    if (!asked.byMailbox) {
        ES_TRY(asked.message, m_socket.receiveMessage(kMaxRequestBytes));
        asked.byMailbox = asked.message.empty();
    }
    if (asked.byMailbox) {
        auto message = m_mailbox->request();
        if (!message)
            return enclaveError(33550, "The doorbell was rung without a request.");
        asked.message = std::move(*message);
    }
    return asked;
}

bool EnclaveService::respond(base::ByteView reply)
{
    if (!m_byMailbox)
        return m_socket.sendMessage(reply).has_value();
    if (Mailbox::fits(reply)) {
        m_mailbox->answer(reply);
        return true;
    }
    m_mailbox->answerBySocket();
    return m_socket.sendMessage(reply).has_value();
}

base::Result<void> EnclaveService::greet()
{
    ES_TRY(const auto message, m_socket.receiveMessage(64));
    ES_TRY(const auto request, abi::decodeRequest(message));
    const auto* hello = std::get_if<abi::Hello>(&request);
    if (hello == nullptr || hello->version != abi::kVersion)
        return enclaveError(33550, "Server and enclave are of different versions.");
    ES_TRY(const int descriptor, m_socket.receiveDescriptor());
    ES_TRY(auto memory, SharedMemory::adopt(descriptor, SharedRing::kTotalBytes));
    m_ring.emplace(std::move(memory));
    m_mailbox.emplace(m_ring->mailbox());
    return m_socket.sendMessage(abi::encodeReply({}));
}

std::optional<Reply> EnclaveService::answer(const abi::Request& request)
{
    return std::visit([this](const auto& alternative) -> std::optional<Reply> { return handle(alternative); }, request);
}

bool EnclaveService::stream(const BatchWork& work)
{
    if (!respond(abi::encodeReply({})))
        return false;
    m_byMailbox = false;  // the reply at the end of a stream may be long, and nobody is in a hurry for it
    return serveStream(*m_ring, m_socket, m_input, work);
}

Reply EnclaveService::handle(const abi::Hello&)
{
    return enclaveError(33550, "The greeting was said before.");
}

Reply EnclaveService::handle(const abi::CreateSession& request)
{
    ES_TRY(const auto offer, m_sessions.create(request.attestationParameters));
    return abi::encodeOffer(offer);
}

Reply EnclaveService::handle(const abi::OpenPackage& request)
{
    ES_TRY(const auto opened, m_sessions.open(request.package, request.statements));
    return abi::encodeOpened(opened);
}

Reply EnclaveService::handle(const abi::HasKey& request)
{
    ES_TRY(const bool held, m_sessions.hasKey(request.session, request.key));
    return Bytes{static_cast<Byte>(held ? 1 : 0)};
}

Reply EnclaveService::handle(const abi::Statistics&)
{
    const SessionTable::Counts counts = m_sessions.counts();
    EnclaveStatistics statistics;
    statistics.sessionCount = counts.sessions;
    statistics.keyCount = counts.keys;
    statistics.processId = ownProcessId();
    return abi::encodeStatistics(statistics);
}

Reply EnclaveService::handle(const abi::Search& request)
{
    ES_TRY(const auto places, searchPages(m_sessions, request));
    return abi::encodePlaces(places);
}

std::optional<Reply> EnclaveService::handle(const abi::Evaluate& request)
{
    auto work = EvaluateWork::create(m_sessions, request.column, request.predicate);
    if (!work)
        return Reply(std::move(work).error());
    if (!stream([&](const CellBatch& input, std::span<Byte> output) { return (*work)->run(input, output); }))
        return std::nullopt;
    return Reply(Bytes{});
}

std::optional<Reply> EnclaveService::handle(const abi::Rank& request)
{
    auto work = RankWork::create(m_sessions, request.column);
    if (!work)
        return Reply(std::move(work).error());
    if (!stream([&](const CellBatch& input, std::span<Byte> output) { return (*work)->run(input, output); }))
        return std::nullopt;
    return Reply(abi::encodeRanks((*work)->ranks()));
}

std::optional<Reply> EnclaveService::handle(const abi::Convert& request)
{
    if (auto fine = authoriseConversion(m_sessions, request.conversion, request.statement); !fine)
        return Reply(std::move(fine).error());
    auto work = ConvertWork::create(m_sessions, request.conversion);
    if (!work)
        return Reply(std::move(work).error());
    if (!stream([&](const CellBatch& input, std::span<Byte> output) { return (*work)->run(input, output); }))
        return std::nullopt;
    return Reply(Bytes{});
}

}  // namespace es::sandbox
