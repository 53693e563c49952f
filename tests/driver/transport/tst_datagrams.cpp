// Questions by datagram over real loopback sockets: answers, lost and foreign ones, nobody there, time limits, cancel.   MC-SQLR 3.2
#include "driver/transport/Network.h"

#include <QElapsedTimer>
#include <QTest>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

using namespace es;
using transport::DatagramQuestion;
using transport::Network;

namespace {

int boundSocket(std::uint16_t& port)
{
    const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    return fd;
}

// Answers each question with the next of its lists of datagrams; the last list again and again.
class Responder {
public:
    explicit Responder(std::vector<std::vector<std::string>> answers, bool fromAnotherPort = false)
        : m_fd(boundSocket(m_port)), m_thread([this, answers = std::move(answers), fromAnotherPort] { serve(answers, fromAnotherPort); })
    {
    }
    ~Responder()
    {
        m_stop = true;
        m_thread.join();
        ::close(m_fd);
    }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] int asked() const { return m_asked; }

private:
    void serve(const std::vector<std::vector<std::string>>& answers, bool fromAnotherPort)
    {
        std::uint16_t otherPort = 0;
        const int other = boundSocket(otherPort);
        while (!m_stop) {
            pollfd wait{m_fd, POLLIN, 0};
            if (::poll(&wait, 1, 20) <= 0)
                continue;
            char question[512];
            sockaddr_in from{};
            socklen_t size = sizeof(from);
            if (::recvfrom(m_fd, question, sizeof(question), 0, reinterpret_cast<sockaddr*>(&from), &size) < 0)
                continue;
            const std::size_t turn = std::min<std::size_t>(static_cast<std::size_t>(m_asked++), answers.size() - 1);
            for (const std::string& answer : answers[turn])
                ::sendto(fromAnotherPort ? other : m_fd, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
        }
        ::close(other);
    }

    std::uint16_t m_port = 0;
    int m_fd;
    std::atomic<bool> m_stop{false};
    std::atomic<int> m_asked{0};
    std::thread m_thread;
};

DatagramQuestion question(const std::string& host, std::uint16_t port, int timeoutMs = 5000, int againMs = 100)
{
    DatagramQuestion made;
    made.host = host;
    made.port = port;
    made.question = {1, 2, 3};
    made.timeoutMs = timeoutMs;
    made.againMs = againMs;
    made.accept = [](base::ByteView datagram) { return !datagram.empty() && datagram[0] == '+'; };
    return made;
}

}  // namespace

class DatagramsTest : public QObject {
    Q_OBJECT
private slots:
    void answers_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QStringList>("turns");  // per question, datagrams joined by a comma
        QTest::addColumn<int>("asked");
        QTest::newRow("at once") << "127.0.0.1" << QStringList{"+one"} << 1;
        QTest::newRow("a name with several addresses") << "localhost" << QStringList{"+one"} << 1;
        QTest::newRow("what is none comes first") << "127.0.0.1" << QStringList{"junk,-,+one"} << 1;
        QTest::newRow("the first question is lost") << "127.0.0.1" << QStringList{"", "+one"} << 2;
        QTest::newRow("only junk at first") << "127.0.0.1" << QStringList{"junk", "junk", "+one"} << 3;
    }
    void answers()
    {
        QFETCH(QString, host);
        QFETCH(QStringList, turns);
        QFETCH(int, asked);
        std::vector<std::vector<std::string>> script;
        for (const QString& turn : turns) {
            script.emplace_back();
            for (const QString& datagram : turn.split(',', Qt::SkipEmptyParts))
                script.back().push_back(datagram.toStdString());
        }
        const Responder responder(script);
        const auto answer = Network::system().ask(question(host.toStdString(), responder.port()), {});
        QVERIFY2(answer, answer ? "" : answer.error().describe().c_str());
        QVERIFY(answer->has_value());
        QCOMPARE(std::string((*answer)->begin(), (*answer)->end()), std::string("+one"));
        QVERIFY(responder.asked() >= asked);
    }

    // Whoever was not asked is not heard.
    void anotherPortAnswers()
    {
        const Responder responder({{"+forged"}}, true);
        const auto answer = Network::system().ask(question("127.0.0.1", responder.port(), 300), {});
        QVERIFY(!answer);
        QVERIFY(answer.error().code == transport::kTimedOut);
        QCOMPARE(answer.error().setting, std::string("host"));
    }

    void nobodyThere()
    {
        std::uint16_t port = 0;
        ::close(boundSocket(port));
        QElapsedTimer timer;
        timer.start();
        const auto answer = Network::system().ask(question("127.0.0.1", port, 30000), {});
        QVERIFY(!answer);
        QVERIFY(answer.error().code == transport::kRefused);
        QVERIFY(!answer.error().remedy.empty());
        QVERIFY(timer.elapsed() < 10000);
    }

    void silence()
    {
        const Responder responder(std::vector<std::vector<std::string>>(1));
        const auto answer = Network::system().ask(question("127.0.0.1", responder.port(), 300), {});
        QVERIFY(!answer && answer.error().code == transport::kTimedOut);
        QVERIFY(responder.asked() >= 2);
    }

    void unknownHost()
    {
        const auto answer = Network::system().ask(question("no-such-host.invalid", 1434, 20000), {});
        QVERIFY(!answer && answer.error().code == transport::kHostNotFound);
    }

    void cancelled()
    {
        const Responder responder(std::vector<std::vector<std::string>>(1));
        std::stop_source stop;
        const std::jthread canceller([&] {
            while (responder.asked() == 0)
                std::this_thread::yield();
            stop.request_stop();
        });
        const auto answer = Network::system().ask(question("127.0.0.1", responder.port(), 30000), stop.get_token());
        QVERIFY(answer && !answer->has_value());
    }
};

QTEST_GUILESS_MAIN(DatagramsTest)
#include "tst_datagrams.moc"
