// Attention: whenever it comes, it is acknowledged exactly once, and stops what runs.            MS-TDS 2.2.1.7, 3.3.5.9
#include "app/sandbox/frontdoor/RequestQueue.h"

#include <QtTest>

#include <thread>

using namespace es;
using namespace es::sandbox;

namespace {

tds::Message message(tds::PacketType type)
{
    tds::Message out;
    out.type = type;
    return out;
}

}  // namespace

class TestRequestQueue : public QObject {
    Q_OBJECT

private slots:
    void attentionStopsWhatRuns()
    {
        RequestQueue queue;
        QVERIFY(queue.put(message(tds::PacketType::kSqlBatch)));
        const auto taken = queue.take();
        QVERIFY(taken && !taken->cancelled && !taken->stop.stop_requested());
        QVERIFY(queue.put(message(tds::PacketType::kAttention)));
        QVERIFY(taken->stop.stop_requested());
        QVERIFY(queue.finishStatement());  // acknowledged with this statement's end
        QVERIFY(queue.put(message(tds::PacketType::kSqlBatch)));
        QVERIFY(queue.take()->message.type == tds::PacketType::kSqlBatch);  // not a second time
    }

    void attentionAfterTheEndIsItsOwnRequest()
    {
        RequestQueue queue;
        QVERIFY(queue.put(message(tds::PacketType::kSqlBatch)));
        const auto taken = queue.take();
        QVERIFY(!queue.finishStatement());
        QVERIFY(queue.put(message(tds::PacketType::kAttention)));
        QVERIFY(!taken->stop.stop_requested());
        QVERIFY(queue.take()->message.type == tds::PacketType::kAttention);
    }

    void attentionBeforeTheStartCancels()
    {
        RequestQueue queue;
        QVERIFY(queue.put(message(tds::PacketType::kRpc)));
        QVERIFY(queue.put(message(tds::PacketType::kAttention)));
        const auto taken = queue.take();
        QVERIFY(taken->cancelled);
        QVERIFY(queue.finishStatement());
    }

    void closingWakesAndStops()
    {
        RequestQueue queue;
        QVERIFY(queue.put(message(tds::PacketType::kSqlBatch)));
        const auto running = queue.take();
        std::jthread closer([&] { queue.close(); });
        QVERIFY(!queue.take());
        QVERIFY(running->stop.stop_requested());
    }

    void piledUpRequestsAreRefused()
    {
        RequestQueue queue;
        for (std::size_t i = 0; i < RequestQueue::kMaxWaiting; ++i)
            QVERIFY(queue.put(message(tds::PacketType::kSqlBatch)));
        QVERIFY(!queue.put(message(tds::PacketType::kSqlBatch)));
    }
};

QTEST_GUILESS_MAIN(TestRequestQueue)
#include "tst_request_queue.moc"
