#include "app/sandbox/enclaveabi/EnclaveClient.h"

#include "app/sandbox/enclaveabi/EnclaveChannel.h"
#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/base/Mutex.h"

namespace es::sandbox {

using base::Bytes;
using base::ByteView;

// Idle channels. A channel is taken out for one call and put back if it is still good.
class EnclaveClient::Pool {
public:
    explicit Pool(std::string socketPath) : m_socketPath(std::move(socketPath)) {}

    template <class Work>
    auto withChannel(Work work) -> decltype(work(std::declval<EnclaveChannel&>()))
    {
        ES_TRY(std::unique_ptr<EnclaveChannel> channel, take());
        const std::uint64_t before = channel->crossingCount();
        auto result = work(*channel);
        putBack(std::move(channel), before);
        return result;
    }

    base::Result<std::unique_ptr<EnclaveChannel>> take()
    {
        std::unique_ptr<EnclaveChannel> channel = takeIdle();
        return channel ? base::Result(std::move(channel)) : EnclaveChannel::open(m_socketPath);
    }

    void putBack(std::unique_ptr<EnclaveChannel> channel, std::uint64_t crossingsBefore)
    {
        const base::Lock lock(m_mutex);
        m_crossings += channel->crossingCount() - crossingsBefore;
        if (channel->usable() && m_idle.size() < kMaxIdle)
            m_idle.push_back(std::move(channel));
    }

    [[nodiscard]] std::uint64_t crossingCount()
    {
        const base::Lock lock(m_mutex);
        return m_crossings;
    }

private:
    static constexpr std::size_t kMaxIdle = 8;

    std::unique_ptr<EnclaveChannel> takeIdle()
    {
        const base::Lock lock(m_mutex);
        while (!m_idle.empty()) {
            std::unique_ptr<EnclaveChannel> channel = std::move(m_idle.back());
            m_idle.pop_back();
            if (channel->usable())
                return channel;
        }
        return nullptr;
    }

    std::string m_socketPath;
    base::Mutex m_mutex;
    std::vector<std::unique_ptr<EnclaveChannel>> m_idle ES_GUARDED_BY(m_mutex);
    std::uint64_t m_crossings ES_GUARDED_BY(m_mutex) = 0;
};

EnclaveClient::EnclaveClient(std::string socketPath) : m_pool(std::make_unique<Pool>(std::move(socketPath))) {}
EnclaveClient::~EnclaveClient() = default;

base::Result<EnclaveSessionOffer> EnclaveClient::createSession(ByteView attestationParameters)
{
    return m_pool->withChannel([&](EnclaveChannel& channel) -> base::Result<EnclaveSessionOffer> {
        ES_TRY(auto fields, channel.call(abi::CreateSession{Bytes(attestationParameters.begin(), attestationParameters.end())}));
        return abi::decodeOffer(fields);
    });
}

base::Result<OpenedPackage> EnclaveClient::openPackage(ByteView package, std::span<const ByteView> statementsUtf16le)
{
    return beginOpening(package, statementsUtf16le)();
}

EnclaveGate::OpeningAnswer EnclaveClient::beginOpening(ByteView package, std::span<const ByteView> statementsUtf16le)
{
    abi::OpenPackage request;
    request.package.assign(package.begin(), package.end());
    for (const ByteView statement : statementsUtf16le)
        request.statements.emplace_back(statement.begin(), statement.end());
    auto taken = m_pool->take();
    if (!taken)
        return [error = std::move(taken).error()] { return base::Result<OpenedPackage>(error); };
    // Nobody fetches the answer: the channel goes with the function, and its enclave's end with it.
    auto channel = std::make_shared<std::unique_ptr<EnclaveChannel>>(std::move(*taken));
    const std::uint64_t before = (*channel)->crossingCount();
    auto asked = (*channel)->ask(request);
    return [this, channel, before, asked = std::move(asked)]() -> base::Result<OpenedPackage> {
        auto fields = asked ? (*channel)->answer() : base::Result<Bytes>(asked.error());
        m_pool->putBack(std::move(*channel), before);
        if (!fields)
            return std::move(fields).error();
        return abi::decodeOpened(*fields);
    };
}

base::Result<bool> EnclaveClient::hasKey(const EnclaveSessionId& session, const EnclaveKeyId& key)
{
    return m_pool->withChannel([&](EnclaveChannel& channel) -> base::Result<bool> {
        ES_TRY(auto fields, channel.call(abi::HasKey{session, key}));
        return fields.size() == 1 && fields[0] == 1;
    });
}

base::Result<void> EnclaveClient::evaluate(const EncryptedColumn& column, const CellPredicate& predicate, const CellFeed& feed,
                                           const MatchSink& sink)
{
    return m_pool->withChannel([&](EnclaveChannel& channel) -> base::Result<void> {
        std::vector<CellMatch> matches;
        const auto take = [&](std::span<base::Byte> output, std::size_t cellCount) -> base::Result<void> {
            matches.resize(cellCount);
            for (std::size_t i = 0; i < cellCount; ++i)
                matches[i] = output[i] > 2 ? CellMatch::kUnknown : static_cast<CellMatch>(output[i]);
            return sink(matches);
        };
        ES_TRY([[maybe_unused]] auto fields, channel.stream(abi::Evaluate{column, predicate}, feed, take));
        return {};
    });
}

base::Result<std::vector<std::uint32_t>> EnclaveClient::rank(const EncryptedColumn& column, const CellFeed& feed)
{
    return m_pool->withChannel([&](EnclaveChannel& channel) -> base::Result<std::vector<std::uint32_t>> {
        const auto take = [](std::span<base::Byte>, std::size_t) { return base::Result<void>(); };
        ES_TRY(auto fields, channel.stream(abi::Rank{column}, feed, take));
        return abi::decodeRanks(fields);
    });
}

base::Result<std::vector<IndexPlace>> EnclaveClient::search(const EncryptedColumn& column, std::span<const IndexOperand> operands,
                                                            std::span<const IndexPage> pages)
{
    std::size_t asked = 0;
    for (const IndexPage& page : pages)
        asked += page.operands.size();
    const Bytes message = abi::encodeSearch(column, operands, pages);
    return m_pool->withChannel([&](EnclaveChannel& channel) -> base::Result<std::vector<IndexPlace>> {
        ES_CHECK(channel.askEncoded(message));
        ES_TRY(auto fields, channel.answer());
        ES_TRY(auto places, abi::decodePlaces(fields));
        if (places.size() != asked)
            return enclaveError(33192, "The enclave answered with another number of places.");
        return places;
    });
}

base::Result<void> EnclaveClient::convert(const ColumnConversion& conversion, const CellFeed& feed, const CellSink& sink)
{
    abi::Convert request{conversion, Bytes(conversion.statementUtf16le.begin(), conversion.statementUtf16le.end())};
    request.conversion.statementUtf16le = {};
    return m_pool->withChannel([&](EnclaveChannel& channel) -> base::Result<void> {
        const auto take = [&](std::span<base::Byte> output, std::size_t cellCount) -> base::Result<void> {
            const CellBatch cells(output);
            if (cells.size() != cellCount)
                return enclaveError(33192, "The enclave answered with another number of cells.");
            return sink(cells);
        };
        ES_TRY([[maybe_unused]] auto fields, channel.stream(request, feed, take));
        return {};
    });
}

base::Result<EnclaveStatistics> EnclaveClient::statistics()
{
    auto statistics = m_pool->withChannel([&](EnclaveChannel& channel) -> base::Result<EnclaveStatistics> {
        ES_TRY(auto fields, channel.call(abi::Statistics{}));
        return abi::decodeStatistics(fields);
    });
    if (statistics)
        statistics->crossingCount = m_pool->crossingCount();
    return statistics;
}

}  // namespace es::sandbox
