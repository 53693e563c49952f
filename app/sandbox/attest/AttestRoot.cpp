#include "app/sandbox/attest/AttestRoot.h"

#include "app/sandbox/enclaveabi/PosixFiles.h"
#include "driver/crypto/CertificateMaker.h"
#include "driver/enclave/SandboxRoot.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

namespace es::sandbox {

using base::Bytes;

namespace {

constexpr auto kOneDay = std::chrono::hours(24);
constexpr auto kTenYears = kOneDay * 3652;
constexpr int kRootBits = 3072;
constexpr int kTokenBits = 3072;  // as the root: JDBC tries each certificate of the chain, and stumbles over another length
constexpr std::string_view kRootName = "Enclave Studio sandbox attestation root";
constexpr std::string_view kTokenName = "Enclave Studio sandbox token signing";

crypto::CertificateOrder orderFor(std::string_view commonName, const base::Clock& clock)
{
    crypto::CertificateOrder order;
    order.commonName = commonName;
    order.organization = enclave::kSandboxOrganization;
    order.notBefore = clock.wallClock() - kOneDay;
    order.notAfter = clock.wallClock() + kTenYears;
    return order;
}

base::Result<CertifiedKey> makeRoot(const base::Clock& clock)
{
    ES_TRY(auto key, crypto::RsaPrivateKey::generate(kRootBits));
    ES_TRY(Bytes certificate, crypto::makeRootCertificate(orderFor(kRootName, clock), key));
    return CertifiedKey{std::move(key), std::move(certificate)};
}

base::Result<CertifiedKey> makeTokenKey(const CertifiedKey& root, const base::Clock& clock)
{
    ES_TRY(auto key, crypto::RsaPrivateKey::generate(kTokenBits));
    ES_TRY(Bytes certificate, crypto::issueCertificate(orderFor(kTokenName, clock), key, root.certificate, root.key));
    return CertifiedKey{std::move(key), std::move(certificate)};
}

base::Result<void> save(const std::string& path, const CertifiedKey& made)
{
    ES_TRY(base::SecureBytes pem, crypto::privateKeyPem(made.key));
    pem.append(base::viewOf(crypto::certificatePem(made.certificate)));
    return writePrivateFile(path, pem.reveal(base::SecretAccess::forStorage()));
}

base::Result<CertifiedKey> load(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    auto key = crypto::RsaPrivateKey::fromPem(base::viewOf(text));
    auto certificate = crypto::certificateDerFromPem(text);
    base::scrub(text.data(), text.size());
    if (!key || !certificate)
        return base::makeError(kAttestFiles, "The file " + path + " does not hold a key and its certificate.", "data",
                               "Remove it: another one is made, which clients do not know yet.");
    return CertifiedKey{std::move(*key), std::move(*certificate)};
}

base::Result<CertifiedKey> loadOrMake(const std::string& path, const std::function<base::Result<CertifiedKey>()>& make)
{
    std::error_code error;
    if (std::filesystem::exists(path, error))
        return load(path);
    ES_TRY(CertifiedKey made, make());
    ES_CHECK(save(path, made));
    return made;
}

}  // namespace

base::Result<AttestRoot> AttestRoot::open(const std::string& folder, const base::Clock& clock)
{
    ES_TRY(CertifiedKey root, loadOrMake(folder + "/attestation-root-key.pem", [&] { return makeRoot(clock); }));
    const std::string tokenFile = folder + "/attestation-token-key.pem";
    ES_TRY(CertifiedKey token, loadOrMake(tokenFile, [&] { return makeTokenKey(root, clock); }));
    std::string shown = folder + "/attestation-root.pem";
    ES_CHECK(writePrivateFile(shown, base::viewOf(crypto::certificatePem(root.certificate)), 0644));
    return AttestRoot(std::move(root), std::move(token), std::move(shown));
}

}  // namespace es::sandbox
