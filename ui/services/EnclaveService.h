// What a person does to the enclave through a connection that is open: attest again, send it the keys of the database.
// Thread: the thread that made it.
#pragma once

#include "driver/attestation/EnclaveSession.h"
#include "ui/services/SessionHost.h"

#include <QHash>
#include <QPointer>

namespace es::ui {

class Postbox;

struct EnclaveNews {
    std::shared_ptr<const attestation::AttestationReport> report; // of the enclave session, or of its refusal; null: none was made
    std::vector<attestation::ReleasedKey> keysReleased; // into the session that is open now
};

class EnclaveService : public QObject {
    Q_OBJECT
public:
    explicit EnclaveService(SessionHost& host, QObject* parent = nullptr);
    ~EnclaveService() override;

    // Fresh evidence, whatever session is open; releases nothing. Answer: attested(), failed() (with the report, when refused) or cancelled().
    RequestId attestAgain();
    // EXEC sp_enclave_send_keys: every enclave-enabled key of the current database goes into the enclave. Answer: keysSent(), failed() or
    // cancelled().
    RequestId sendKeys();

Q_SIGNALS:
    void attested(es::ui::RequestId id, const es::ui::EnclaveNews& news);
    void keysSent(es::ui::RequestId id, const es::ui::EnclaveNews& news);
    void failed(es::ui::RequestId id, const es::base::Error& error, const es::ui::EnclaveNews& news);
    void cancelled(es::ui::RequestId id);

private:
    template <class Do, class Tell> RequestId submit(Do act, Tell tell);

    QPointer<SessionHost> m_host;
    std::shared_ptr<Postbox> m_postbox;
    QHash<RequestId, RequestId> m_byTask; // the host's number to ours, until its end
};

} // namespace es::ui
