// The sandbox as a child process: started, its line of JSON awaited, ended with SIGTERM. Nobody waits: signals tell.
// If this program dies, the sandbox notices the closed pipe (--stop-with-parent) and ends by itself.
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
    QString program;             // empty: enclave-sandbox beside this program
    QString dataFolder;          // made if missing
    QString listen = QStringLiteral("127.0.0.1:0");
    bool sample = true;
    QString profile;             // empty, "2022" or "2019"
    int readyTimeoutMs = 30000;
};

class SandboxProcess : public QObject {
    Q_OBJECT
public:
    explicit SandboxProcess(QObject* parent = nullptr);
    ~SandboxProcess() override;  // closes the pipe: the child ends by itself; does not wait

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
    void processFinished(int exitCode, QProcess::ExitStatus status);
    void fail(base::ErrorCode code, const QString& what);
    void closePipe();

    QProcess* m_process = nullptr;
    SandboxInfo m_info;
    QByteArray m_output;
    QByteArray m_errors;      // its last words, bounded
    int m_pipe[2] = {-1, -1}; // read end for the child, write end kept here
    bool m_ready = false;
    bool m_stopping = false;
};

}  // namespace es::ui
