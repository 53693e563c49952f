#include "driver/tls/TlsEndpoint.h"

#include "driver/tls/SslHandles.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <limits>

namespace es::tls {
namespace {

base::Error tlsError(base::ErrorCode code, std::string text, std::string setting, std::string remedy)
{
    base::Error error = base::makeError(code, std::move(text), std::move(setting), std::move(remedy));
    error.consequence = base::Consequence::kSessionUnusable;
    return error;
}

// One name with its length before it, as ALPN lists are written.                                  RFC 7301 3.1; tds reference 4.2
constexpr std::array<unsigned char, 8> kTds8Protocols{7, 't', 'd', 's', '/', '8', '.', '0'};

// A client that names protocols must name ours; one that names none is let in, since what follows tells what it speaks. Endpoints of
// the other form, and of other servers on this room, answer no name.
int chooseProtocol(SSL* ssl, const unsigned char** chosen, unsigned char* chosenSize, const unsigned char* offered, unsigned int offeredSize, void*)
{
    if (SSL_get_max_proto_version(ssl) != TLS1_3_VERSION)
        return SSL_TLSEXT_ERR_NOACK;
    unsigned char* selected = nullptr;
    if (SSL_select_next_proto(&selected, chosenSize, kTds8Protocols.data(), kTds8Protocols.size(), offered, offeredSize)
        != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = selected;
    return SSL_TLSEXT_ERR_OK;
}

SslContextPtr newContext(const SSL_METHOD* method)
{
    SslContextPtr context(SSL_CTX_new(method));
    if (!context)
        return context;
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_num_tickets(context.get(), 0);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

base::Error outOfMemory()
{
    return tlsError(kTlsHandshake, "TLS could not be set up" + base::openSslReason() + ".", {}, "Close other programs and try again.");
}

std::string withoutBrackets(const std::string& host)
{
    return host.size() > 2 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

// The certificate must carry this name or address; a name also goes out as SNI.
bool expectHost(SSL* ssl, const std::string& host)
{
    X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1)
        return true;
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    std::string sni = host;  // SSL_set_tlsext_host_name is this call behind a C cast
    return X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size()) == 1
        && SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data()) == 1;
}

base::Result<void> loadIssuers(SSL_CTX* context, const std::string& caFile)
{
    if (caFile.empty()) {
        SSL_CTX_set_default_verify_paths(context);
        return {};
    }
    ERR_clear_error();
    if (SSL_CTX_load_verify_locations(context, caFile.c_str(), nullptr) == 1) {
        // A file may hold the server's own certificate instead of its issuer's.
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
        return {};
    }
    return tlsError(kTlsBadCaFile, "The file of trusted issuers, " + caFile + ", cannot be read" + base::openSslReason() + ".", "ca-file",
                    "Give the path of a readable file with certificates in PEM form.");
}

base::Error verificationError(long verdict, const TlsClientOptions& options)
{
    const std::string words = X509_verify_cert_error_string(verdict);
    switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return tlsError(kTlsHostName, "The server's certificate is not for " + options.hostName + ".", "host",
                        "Connect by the name that stands in the certificate, or give that name as the host name in the certificate.");
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return tlsError(kTlsExpired, "The server's certificate is outside its time of validity (" + words + ").", "host",
                        "Have the certificate renewed on the server, and check the clock of this computer.");
    default:
        return tlsError(kTlsUntrusted, "The server's certificate was not issued by anybody whom this connection trusts (" + words + ").",
            "ca-file", "Give the issuer's certificate as the CA file, or trust this server's certificate if you know why.");
    }
}

base::Result<void> useServerCertificate(SSL_CTX* context, const TlsServerOptions& options)
{
    ERR_clear_error();
    const auto unusable = [](const char* what) {
        return tlsError(kTlsBadCertificate, std::string(what) + " cannot be used" + base::openSslReason() + ".", "certificate",
                        "Make a new certificate and key in PEM form.");
    };
    const BioPtr chain(BIO_new_mem_buf(options.certificatePem.data(), static_cast<int>(options.certificatePem.size())));
    const X509Ptr certificate(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
    if (!certificate || SSL_CTX_use_certificate(context, certificate.get()) != 1)
        return unusable("The server's certificate");
    while (X509* more = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr))
        if (SSL_CTX_add0_chain_cert(context, more) != 1)
            X509_free(more);
    ERR_clear_error();  // the end of the file counts as one
    const base::ByteView pem = options.privateKeyPem.reveal(base::SecretAccess::forStorage());
    const BioPtr keyBio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const PkeyPtr key(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr));
    if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
        return unusable("The private key of the server's certificate");
    return {};
}

}  // namespace

struct TlsEndpoint::Impl {
    SslContextPtr context;  // client: its own; server: empty, the listener's is referenced by ssl
    SslPtr ssl;
    BIO* incoming = nullptr;  // owned by ssl
    BIO* outgoing = nullptr;
    TlsClientOptions clientOptions;
    bool peerClosed = false;

    static std::unique_ptr<Impl> create(SSL_CTX* context)
    {
        auto impl = std::make_unique<Impl>();
        impl->ssl.reset(SSL_new(context));
        BioPtr in(BIO_new(BIO_s_mem()));
        BioPtr out(BIO_new(BIO_s_mem()));
        if (!impl->ssl || !in || !out)
            return nullptr;
        BIO_set_mem_eof_return(in.get(), -1);  // empty means "later", not "over"
        BIO_set_mem_eof_return(out.get(), -1);
        impl->incoming = in.release();
        impl->outgoing = out.release();
        SSL_set_bio(impl->ssl.get(), impl->incoming, impl->outgoing);
        return impl;
    }
};

TlsEndpoint::TlsEndpoint(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
TlsEndpoint::TlsEndpoint(TlsEndpoint&&) noexcept = default;
TlsEndpoint& TlsEndpoint::operator=(TlsEndpoint&&) noexcept = default;
TlsEndpoint::~TlsEndpoint() = default;

base::Result<TlsEndpoint> TlsEndpoint::client(const TlsClientOptions& options)
{
    SslContextPtr context = newContext(TLS_client_method());
    if (!context)
        return outOfMemory();
    if (!options.trustServerCertificate) {
        ES_CHECK(loadIssuers(context.get(), options.caFile));
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    }
    auto impl = Impl::create(context.get());
    if (!impl)
        return outOfMemory();
    impl->context = std::move(context);
    impl->clientOptions = options;
    const std::string host = withoutBrackets(options.hostName);
    if (!options.trustServerCertificate && (host.empty() || !expectHost(impl->ssl.get(), host)))
        return verificationError(X509_V_ERR_HOSTNAME_MISMATCH, options);
    if (options.form == TlsForm::kFirst
        && (SSL_set_max_proto_version(impl->ssl.get(), TLS1_3_VERSION) != 1
            || SSL_set_alpn_protos(impl->ssl.get(), kTds8Protocols.data(), kTds8Protocols.size()) != 0))
        return outOfMemory();
    SSL_set_connect_state(impl->ssl.get());
    return TlsEndpoint(std::move(impl));
}

base::Result<TlsEndpoint> TlsEndpoint::server(const TlsServerOptions& options)
{
    ES_TRY(const TlsServerContext context, TlsServerContext::create(options));
    return context.newEndpoint();
}

base::Result<TlsServerContext> TlsServerContext::create(const TlsServerOptions& options)
{
    SslContextPtr context = newContext(TLS_server_method());
    if (!context)
        return outOfMemory();
    ES_CHECK(useServerCertificate(context.get(), options));
    SSL_CTX_set_alpn_select_cb(context.get(), chooseProtocol, nullptr);
    TlsServerContext result;
    result.m_context = std::shared_ptr<SSL_CTX>(std::move(context));
    return result;
}

base::Result<TlsEndpoint> TlsServerContext::newEndpoint(TlsForm form) const
{
    auto impl = TlsEndpoint::Impl::create(static_cast<SSL_CTX*>(m_context.get()));
    if (!impl)
        return outOfMemory();
    if (form == TlsForm::kFirst && SSL_set_max_proto_version(impl->ssl.get(), TLS1_3_VERSION) != 1)
        return outOfMemory();
    SSL_set_accept_state(impl->ssl.get());
    return TlsEndpoint(std::move(impl));
}

void TlsEndpoint::feedCiphertext(base::ByteView records)
{
    while (!records.empty()) {
        const auto size = static_cast<int>(std::min<std::size_t>(records.size(), std::numeric_limits<int>::max()));
        const int taken = BIO_write(m_impl->incoming, records.data(), size);
        if (taken <= 0)
            return;  // out of memory; the record layer will miss the bytes and say so
        records = records.subspan(static_cast<std::size_t>(taken));
    }
}

bool TlsEndpoint::hasCiphertext() const
{
    return BIO_pending(m_impl->outgoing) > 0;
}

base::Bytes TlsEndpoint::takeCiphertext()
{
    base::Bytes records(static_cast<std::size_t>(BIO_pending(m_impl->outgoing)));
    if (!records.empty()
        && BIO_read(m_impl->outgoing, records.data(), static_cast<int>(records.size())) != static_cast<int>(records.size()))
        records.clear();
    return records;
}

base::Result<bool> TlsEndpoint::handshake()
{
    ERR_clear_error();
    const int result = SSL_do_handshake(m_impl->ssl.get());
    if (result == 1)
        return true;
    const int kind = SSL_get_error(m_impl->ssl.get(), result);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
        return false;
    const long verdict = SSL_get_verify_result(m_impl->ssl.get());
    if (verdict != X509_V_OK && !m_impl->clientOptions.trustServerCertificate) {
        ERR_clear_error();
        return verificationError(verdict, m_impl->clientOptions);
    }
    const bool first = m_impl->clientOptions.form == TlsForm::kFirst;
    return tlsError(kTlsHandshake, "The two sides could not agree on an encrypted connection" + base::openSslReason() + ".", "encrypt",
                    first ? "Check host and port; strict encryption needs SQL Server 2022 or later: otherwise choose mandatory encryption."
                          : "Check that the server supports TLS 1.2 and that host and port belong to a SQL Server.");
}

bool TlsEndpoint::handshakeDone() const
{
    return SSL_is_init_finished(m_impl->ssl.get()) == 1;
}

base::Result<void> TlsEndpoint::write(base::ByteView plaintext)
{
    if (plaintext.empty())
        return {};
    ERR_clear_error();
    std::size_t written = 0;
    if (SSL_write_ex(m_impl->ssl.get(), plaintext.data(), plaintext.size(), &written) == 1 && written == plaintext.size())
        return {};
    return tlsError(kTlsBroken, "The encrypted connection broke while sending" + base::openSslReason() + ".", {}, "Connect again.");
}

base::Result<std::size_t> TlsEndpoint::read(std::span<base::Byte> into)
{
    ERR_clear_error();
    std::size_t got = 0;
    if (SSL_read_ex(m_impl->ssl.get(), into.data(), into.size(), &got) == 1)
        return got;
    switch (SSL_get_error(m_impl->ssl.get(), 0)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return std::size_t{0};
    case SSL_ERROR_ZERO_RETURN: m_impl->peerClosed = true; return std::size_t{0};
    default:
        return tlsError(kTlsBroken, "The encrypted connection broke while receiving" + base::openSslReason() + ".", {},
                        "Connect again; if it happens again, something between here and the server changes the bytes.");
    }
}

bool TlsEndpoint::peerClosed() const
{
    return m_impl->peerClosed;
}

void TlsEndpoint::close()
{
    ERR_clear_error();
    if (handshakeDone())
        SSL_shutdown(m_impl->ssl.get());
    ERR_clear_error();
}

std::string TlsEndpoint::protocolVersion() const
{
    return SSL_get_version(m_impl->ssl.get());
}

std::string TlsEndpoint::cipherName() const
{
    const char* name = SSL_get_cipher_name(m_impl->ssl.get());
    return name == nullptr ? std::string() : name;
}

std::string TlsEndpoint::applicationProtocol() const
{
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(m_impl->ssl.get(), &name, &size);
    return name == nullptr ? std::string() : std::string(name, name + size);
}

}  // namespace es::tls
