// What attestation services publish: signing certificates (HGS), metadata and keys (AAS); fetched, and kept for their real lifetimes.
// Thread: any; one object serves a whole program.                                    enclave-protocol 4.1, 5.1
#pragma once

#include "driver/attestation/Evidence.h"
#include "driver/base/Clock.h"
#include "driver/base/Mutex.h"
#include "driver/http/HttpClient.h"

#include <map>

namespace es::attestation {

struct ServiceAddress {
    Protocol protocol = Protocol::kHgs;
    std::string url;     // as configured
    std::string caFile;  // trusted beside the system's store
    bool plainHttp = false;
    std::vector<std::string> redirectOrigins;
    friend auto operator<=>(const ServiceAddress&, const ServiceAddress&) = default;
};

struct ServiceAnswer {
    std::vector<ServiceDocument> documents;
    std::optional<base::Error> failure;   // kServiceFailed and http's: then documents holds what did arrive
    std::string suggestedUrl;             // where the service answers instead, if that was found out
    std::chrono::milliseconds elapsed{};  // 0: from memory
    std::uint32_t requests = 0;           // that were sent for it
    bool cancelled = false;
};

class ServiceDocuments {
public:
    static constexpr std::chrono::hours kMaxLifetime{24};

    ServiceDocuments(std::unique_ptr<http::HttpClient> client, const base::Clock& clock = base::Clock::system());

    // `fresh`: not from memory (an unknown key id); at most once in kRefetchPause per address, else what is known is given.
    [[nodiscard]] ServiceAnswer get(const ServiceAddress& address, bool fresh, std::stop_token cancel);
    void clear();

    static constexpr std::chrono::seconds kRefetchPause{10};

private:
    struct Entry {
        std::vector<ServiceDocument> documents;
        std::chrono::system_clock::time_point goodUntil;
        std::chrono::steady_clock::time_point fetchedAt;
    };

    std::unique_ptr<http::HttpClient> m_client;
    const base::Clock& m_clock;
    base::Mutex m_mutex;
    std::map<ServiceAddress, Entry> m_entries ES_GUARDED_BY(m_mutex);
};

}  // namespace es::attestation
