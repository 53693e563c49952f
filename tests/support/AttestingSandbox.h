// A sandbox with a Host Guardian Service of its own and one enclave-enabled column key, CEK1 under CMK1. Thread: the test's.
#pragma once

#include "tests/support/SandboxRequest.h"
#include "ui/services/KeyService.h"
#include "ui/services/PasswordVault.h"

#include <QSignalSpy>
#include <QTest>

namespace es::test {

class AttestingSandbox {
public:
    // Empty: it stands. Otherwise what went wrong.
    [[nodiscard]] QString start()
    {
        SandboxOptions options;
        options.attestation = "hgs";
        auto started = SandboxFixture::start(options);
        if (!started) return QString::fromStdString(started.error().describe());
        m_sandbox = std::move(*started);
        qputenv("ES_KEY_FOLDER", QByteArray::fromStdString(m_sandbox->keyFolder().string()));
        m_vault->rememberForAll(base::SecureBytes(base::viewOf("correct horse")));
        ui::SessionHost host(m_vault);
        ui::KeyService keys(host);
        QSignalSpy created(&keys, &ui::KeyService::created);
        QSignalSpy failed(&keys, &ui::KeyService::failed);
        host.connectTo(request());
        ui::NewMasterKey master;
        master.name = QStringLiteral("CMK1");
        master.keyBits = 2048;
        keys.createMasterKey(master);
        keys.createEncryptionKey({QStringLiteral("CEK1"), QStringLiteral("CMK1"), false});
        const bool told = QTest::qWaitFor([&] { return created.count() + failed.count() == 2; }, 30000);
        if (!failed.isEmpty()) return QString::fromStdString(failed[0][1].value<base::Error>().describe());
        return told ? QString() : QStringLiteral("the keys were not created in time");
    }
    void stop() { m_sandbox.reset(); }

    // With Always Encrypted, attested by that service.
    [[nodiscard]] std::shared_ptr<ui::ConnectionRequest> request() const
    {
        const auto plain = requestTo(*m_sandbox);
        auto request = std::make_shared<ui::ConnectionRequest>();
        request->profile = plain->profile;
        request->password = plain->password.clone();
        request->profile.columnEncryption = true;
        request->profile.attestation = ui::AttestationChoice::kHgs;
        request->profile.attestationUrl = QString::fromStdString(m_sandbox->attestationUrl());
        return request;
    }
    [[nodiscard]] const SandboxFixture& sandbox() const { return *m_sandbox; }
    [[nodiscard]] const std::shared_ptr<ui::PasswordVault>& vault() const { return m_vault; }

private:
    std::unique_ptr<SandboxFixture> m_sandbox;
    std::shared_ptr<ui::PasswordVault> m_vault = std::make_shared<ui::PasswordVault>();
};

} // namespace es::test
