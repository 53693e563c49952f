// The sandbox as a child process: started, its line of JSON awaited, ended with SIGTERM. Nobody waits: signals tell.
// The child watches its standard input (--stop-with-parent 0): it ends by itself when this program dies, however it dies.
// Thread: the thread that made it.
#pragma once

#include "ui/services/SandboxInfo.h"

#include <QObject>
#include <QProcess>
#include <QStringList>

namespace es::ui {

inline constexpr base::ErrorCode kSandboxNotStarted{"services", "SandboxNotStarted"};
inline constexpr base::ErrorCode kSandboxEnded{"services", "SandboxEnded"};

struct SandboxSettings {
    QString program; // empty: enclave-sandbox beside this program
    QString dataFolder; // made if missing
    QString listen = QStringLiteral("127.0.0.1:0");
    bool sample = true;
    QString profile; // empty, "2022" or "2019"
    QString attestation; // "none", "hgs", "aas-vbs", "aas-sgx"; empty: the program's default
    QStringList faults; // "attest:expired" and others of enclave-sandbox --list-faults
    int readyTimeoutMs = 30000;
};

class SandboxProcess : public QObject {
    Q_OBJECT
public:
    explicit SandboxProcess(QObject* parent = nullptr);
    ~SandboxProcess() override; // closes the child's input, so that it ends by itself; does not wait

    void start(const SandboxSettings& settings);
    // SIGTERM; ended() follows.
    void stop();
    [[nodiscard]] bool isReady() const { return m_ready; }
    [[nodiscard]] const SandboxInfo& info() const { return m_info; }

Q_SIGNALS:
    void ready(const es::ui::SandboxInfo& info);
    // It did not come up, or ended without being asked; the error carries its last words.
    void failed(const es::base::Error& error);
    void ended();

private:
    void readOutput();
    void readErrors();
    void processFinished(int exitCode);
    void fail(base::ErrorCode code, const QString& what, const QString& remedy);

    QProcess* m_process = nullptr;
    SandboxInfo m_info;
    QByteArray m_output;
    QByteArray m_errors; // its last words, bounded
    bool m_ready = false;
    bool m_stopping = false;
    bool m_failed = false;
};

} // namespace es::ui
