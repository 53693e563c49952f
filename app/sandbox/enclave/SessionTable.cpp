#include "app/sandbox/enclave/SessionTable.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/base/Utf16.h"
#include "driver/enclave/AttestationParameters.h"

#include <algorithm>
#include <array>

namespace es::sandbox {

using base::ByteView;
using base::Bytes;

namespace {

constexpr std::string_view kGeneratedKeysQuery = " select SCOPE_IDENTITY() AS GENERATED_KEYS where SCOPE_IDENTITY() is not null";
constexpr std::array<std::string_view, 3> kFormatPrefixes{" SET FMTONLY OFF;", " SET NO_BROWSETABLE ON;", " SET FMTONLY ON;"};

bool startsWith(ByteView text, ByteView prefix)
{
    return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin());
}

ByteView withoutFormatPrefixes(ByteView text)
{
    for (const std::string_view prefix : kFormatPrefixes) {
        const Bytes bytes = base::utf16leFromUtf8(prefix);
        if (startsWith(text, bytes))
            return withoutFormatPrefixes(text.subspan(bytes.size()));
    }
    return text;
}

ByteView withoutGeneratedKeysQuery(ByteView text)
{
    const Bytes suffix = base::utf16leFromUtf8(kGeneratedKeysQuery);
    const bool there = text.size() >= suffix.size() && std::equal(suffix.rbegin(), suffix.rend(), text.rbegin());
    return there ? text.first(text.size() - suffix.size()) : text;
}

bool hashIs(const crypto::Sha256Digest& hash, ByteView text)
{
    return base::constantTimeEqual(hash, enclave::statementHashUtf16(text));
}

}  // namespace

bool statementMatches(const crypto::Sha256Digest& hash, ByteView statementUtf16le)
{
    if (hashIs(hash, statementUtf16le))
        return true;
    const ByteView shorter = withoutGeneratedKeysQuery(withoutFormatPrefixes(statementUtf16le));
    return shorter.size() != statementUtf16le.size() && hashIs(hash, shorter);
}

base::Result<EnclaveSessionOffer> SessionTable::create(ByteView attestationParameters)
{
    const auto parameters = enclave::decodeAttestationParameters(attestationParameters);
    if (!parameters)
        return enclaveError(33190, "The attestation parameters are malformed.");
    ES_TRY(const auto keyPair, crypto::EcdhP384::generate());
    auto sessionKey = enclave::deriveSessionKey(keyPair, parameters->clientPublicKey);
    if (!sessionKey)
        return enclaveError(33190, "The client's public key is not a point on the curve P-384.");

    ES_TRY(const Attester::Evidence evidence, m_attester.evidenceFor(*parameters, keyPair.publicKey()));

    auto session = std::make_unique<Session>();
    session->sessionKey = std::move(*sessionKey);
    session->lastUsed = m_clock.now();

    const base::Lock lock(m_mutex);
    dropExpired();
    if (m_sessions.size() >= kMaxSessions)
        return enclaveError(33189);
    EnclaveSessionOffer offer;
    do {
        crypto::randomBytes(offer.session);
    } while (m_sessions.contains(offer.session));
    m_sessions.emplace(offer.session, std::move(session));

    offer.attestationInfo = Attester::encodeResult(evidence, offer.session, keyPair.publicKey());
    return offer;
}

base::Result<OpenedPackage> SessionTable::open(ByteView package, std::span<const Bytes> statementsUtf16le)
{
    const auto id = enclave::packageSessionId(package);
    if (!id)
        return enclaveError(33550, "The enclave package is too short.");
    const base::Lock lock(m_mutex);
    ES_TRY(Session* session, find(*id));
    auto opened = enclave::openPackage(package, session->sessionKey);
    if (!opened)
        return enclaveError(33550, "The enclave package cannot be opened with the key of its session.");
    if (!session->counters.accept(opened->counter))
        return enclaveError(33551, "The enclave package was used before.");
    if (std::none_of(statementsUtf16le.begin(), statementsUtf16le.end(),
                     [&](const Bytes& text) { return statementMatches(opened->statementHash, text); }))
        return enclaveError(33550, "The enclave package was made for another statement.");

    OpenedPackage facts;
    facts.session = *id;
    for (enclave::EnclaveKey& key : opened->keys) {
        const EnclaveKeyId keyId{key.databaseId, key.keyId};
        facts.keys.push_back(keyId);
        session->keys.insert_or_assign(keyId, std::move(key.cek));
    }
    session->statements.push_back({opened->statementHash, facts.keys, {}});
    if (session->statements.size() > kRememberedStatements)
        session->statements.pop_front();
    return facts;
}

base::Result<SessionTable::Session*> SessionTable::find(const EnclaveSessionId& session)
{
    const auto found = m_sessions.find(session);
    if (found == m_sessions.end())
        return enclaveError(33195);
    found->second->lastUsed = m_clock.now();
    return found->second.get();
}

base::Result<crypto::CellCipher> SessionTable::cipher(const EnclaveSessionId& session, const EnclaveKeyId& key)
{
    const base::Lock lock(m_mutex);
    ES_TRY(Session* found, find(session));
    const auto held = found->keys.find(key);
    if (held == found->keys.end())
        return enclaveError(33546);
    auto cipher = crypto::CellCipher::create(held->second);
    if (!cipher)
        return enclaveError(33192, "The column encryption key cannot be used.");
    return cipher;
}

const base::SecureBytes* SessionTable::cachedKey(const EnclaveKeyId& key) const
{
    for (const auto& [id, session] : m_sessions) {
        if (const auto held = session->keys.find(key); held != session->keys.end())
            return &held->second;
    }
    return nullptr;
}

base::Result<crypto::CellCipher> SessionTable::maintenanceCipher(const EnclaveSessionId& session, const EnclaveKeyId& key)
{
    if (session != kAnySession)
        return cipher(session, key);
    const base::Lock lock(m_mutex);
    dropExpired();
    const base::SecureBytes* held = cachedKey(key);
    if (held == nullptr)
        return enclaveError(33546);
    auto cipher = crypto::CellCipher::create(*held);
    if (!cipher)
        return enclaveError(33192, "The column encryption key cannot be used.");
    return cipher;
}

base::Result<bool> SessionTable::hasKey(const EnclaveSessionId& session, const EnclaveKeyId& key)
{
    const base::Lock lock(m_mutex);
    if (session == kAnySession)
        return cachedKey(key) != nullptr;
    ES_TRY(Session* found, find(session));
    return found->keys.contains(key);
}

bool SessionTable::Authorised::covers(const crypto::Sha256Digest& hash, std::span<const EnclaveKeyId> wanted) const
{
    return statement == hash && std::all_of(wanted.begin(), wanted.end(), [this](const EnclaveKeyId& key) {
               return std::find(keys.begin(), keys.end(), key) != keys.end();
           });
}

base::Result<bool> SessionTable::isAuthorised(const EnclaveSessionId& session, const crypto::Sha256Digest& statement,
                                              std::span<const EnclaveKeyId> keys)
{
    const base::Lock lock(m_mutex);
    ES_TRY(Session* found, find(session));
    return std::any_of(found->statements.begin(), found->statements.end(),
                       [&](const Authorised& authorised) { return authorised.covers(statement, keys); });
}

base::Result<bool> SessionTable::takeOrder(const EnclaveSessionId& session, const crypto::Sha256Digest& statement,
                                           std::span<const EnclaveKeyId> keys, std::span<const std::uint32_t> offsets)
{
    const base::Lock lock(m_mutex);
    ES_TRY(Session* found, find(session));
    for (Authorised& authorised : found->statements) {
        if (!authorised.covers(statement, keys))
            continue;
        for (const std::uint32_t offset : offsets) {
            std::vector<std::uint32_t>& taken = authorised.takenOrders;
            if (std::find(taken.begin(), taken.end(), offset) != taken.end())
                continue;
            taken.push_back(offset);
            return true;
        }
    }
    return false;
}

SessionTable::Counts SessionTable::counts()
{
    const base::Lock lock(m_mutex);
    dropExpired();
    Counts counts;
    counts.sessions = static_cast<std::uint32_t>(m_sessions.size());
    for (const auto& [id, session] : m_sessions)
        counts.keys += static_cast<std::uint32_t>(session->keys.size());
    return counts;
}

void SessionTable::wipe()
{
    const base::Lock lock(m_mutex);
    m_sessions.clear();
}

void SessionTable::dropExpired()
{
    const auto oldest = m_clock.now() - kLifetime;
    std::erase_if(m_sessions, [&](const auto& entry) { return entry.second->lastUsed < oldest; });
}

}  // namespace es::sandbox
