// One connection of the tree: asks one question again and again, about the server or about one database, and connects first when it
// has to. Thread: GUI thread only; it never waits.
#pragma once

#include "ui/services/CatalogService.h"

namespace es::ui {

class PasswordVault;

class CatalogConnection : public QObject {
    Q_OBJECT
public:
    enum class Question : quint8 { kServer, kObjects };

    CatalogConnection(std::shared_ptr<const ConnectionRequest> request, Question question, std::shared_ptr<PasswordVault> vault);
    ~CatalogConnection() override;

    // Answer: serverReady(), objectsReady() or failed(). While one is under way: once more after it, since what it reads may be old.
    void read();
    // Ends the wait at once: stopped(). What comes all the same is dropped. Nothing under way: no effect.
    void stop();
    [[nodiscard]] bool isReading() const { return m_reading; }

Q_SIGNALS:
    void serverReady(std::shared_ptr<const es::catalog::ServerSnapshot> snapshot);
    void objectsReady(std::shared_ptr<const es::catalog::ObjectSnapshot> snapshot);
    void failed(const es::base::Error& error);
    void stopped();

private:
    void connectNow();
    void ask();
    void failedWith(const base::Error& error);
    // True: the answer is to be dropped, as the question is asked once more.
    bool finish();

    const std::shared_ptr<const ConnectionRequest> m_request;
    const Question m_question;
    SessionHost m_host;
    CatalogService m_catalog;
    RequestId m_current = RequestId::kNone; // connecting or asking
    bool m_reading = false;
    bool m_again = false;
    bool m_fresh = false; // connected for this question: its loss is no reason to connect again
};

} // namespace es::ui
