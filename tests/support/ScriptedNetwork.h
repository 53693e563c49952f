// A network by script: which addresses are connected to, in this order, and what each conversation is; which datagrams come back.
// Thread: as Network.
#pragma once

#include "driver/transport/Network.h"
#include "tests/support/ScriptedTransport.h"

#include <deque>

namespace es::test {

class ScriptedNetwork final : public transport::Network {
public:
    struct Place {
        std::string address;  // host,port
        Script script;
        ReplayOptions options;
        std::optional<base::Error> failure;
        std::shared_ptr<ScriptRecord> record = std::make_shared<ScriptRecord>();
    };
    std::deque<Place> places;  // used from the front
    std::vector<std::shared_ptr<ScriptRecord>> records;  // of the places used
    std::vector<Bytes> datagrams;  // offered in this order; the first accepted one is the answer
    std::optional<base::Error> datagramFailure;
    std::vector<std::string> asked;  // host,port question as hex
    std::vector<std::string> violations;
    std::vector<tls::TlsClientOptions> handshakes;  // what each TLS was started with
    std::function<void()> onAsk;

    Place& place(std::string address, Script script, ReplayOptions options = {})
    {
        places.push_back({std::move(address), std::move(script), std::move(options), {}});
        return places.back();
    }

    base::Result<std::unique_ptr<transport::Transport>> connect(const transport::SocketOptions& options, std::stop_token stop) override
    {
        if (stop.stop_requested()) return std::unique_ptr<transport::Transport>();
        const std::string address = options.host + "," + std::to_string(options.port);
        if (places.empty() || places.front().address != address) {
            violations.push_back("nobody was to connect to " + address);
            return base::makeError(transport::kRefused, "Nobody listens at " + address + ".", "port", "Start it.");
        }
        Place next = std::move(places.front());
        places.pop_front();
        if (next.failure) return *next.failure;
        records.push_back(next.record);
        return std::unique_ptr<transport::Transport>(std::make_unique<Recording>(*this, std::move(next)));
    }

    base::Result<std::optional<Bytes>> ask(const transport::DatagramQuestion& question, std::stop_token stop) override
    {
        asked.push_back(question.host + "," + std::to_string(question.port) + " " + base::toHex(question.question));
        if (onAsk) onAsk();
        if (stop.stop_requested()) return std::optional<Bytes>();
        if (datagramFailure) return *datagramFailure;
        for (const Bytes& datagram : datagrams)
            if (question.accept(datagram)) return std::optional<Bytes>(datagram);
        return base::makeError(transport::kTimedOut, "Nobody answered.", "host", "Wait.");
    }

private:
    // Remembers how TLS was asked for.
    class Recording final : public transport::Transport {
    public:
        Recording(ScriptedNetwork& network, Place place) : m_network(network), m_inner(std::move(place.script), place.record, std::move(place.options)) {}
        base::Result<transport::Finished> write(ByteView bytes, std::stop_token stop, int timeoutMs) override { return m_inner.write(bytes, stop, timeoutMs); }
        base::Result<transport::ReadOutcome> read(std::span<base::Byte> into, std::stop_token stop, int timeoutMs) override
        {
            return m_inner.read(into, stop, timeoutMs);
        }
        base::Result<transport::Finished> startTls(const tls::TlsClientOptions& options, std::stop_token stop, int timeoutMs) override
        {
            m_network.handshakes.push_back(options);
            return m_inner.startTls(options, stop, timeoutMs);
        }
        void close() override { m_inner.close(); }
        [[nodiscard]] transport::ByteCounters counters() const override { return m_inner.counters(); }
        [[nodiscard]] bool encrypted() const override { return m_inner.encrypted(); }

    private:
        ScriptedNetwork& m_network;
        ScriptedTransport m_inner;
    };
};

}  // namespace es::test
