// TLS over memory buffers, both roles: no socket in here, so it runs inside TDS packets, on a wire, or in a test.
// Records are fed in and taken out; whoever owns the wire moves them.
// Thread: one at a time.
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/tls/Errors.h"

#include <memory>

namespace es::tls {

// Where the records travel.                                                                       MS-TDS 2.2.6.5, 3.3.5
enum class TlsForm : std::uint8_t {
    kInsidePrelogin,  // TDS 7.x: the handshake inside PRELOGIN packets; TLS 1.2 exactly
    kFirst,           // TDS 8.0: bare records before anything else; TLS 1.2 or 1.3, application protocol "tds/8.0"
};

struct TlsClientOptions {
    std::string hostName;                 // name or IP address that the certificate must carry
    std::string caFile;                   // PEM of trusted issuers; empty = the system's
    bool trustServerCertificate = false;  // no verification at all: the person said so for this connection
    TlsForm form = TlsForm::kInsidePrelogin;
};

struct TlsServerOptions {
    std::string certificatePem;           // server certificate first, then its chain
    base::SecureBytes privateKeyPem;
};

// At most TLS 1.2 inside PRELOGIN: records behind the handshake (tickets of 1.3) would have no place there.
class TlsEndpoint {
public:
    // Errors: kTlsBadCaFile.
    [[nodiscard]] static base::Result<TlsEndpoint> client(const TlsClientOptions& options);
    // Errors: kTlsBadCertificate. One context serves many connections: see TlsServerContext.
    [[nodiscard]] static base::Result<TlsEndpoint> server(const TlsServerOptions& options);

    TlsEndpoint(TlsEndpoint&&) noexcept;
    TlsEndpoint& operator=(TlsEndpoint&&) noexcept;
    ~TlsEndpoint();

    // Wire side.
    void feedCiphertext(base::ByteView records);
    [[nodiscard]] base::Bytes takeCiphertext();                  // everything to be sent now; may be empty
    [[nodiscard]] bool hasCiphertext() const;

    // Goes on as far as it can with what was fed; afterwards send takeCiphertext() - also after an error (an alert).
    // true: done. Errors: kTlsUntrusted, kTlsHostName, kTlsExpired, kTlsHandshake.
    [[nodiscard]] base::Result<bool> handshake();
    [[nodiscard]] bool handshakeDone() const;

    // Plaintext side, after the handshake. write() takes all of it into records.
    [[nodiscard]] base::Result<void> write(base::ByteView plaintext);
    // Bytes put into `into`; 0 = feed more (or, with peerClosed(), nothing will come).
    [[nodiscard]] base::Result<std::size_t> read(std::span<base::Byte> into);
    [[nodiscard]] bool peerClosed() const;
    void close();  // close_notify into takeCiphertext()

    [[nodiscard]] std::string protocolVersion() const;   // "TLSv1.2"
    [[nodiscard]] std::string cipherName() const;
    [[nodiscard]] std::string applicationProtocol() const;  // agreed by both; empty: none

private:
    friend class TlsServerContext;
    struct Impl;
    explicit TlsEndpoint(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

// Certificate and key parsed once, for a listener.
class TlsServerContext {
public:
    [[nodiscard]] static base::Result<TlsServerContext> create(const TlsServerOptions& options);
    // Thread: any.
    [[nodiscard]] base::Result<TlsEndpoint> newEndpoint(TlsForm form = TlsForm::kInsidePrelogin) const;

private:
    TlsServerContext() = default;
    std::shared_ptr<void> m_context;
};

}  // namespace es::tls
