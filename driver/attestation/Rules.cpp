#include "driver/attestation/Rules.h"

#include <algorithm>
#include <array>

namespace es::attestation {
namespace {

// One line of the table each; tests/lint/rules.py reads this file, so every rule begins with its id in quotes after a brace.

// What every protocol has.
constexpr Rule kDhKeyLength{"dh-key-length", "Session key size", "A key of another size is not a P-384 point, so no safe session can come of it.",
    "Update the server; a test host must send a key of 104 bytes.", "2.2, 3.1"};
constexpr Rule kDhKeyHeader{"dh-key-header", "Session key header", "A key of another kind could lead the agreement onto a weak curve.",
    "Update the server; a test host must send \"ECK3\" and 48.", "2.2"};
constexpr Rule kDhKeyPoint{"dh-key-point", "Session key on P-384", "A point off the curve gives away the client's private key bit by bit.",
    "Do not connect again before you know what answers at this address.", "7, 11"};
constexpr Rule kDhSignature{"dh-signature", "Session key signature", "Somebody between client and enclave may have put in a session key of their own.",
    "Check the way to the server for a proxy that alters traffic; on a test host sign the key with the enclave's identity.", "3.1, 4.4"};
constexpr Rule kTruncated{"truncated", "Answer is whole", "A cut answer hides what the missing part would have said.",
    "Try again; if it stays, update the server.", "3.6"};
constexpr Rule kTrailingBytes{"trailing-bytes", "Nothing left over", "Bytes that nobody reads can hide an attack on another reader of the same answer.",
    "Update the server; a test host must end its answer after the signature.", "3.6"};
constexpr Rule kResultSize{"result-size", "Answer size", "A huge answer is meant to exhaust the client.",
    "Check that the address is that of a SQL Server.", "11"};
constexpr Rule kRequestFormat{"request-format", "Own question", "Without the question as it was asked nothing ties the answer to it.",
    "If this is a saved record, it was altered; otherwise reconnect.", "2.2"};
constexpr Rule kPolicyProtocol{"policy-protocol", "Policy's protocol", "A policy for another protocol demands nothing of this one.",
    "Choose the policy that belongs to this connection, or its protocol.", "11"};

// What HGS and AAS have.
constexpr Rule kPolicyService{"policy-service", "Policy's service", "The policy trusts another attestation service than the one that was asked.",
    "Correct the attestation URL, or choose the policy of this service.", "11"};
constexpr Rule kServiceTransport{"service-transport", "Way to the service", "Over plain http anybody on the way can replace what the service says.",
    "Use an https URL; where HGS offers http alone, allow plain http in the policy.", "11"};
constexpr Rule kServiceOrigin{"service-origin", "Documents' origin", "Documents from elsewhere are not the service's word.",
    "Correct the attestation URL, or name the other origin in the policy's redirectOrigins.", "11"};
constexpr Rule kTrustedRoot{"trusted-root", "Chain ends in", "Anybody could run a service that vouches for any enclave.",
    "Compare the fingerprint with the service's owner, then add it to the policy's trusted roots.", "11"};
constexpr Rule kIdentityFormat{"identity-format", "Identity key", "Without the enclave's own key nothing proves that the session ends in it.",
    "Reconnect; with SGX this also shows an answer to somebody else's question.", "3.5"};
constexpr Rule kIdentityStrength{"identity-strength", "Identity key size", "A short key can be broken, and then anybody is the enclave.",
    "Update the server; genuine enclaves use 4096 bits.", "3.5"};

// HGS.
constexpr Rule kReportBinding{"report-binding", "Report bound to session key", "The report would be about some enclave, but not about the one at the other end.",
    "Check the way to the server for a proxy; on a test host put SHA-256 of the identity into the report.", "4.3, 4.4"};
constexpr Rule kReportSignature{"report-signature", "Statement signature", "The report was altered after the host signed it, or another host signed it.",
    "Restart the server's host and attest again; on a test host sign with the health certificate's key.", "4.4"};
constexpr Rule kHealthValidity{"health-certificate-validity", "Health certificate", "The host's state was certified for another time; it may have changed.",
    "Check this computer's clock; then have the host attest to HGS anew.", "4.2"};
constexpr Rule kAuthor{"policy-author", "Author", "The enclave is not built by the author you trust.",
    "Check that this server runs a release of SQL Server, or adapt the policy for a test host.", "4.3, 5.2"};
constexpr Rule kFamily{"policy-family", "Family", "The enclave is of another family of programs.",
    "Check that this server runs a release of SQL Server, or adapt the policy for a test host.", "4.3, 5.2"};
constexpr Rule kImage{"policy-image", "Image", "Another program than SQL Server's enclave runs there.",
    "Check that this server runs a release of SQL Server, or adapt the policy for a test host.", "4.3, 5.2"};
constexpr Rule kEnclaveSvn{"policy-svn-enclave", "Enclave SVN", "An old enclave may have faults that are known.",
    "Update SQL Server, or lower the policy's minimum if you accept that.", "4.3, 5.2"};
constexpr Rule kPlatformSvn{"policy-svn", "Platform SVN", "An old platform may have faults that are known.",
    "Update the host, or lower the policy's minimum if you accept that.", "4.3, 5.2"};
constexpr Rule kKernelSvn{"policy-svn-kernel", "Secure kernel SVN", "An old secure kernel may have faults that are known.",
    "Update the host's Windows, or lower the policy's minimum if you accept that.", "4.3"};
constexpr Rule kDebug{"policy-debug", "Debug mode", "In a debug enclave the host's administrators can read every key.",
    "Switch enclave debugging off on the host; for a test host the policy can accept it.", "4.3, 5.2"};
constexpr Rule kOwner{"policy-owner", "Owner", "The enclave was started for another owner.",
    "Check that this server runs a release of SQL Server, or adapt the policy for a test host.", "4.3, 5.2"};
constexpr Rule kHealthIssuer{"health-certificate-issuer", "Issued by the service", "The host's certificate does not come from the attestation service.",
    "Check the attestation URL; if HGS got a new signing certificate, attest again.", "4.2"};
constexpr Rule kIssuerAuthority{"issuer-authority", "Issuer may issue", "A certificate that may not issue others was used to do so.",
    "Have the service publish a signing certificate with the CA flag.", "4.2"};
constexpr Rule kIssuerValidity{"issuer-validity", "Issuer valid now", "The service's signing certificate is out of its time.",
    "Check this computer's clock; then renew the HGS signing certificate.", "4.2"};
constexpr Rule kHealthFormat{"health-certificate-format", "Certificate form", "What cannot be read as a certificate with an RSA key proves nothing.",
    "Have the host attest to HGS anew.", "4.2"};
constexpr Rule kHealthUsage{"health-certificate-usage", "Certificate's purpose", "The certificate was given out for something else than signing reports.",
    "Have the host attest to HGS anew.", "4.2"};
constexpr Rule kReportFormat{"report-format", "Report form", "Sizes that do not add up let two readers see two reports.",
    "Update the server.", "4.3"};
constexpr Rule kReportVersion{"report-version", "Report version", "Fields of another version may mean something else.",
    "Update this program, or the server.", "4.3"};
constexpr Rule kReportScheme{"report-scheme", "Signature scheme", "Another scheme than RSA-PSS with SHA-256 may be weaker.",
    "Update this program, or the server.", "4.3"};
constexpr Rule kReportReserved{"report-reserved", "Reserved fields", "Something stands where nothing is defined: this client cannot know what it means.",
    "Update this program; on a test host write zeros.", "4.3"};
constexpr Rule kTypeVbs{"enclave-type", "Enclave type", "The proof belongs to another kind of enclave.",
    "Choose the attestation protocol that belongs to this server's enclave.", "1.4"};
constexpr Rule kSigningCertificates{"signing-certificates", "Service's certificates", "Without the service's list nobody vouches for the host.",
    "Check the attestation URL: it must answer a list of certificates.", "4.1"};
constexpr Rule kTotalSize{"total-size", "Size of the proof", "Sizes that do not add up let two readers see two answers.",
    "Update the server.", "3.2, 3.4"};

// AAS.
constexpr Rule kHeldData{"claim-aas-ehd", "Token bound to session key", "The token would be about some enclave, but not about the one at the other end.",
    "Check the way to the server for a proxy; on a test host put the identity as sent into the token.", "5.2"};
constexpr Rule kJwtSignature{"jwt-signature", "Token signature", "The token was altered, or another service made it.",
    "Check the attestation URL; it must be that of the service the server asks.", "5.2"};
constexpr Rule kJwtExpired{"jwt-expired", "Token valid until", "An old token says nothing about the enclave of today.",
    "Check this computer's clock, then reconnect.", "5.2"};
constexpr Rule kJwtIssuer{"jwt-issuer", "Token issuer", "Another service made the token than the one you named.",
    "Correct the attestation URL: its origin must be the issuer, letter by letter.", "5.2"};
constexpr Rule kSgxSigner{"sgx-signer", "SGX signer", "The enclave was not signed by the one you trust.",
    "Check that this is the server you mean, or adapt the policy.", "5.2"};
constexpr Rule kSgxProduct{"sgx-product", "SGX product", "Another program than SQL Server's enclave runs there.",
    "Check that this is the server you mean, or adapt the policy.", "5.2"};
constexpr Rule kSgxSvn{"sgx-svn", "SGX SVN", "An old enclave may have faults that are known.",
    "Update the server, or lower the policy's minimum if you accept that.", "5.2"};
constexpr Rule kRpData{"claim-rp_data", "Answers this question", "The token may be an old one that somebody recorded.",
    "Reconnect; if it stays, check the way to the server for a proxy.", "5.2"};
constexpr Rule kJwtNotYetValid{"jwt-not-yet-valid", "Token valid from", "A token from the future was made by a wrong clock, or by somebody who stocks up.",
    "Check this computer's clock and the service's.", "5.2"};
constexpr Rule kJwtIssuedAt{"jwt-issued-at", "Token made at", "A token from the future was made by a wrong clock, or by somebody who stocks up.",
    "Check this computer's clock and the service's.", "5.2"};
constexpr Rule kJwtLifetime{"jwt-lifetime", "Token lifetime", "A token that never ends outlives every change on the host.",
    "Have the service give out tokens for a day at most.", "5.2"};
constexpr Rule kJwtAlg{"jwt-alg", "Token algorithm", "A token without a signature, or with one that anybody can make, proves nothing.",
    "Have the service sign with RS256; nothing else is accepted.", "5.2, 11"};
constexpr Rule kJwtCritical{"jwt-critical", "Token extensions", "The token demands that something be understood that this client does not know.",
    "Update this program, or have the service leave the extension out.", "5.2"};
constexpr Rule kJwtKid{"jwt-kid", "Token's key", "The token names a key that the service does not publish.",
    "Attest again: the service may have changed its keys.", "5.2"};
constexpr Rule kJwtFormat{"jwt-format", "Token form", "What two readers can read in two ways proves nothing.",
    "Check that the service is an attestation service; update it.", "5.2"};
constexpr Rule kTypeAas{"enclave-type", "Enclave type", "The proof belongs to another kind of enclave, and its freshness would not be checked.",
    "Choose the attestation protocol and service that belong to this server's enclave.", "1.4, 5.2"};
constexpr Rule kAttestationType{"claim-attestation-type", "Token's enclave type", "The token is about another kind of enclave.",
    "Check which policy of the service the server asks for.", "5.2"};
constexpr Rule kMetadata{"metadata", "Service's metadata", "Without the service's own word nobody knows its keys.",
    "Check the attestation URL: its origin must answer OpenID metadata.", "5.1"};
constexpr Rule kMetadataIssuer{"metadata-issuer", "Metadata's issuer", "The metadata is that of another service.",
    "Correct the attestation URL.", "5.1"};
constexpr Rule kJwksUri{"jwks-uri", "Address of the keys", "Keys from elsewhere, or over plain http, could be anybody's.",
    "Have the service publish its keys at its own https origin.", "5.1, 11"};
constexpr Rule kJwks{"jwks", "Service's keys", "Without the service's keys no token can be checked.",
    "Check the attestation URL: the service must publish a set of keys.", "5.1"};
constexpr Rule kJwksKey{"jwks-key", "Form of the token's key", "A weak key, or one that is stated twice and differently, may be anybody's.",
    "Have the service publish an RSA key of 2048 bits or more, once.", "5.1"};

constexpr std::array kNoneRules{kTypeVbs, kDhKeyPoint, kDhKeyLength, kDhKeyHeader, kTotalSize, kTruncated, kTrailingBytes, kResultSize,
    kRequestFormat, kPolicyProtocol};
constexpr std::array kHgsRules{kReportBinding, kReportSignature, kHealthValidity, kTrustedRoot, kAuthor, kFamily, kImage, kEnclaveSvn,
    kPlatformSvn, kDebug, kKernelSvn, kOwner, kDhSignature, kDhKeyPoint, kDhKeyLength, kDhKeyHeader, kHealthIssuer, kIssuerAuthority,
    kIssuerValidity, kHealthUsage, kHealthFormat, kIdentityFormat, kIdentityStrength, kReportFormat, kReportVersion, kReportScheme,
    kReportReserved, kTypeVbs, kServiceTransport, kServiceOrigin, kSigningCertificates, kTotalSize, kTruncated, kTrailingBytes,
    kResultSize, kRequestFormat, kPolicyProtocol, kPolicyService};
constexpr std::array kAasRules{kHeldData, kJwtSignature, kJwtExpired, kTrustedRoot, kJwtIssuer, kAuthor, kFamily, kImage,
    kEnclaveSvn, kPlatformSvn, kSgxSigner, kSgxProduct, kSgxSvn, kDebug, kOwner, kRpData, kDhSignature, kDhKeyPoint,
    kDhKeyLength, kDhKeyHeader, kJwtAlg, kJwtKid, kJwtCritical, kJwtNotYetValid, kJwtIssuedAt, kJwtLifetime, kJwtFormat, kIdentityFormat, kIdentityStrength, kTypeAas, kAttestationType, kServiceTransport, kServiceOrigin, kMetadata,
    kMetadataIssuer, kJwksUri, kJwks, kJwksKey, kTruncated, kTrailingBytes, kResultSize, kRequestFormat, kPolicyProtocol, kPolicyService};

}  // namespace

std::span<const Rule> rulesOf(Protocol protocol)
{
    switch (protocol) {
    case Protocol::kNone: return kNoneRules;
    case Protocol::kHgs: return kHgsRules;
    case Protocol::kAas: return kAasRules;
    }
    return {};
}

const Rule* findRule(Protocol protocol, std::string_view id)
{
    const auto rules = rulesOf(protocol);
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

}  // namespace es::attestation
