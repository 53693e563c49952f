// A root in a folder of its own, a clock that stands still until it is moved, and a client's eye on the evidence.
#pragma once

#include "app/sandbox/attest/AttestService.h"
#include "driver/crypto/Hash.h"
#include "driver/enclave/AttestationResult.h"
#include "driver/enclave/VbsReport.h"

#include <QByteArray>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslCertificate>
#include <QTemporaryDir>

namespace es::test {

class StandingClock final : public base::Clock {
public:
    std::chrono::steady_clock::time_point now() const override { return {}; }
    std::chrono::system_clock::time_point wallClock() const override { return wall; }
    std::chrono::system_clock::time_point wall = std::chrono::system_clock::now();
};

struct AttestFixture {
    static constexpr std::uint16_t kPort = 4433;

    QTemporaryDir folder;
    StandingClock clock;
    sandbox::AttestRoot root = *sandbox::AttestRoot::open(folder.path().toStdString(), clock);

    sandbox::AttestService service(sandbox::AttestMode mode, std::optional<sandbox::AttestFault> fault = {})
    {
        sandbox::AttestFaults faults;
        if (fault)
            faults.add(*fault);
        return {root, sandbox::ServiceNames("127.0.0.1", kPort), mode, faults, clock};
    }
    // Any RSA blob does: the service never sees the private half.
    base::Bytes identity() { return enclave::encodeIdentity(root.root().key.publicKey()); }
    [[nodiscard]] QDateTime now() const
    {
        return QDateTime::fromSecsSinceEpoch(std::chrono::duration_cast<std::chrono::seconds>(clock.wall.time_since_epoch()).count(), Qt::UTC);
    }
};

inline QByteArray bytesOf(base::ByteView view)
{
    return {reinterpret_cast<const char*>(view.data()), static_cast<qsizetype>(view.size())};
}
inline base::Bytes viewBytes(const QByteArray& bytes)
{
    return {bytes.begin(), bytes.end()};
}
inline QByteArray fromBase64Url(const QByteArray& text)
{
    return QByteArray::fromBase64(text, QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

struct Token {
    QJsonObject header;
    QJsonObject claims;
    QByteArray signedPart;
    QByteArray signature;
};
inline Token tokenOf(const std::string& jws)
{
    const QList<QByteArray> parts = QByteArray::fromStdString(jws).split('.');
    if (parts.size() != 3)
        return {};
    return {QJsonDocument::fromJson(fromBase64Url(parts[0])).object(), QJsonDocument::fromJson(fromBase64Url(parts[1])).object(),
            parts[0] + '.' + parts[1], fromBase64Url(parts[2])};
}

}  // namespace es::test
