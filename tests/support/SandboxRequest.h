// A connection request to the sandbox of a test. Thread: any.
#pragma once

#include "tests/support/SandboxFixture.h"
#include "ui/services/SandboxInfo.h"

namespace es::test {

inline std::shared_ptr<const ui::ConnectionRequest> requestTo(const SandboxFixture& sandbox)
{
    auto request = std::make_shared<ui::ConnectionRequest>();
    request->profile.host = QStringLiteral("127.0.0.1");
    request->profile.port = sandbox.port();
    request->profile.user = QString::fromStdString(sandbox.user());
    request->profile.database = QString::fromStdString(sandbox.database());
    request->profile.caFile = QString::fromStdString(sandbox.caFile());
    request->profile.environment = ui::Environment::kSandbox;
    auto password = ui::readPasswordFile(QString::fromStdString(sandbox.passwordFile()));
    if (!password) return nullptr;
    request->password = std::move(*password);
    return request;
}

} // namespace es::test
