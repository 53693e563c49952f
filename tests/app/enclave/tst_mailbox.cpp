// The mailbox between server and enclave: who rings whom, what a hostile other side can do (nothing but harm itself), and the enclave's
// service behind it.
#include "EnclaveFixture.h"

#include "app/sandbox/enclaveabi/EnclaveChannel.h"

#include <QtTest>

#include <atomic>
#include <cstring>

using namespace es;
using namespace es::sandbox;

namespace {

base::Bytes bytesOf(std::string_view text) { return {text.begin(), text.end()}; }

struct Sides {
    Sides() : memory(std::move(*SharedMemory::create(Mailbox::kBytes))), server(memory.bytes()), enclave(memory.bytes()) {}
    void write(std::size_t offset, std::uint32_t value) { std::memcpy(memory.bytes().data() + offset, &value, sizeof value); }
    SharedMemory memory;
    Mailbox server, enclave;
};

// A channel of which the test is the server: greets, then says what it likes.
struct Hostile {
    explicit Hostile(const std::string& path)
        : socket(std::move(*LocalSocket::connect(path))), ring(std::move(*SharedMemory::create(SharedRing::kTotalBytes))), mailbox(ring.mailbox())
    {
        greeted = socket.sendMessage(abi::encode(abi::Hello{})) && socket.sendDescriptor(ring.descriptor()) && socket.receiveMessage();
    }
    LocalSocket socket;
    SharedRing ring;
    Mailbox mailbox;
    bool greeted = false;
};

}  // namespace

class TestMailbox : public QObject {
    Q_OBJECT

private slots:
    void ringsOnlyWhoSleeps()
    {
        Sides s;
        QVERIFY(s.server.ask(bytesOf("one")));  // nobody has looked yet
        QVERIFY(!s.enclave.askedAgain());       // the ring must be read first
        QVERIFY(*s.enclave.request() == bytesOf("one"));
        QVERIFY(!s.server.answered());
        s.enclave.answer(bytesOf("first"));
        QVERIFY(s.server.answered());
        QVERIFY(*s.server.reply() == bytesOf("first"));
        QVERIFY(!s.server.ask(bytesOf("two")));  // it still looks
        QVERIFY(s.enclave.askedAgain());
        QVERIFY(*s.enclave.request() == bytesOf("two"));
        s.enclave.answer(bytesOf("second"));
        QVERIFY(!s.enclave.askedAgain());  // looked in vain: asleep
        QVERIFY(s.server.answered());      // and still answered
        QVERIFY(*s.server.reply() == bytesOf("second"));
        QVERIFY(s.server.ask({}));
        QVERIFY(s.enclave.request()->empty());
    }

    void longRepliesGoElsewhere()
    {
        Sides s;
        QVERIFY(s.server.ask({}));
        s.enclave.answer(base::Bytes(Mailbox::kMessageBytes + 1));
        QVERIFY(s.server.answered());
        QVERIFY(!s.server.reply());
        QVERIFY(!Mailbox::fits(base::Bytes(Mailbox::kMessageBytes + 1)));
        QVERIFY(Mailbox::fits(base::Bytes(Mailbox::kMessageBytes)));
    }

    void lies_data()
    {
        QTest::addColumn<unsigned>("state");
        QTest::addColumn<unsigned>("length");
        QTest::newRow("nothing asked") << 0U << 3U;
        QTest::newRow("one byte too long") << 1U << unsigned(Mailbox::kMessageBytes + 1);
        QTest::newRow("all bits") << 1U << 0xFFFFFFFFU;
        QTest::newRow("no such state") << 77U << 3U;
    }
    void lies()
    {
        QFETCH(unsigned, state);
        QFETCH(unsigned, length);
        Sides s;
        s.write(0, state);
        s.write(64, length);
        s.write(68, length);
        QVERIFY(!s.enclave.request());
        if (length > Mailbox::kMessageBytes) QVERIFY(!s.server.reply());
    }

    // A ring without a request ends the channel; the others go on.
    void ringsInVainEndTheChannel()
    {
        test::EnclaveFixture enclave;
        QVERIFY(enclave.client.statistics());
        Hostile hostile(enclave.path);
        QVERIFY(hostile.greeted);
        QVERIFY(hostile.socket.sendMessage({}));
        QVERIFY(!hostile.socket.receiveMessage());
        QVERIFY(enclave.client.statistics());
    }

    void nonsenseIsAnsweredWithAnError()
    {
        test::EnclaveFixture enclave;
        Hostile hostile(enclave.path);
        QVERIFY(hostile.greeted);
        for (const std::string_view message : {"", "\xFF", "\x08 search what?"}) {
            if (hostile.mailbox.ask(bytesOf(message))) QVERIFY(hostile.socket.sendMessage({}));
            while (!hostile.mailbox.answered())
                hostile.mailbox.awaitAnswer(50);
            const auto reply = hostile.mailbox.reply();
            QVERIFY(reply);
            const auto told = abi::decodeReply(*reply);
            QVERIFY(!told);
            QCOMPARE(told.error().server->number, 33550);
        }
    }

    // Many questions, from several threads, some too long for the mailbox: each gets its own answer.
    void manyAtOnce()
    {
        test::EnclaveFixture enclave;
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 400; ++i) {
                    const bool tooLong = i % 97 == t;
                    const base::Bytes package(tooLong ? Mailbox::kMessageBytes + 5 : 40, base::Byte(t));
                    const base::ByteView texts[]{package};
                    const auto opened = enclave.client.openPackage(package, texts);
                    wrong += opened || opened.error().server->number == 33545;
                    wrong += !enclave.client.statistics();
                    auto begun = enclave.client.beginOpening(package, texts);
                    const auto held = enclave.client.hasKey(kAnySession, {5, 1});
                    wrong += !held || *held;
                    if (i % 50 != 0) wrong += begun().has_value();  // else nobody fetches the answer
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestMailbox)
#include "tst_mailbox.moc"
