// How a server is reached: TDS 8.0 (TLS first), routing to another server, named instances.  MS-TDS 2.2.7.9, 3.2.5; MC-SQLR 2.2
#include "tests/driver/session/SessionFixture.h"
#include "tests/support/ScriptedNetwork.h"

#include "driver/session/Errors.h"

using namespace es;
using namespace es::test;

namespace {

QByteArray bytesOf(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

// A login answer that sends its client on. ENVCHANGE 20: u16 length, type, u16 size, protocol 0, port, US_VARCHAR host; old value empty.
ServerBytes routedTokens(std::string_view host, unsigned port, std::uint32_t version = 0x74000004)
{
    ServerBytes tokens;
    tokens.loginAck(version);
    const unsigned inner = static_cast<unsigned>(1 + 2 + 2 + 2 * host.size());
    tokens.u8(0xE3).u16(1 + 2 + inner + 2).u8(20).u16(inner).u8(0).u16(port).usVarchar(host).u16(0);
    return tokens.done(0, 0, 0);
}

Script routedScript(std::string_view host, unsigned port)
{
    Script script;
    script.expect(0x12).give(preloginAnswer(1)).tls().expect(0x10).give(routedTokens(host, port).message());
    return script;
}

Script strictScript(const Bytes& loginAnswer)
{
    Script script;
    script.tls().expect(0x12).give(preloginAnswer(2)).expect(0x10).give(loginAnswer);
    return script;
}

session::ConnectionSettings strictSettings()
{
    auto settings = plainSettings();
    settings.tls.mode = session::EncryptionMode::kStrict;
    return settings;
}

Bytes strictAnswer()
{
    ServerBytes tokens;
    tokens.envText(1, "ContosoHR", "master");
    tokens.envBytes(7, defaultCollation(), {});
    return tokens.loginAck(0x08000000).envText(4, "8000", "4096").done(0, 0, 0).message();
}

// One byte 5, u16 length, the text.
Bytes browserAnswer(std::string_view text)
{
    Bytes bytes{0x05, static_cast<base::Byte>(text.size() & 0xFF), static_cast<base::Byte>(text.size() >> 8)};
    bytes.insert(bytes.end(), text.begin(), text.end());
    return bytes;
}

struct Reach {
    ScriptedNetwork network;
    keystore::KeyStoreRegistry keyStores;
    std::unique_ptr<session::Session> session;
    std::optional<base::Error> error;

    void open(session::ConnectionSettings settings, std::stop_token cancel = {})
    {
        session::Services services{keyStores};
        services.network = &network;
        auto connected = session::Session::connect(std::move(settings), services, cancel);
        if (connected)
            session = std::move(connected).value();
        else
            error = std::move(connected).error();
    }
    [[nodiscard]] QByteArray violations() const
    {
        QByteArray all;
        for (const std::string& violation : network.violations)
            all += QByteArray::fromStdString(violation) + "; ";
        for (const auto& record : network.records)
            for (const std::string& violation : record->violations)
                all += QByteArray::fromStdString(violation) + "; ";
        return all;
    }
};

} // namespace

class SessionReachTest : public QObject {
    Q_OBJECT

private slots:
    void strictSuccess()
    {
        for (const bool slowly : {false, true}) {
            Connection connection;
            connection.open(strictScript(strictAnswer()), strictSettings(), {.loseAtStep = {}, .oneByteAtATime = slowly, .onStep = {}});
            QVERIFY2(connection.session, connection.error ? connection.error->describe().c_str() : "");
            QCOMPARE(connection.violations(), QByteArray());
            // LOGIN7 says 8.0, behind the packet header and its own length; little-endian.
            QCOMPARE(bytesOf(ByteView(connection.record->writes.at(1)).subspan(12, 4)), QByteArray::fromHex("00000008"));
            QVERIFY(!connection.record->wroteBeforeTls);
        }
    }

    void strictLossAndCancelAtEachStep()
    {
        const std::size_t steps = strictScript({}).stepCount();
        for (std::size_t step = 0; step < steps; ++step) {
            Connection lost;
            lost.open(strictScript(strictAnswer()), strictSettings(), {.loseAtStep = step, .oneByteAtATime = true, .onStep = {}});
            QVERIFY(lost.error && !lost.session);
            QCOMPARE(nameOf(lost.error->code), nameOf(session::kConnectionLost));
            std::stop_source stop;
            Connection cancelled;
            cancelled.open(strictScript(strictAnswer()), strictSettings(),
                {.loseAtStep = {}, .oneByteAtATime = true, .onStep = [&](std::size_t reached) {
                     if (reached == step) stop.request_stop();
                 }},
                stop.get_token());
            QVERIFY(!cancelled.error);
            QVERIFY(!cancelled.session || step + 1 == steps);
        }
    }

    void strictRefusals()
    {
        Connection old;
        old.open(strictScript(loginTokens().done(0, 0, 0).message()), strictSettings());
        QVERIFY(old.error);
        QCOMPARE(nameOf(old.error->code), nameOf(session::kProtocolVersion));
        QCOMPARE(old.error->setting, std::string("encrypt"));

        auto unseen = strictSettings();
        unseen.tls.trustServerCertificate = true;
        Connection trusting;
        trusting.open(strictScript(strictAnswer()), std::move(unseen));
        QVERIFY(trusting.error);
        QCOMPARE(trusting.error->setting, std::string("trust-server-certificate"));
        QVERIFY(!trusting.record->tlsStarted && trusting.record->writes.empty());
    }

    void strictTellsTls()
    {
        Reach reach;
        reach.network.place("db.example,1433", strictScript(strictAnswer()));
        reach.open(strictSettings());
        QVERIFY(reach.session);
        QCOMPARE(reach.network.handshakes.at(0).form, tls::TlsForm::kFirst);
        QCOMPARE(reach.network.handshakes.at(0).hostName, std::string("db.example"));
    }

    void routed_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        QTest::addColumn<QString>("reached");
        QTest::newRow("another host") << "node2.example" << 11433 << "node2.example,11433";
        QTest::newRow("another port") << "db.example" << 1434 << "db.example,1434";
        QTest::newRow("an address") << "10.0.0.7" << 1433 << "10.0.0.7,1433";
        QTest::newRow("an instance beside the port") << "node2.example\\SQL1" << 5000 << "node2.example,5000";
    }
    void routed()
    {
        QFETCH(QString, host);
        QFETCH(int, port);
        QFETCH(QString, reached);
        for (const bool slowly : {false, true}) {
            const ReplayOptions options{.loseAtStep = {}, .oneByteAtATime = slowly, .onStep = {}};
            Reach reach;
            reach.network.place("db.example,1433", routedScript(host.toStdString(), static_cast<unsigned>(port)), options);
            reach.network.place(reached.toStdString(), loginScript(), options);
            auto settings = plainSettings();
            settings.tls.hostNameInCertificate = "first.example";
            reach.open(std::move(settings));
            QVERIFY2(reach.session, reach.error ? reach.error->describe().c_str() : "");
            QCOMPARE(reach.violations(), QByteArray());
            QCOMPARE(QString::fromStdString(reach.session->state().serverName), reached);
            QVERIFY(reach.network.records.at(0)->closed);
            QVERIFY(!reach.network.records.at(1)->closed);
            // The certificate's name given for the first server says nothing about the second.
            QCOMPARE(reach.network.handshakes.at(0).hostName, std::string("first.example"));
            QCOMPARE(QString::fromStdString(reach.network.handshakes.at(1).hostName), reached.section(',', 0, 0));
            for (const auto& record : reach.network.records)
                QVERIFY(!record->wroteBeforeTls);
        }
    }

    void routedTwiceWithColumnEncryption()
    {
        Reach reach;
        reach.network.place("db.example,1433", routedScript("a.example", 1));
        reach.network.place("a.example,1", routedScript("b.example", 2));
        reach.network.place("b.example,2", loginScript(1));
        reach.open(encryptedSettings());
        QVERIFY2(reach.session, reach.error ? reach.error->describe().c_str() : "");
        QCOMPARE(reach.session->state().encryptionState(), session::EncryptionState::kOn);
    }

    void routingRefused_data()
    {
        QTest::addColumn<QStringList>("hops"); // host,port each; the last one is not to be connected to
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("to itself") << QStringList{"db.example,1433"} << nameOf(session::kRoutedInCircles);
        QTest::newRow("to itself in capitals") << QStringList{"DB.Example,1433"} << nameOf(session::kRoutedInCircles);
        QTest::newRow("there and back") << QStringList{"b.example,1433", "db.example,1433"} << nameOf(session::kRoutedInCircles);
        QTest::newRow("endless") << QStringList{"a,1", "a,2", "a,3", "a,4", "a,5", "a,6"} << nameOf(session::kRoutedInCircles);
        QTest::newRow("no host") << QStringList{",1433"} << nameOf(session::kProtocolError);
        QTest::newRow("no port") << QStringList{"b.example,0"} << nameOf(session::kProtocolError);
        QTest::newRow("words") << QStringList{"b example;x,1433"} << nameOf(session::kProtocolError);
        QTest::newRow("too long") << QStringList{QString(300, 'a') + ",1433"} << nameOf(session::kProtocolError);
    }
    void routingRefused()
    {
        QFETCH(QStringList, hops);
        QFETCH(QByteArray, code);
        Reach reach;
        QString at = "db.example,1433";
        for (const QString& hop : hops) {
            reach.network.place(at.toStdString(), routedScript(hop.section(',', 0, 0).toStdString(), hop.section(',', 1).toUInt()));
            at = hop;
        }
        reach.open(plainSettings());
        QVERIFY(reach.error && !reach.session);
        QCOMPARE(nameOf(reach.error->code), code);
        QCOMPARE(reach.violations(), QByteArray());
        QVERIFY(reach.network.places.empty());
        QVERIFY(!reach.error->remedy.empty());
        for (const auto& record : reach.network.records)
            QVERIFY(record->closed);
    }

    void secondServerFails()
    {
        Reach reach;
        reach.network.place("db.example,1433", routedScript("b.example", 1433));
        reach.network.place("b.example,1433", {}).failure = base::makeError(transport::kRefused, "Nobody listens there.", "port", "Start it.");
        reach.open(plainSettings());
        QVERIFY(reach.error);
        QCOMPARE(nameOf(reach.error->code), nameOf(transport::kRefused));
    }

    void instance_data()
    {
        QTest::addColumn<QStringList>("datagrams"); // texts behind type and length
        QTest::addColumn<QString>("reached"); // empty: kInstanceNotFound
        const QString good = "ServerName;DB;InstanceName;SQL2022;IsClustered;No;Version;16.0.1000.6;tcp;50123;;";
        QTest::newRow("found") << QStringList{good} << "db.example,50123";
        QTest::newRow("any case, any order") << QStringList{"tcp;7;instancename;sql2022;;"} << "db.example,7";
        QTest::newRow("with a pipe") << QStringList{"InstanceName;SQL2022;np;\\\\DB\\pipe\\sql;tcp;8;;"} << "db.example,8";
        QTest::newRow("not on TCP") << QStringList{"InstanceName;SQL2022;np;\\\\DB\\pipe\\sql;;"} << "";
        QTest::newRow("hostile answers first") << QStringList{"", ";;", "tcp;1", "InstanceName;OTHER;tcp;6666;;", "InstanceName;SQL2022;tcp;0;;",
                                             "InstanceName;SQL2022;tcp;70000;;", "InstanceName;SQL2022;tcp;1x;;", "InstanceName;SQL2022;tcp;-1;;", good}
                                             << "db.example,50123";
        QTest::newRow("hostile alone") << QStringList{"InstanceName;OTHER;tcp;6666;;"} << "";
        QTest::newRow("nobody") << QStringList{} << "";
    }
    void instance()
    {
        QFETCH(QStringList, datagrams);
        QFETCH(QString, reached);
        Reach reach;
        for (const QString& datagram : datagrams)
            reach.network.datagrams.push_back(browserAnswer(datagram.toStdString()));
        if (!reached.isEmpty()) reach.network.place(reached.toStdString(), loginScript());
        auto settings = plainSettings();
        settings.instance = "SQL2022";
        settings.port = 0;
        reach.open(std::move(settings));
        QCOMPARE(reach.violations(), QByteArray());
        QCOMPARE(QString::fromStdString(reach.network.asked.at(0)), QString("db.example,1434 0453514c3230323200"));
        QCOMPARE(reach.session != nullptr, !reached.isEmpty());
        if (reach.session) {
            QCOMPARE(QString::fromStdString(reach.session->state().serverName), reached);
            QVERIFY(bytesOf(reach.network.records.at(0)->writes.at(0)).contains(QByteArray("SQL2022\0", 8)));
        } else {
            QCOMPARE(nameOf(reach.error->code), nameOf(session::kInstanceNotFound));
            QCOMPARE(reach.error->setting, std::string("host"));
            QVERIFY(!reach.error->remedy.empty());
        }
    }

    void brokenDatagrams_data()
    {
        QTest::addColumn<QByteArray>("hex");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("one byte") << QByteArray("05");
        QTest::newRow("another type") << QByteArray("0402003b3b");
        QTest::newRow("longer than it says") << QByteArray("0501003b3b");
        QTest::newRow("shorter than it says") << QByteArray("0503003b3b");
        QTest::newRow("far longer than it says") << QByteArray("05ffff3b3b");
    }
    void brokenDatagrams()
    {
        QFETCH(QByteArray, hex);
        Reach reach;
        const QByteArray raw = QByteArray::fromHex(hex);
        reach.network.datagrams.emplace_back(raw.begin(), raw.end());
        auto settings = plainSettings();
        settings.instance = "SQL2022";
        settings.port = 0;
        reach.open(std::move(settings));
        QVERIFY(reach.error);
        QCOMPARE(nameOf(reach.error->code), nameOf(session::kInstanceNotFound));
    }

    void instanceNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("setting");
        QTest::newRow("none") << "" << QByteArray("port");
        QTest::newRow("too long") << QString(33, 'x') << QByteArray("host");
        QTest::newRow("semicolon") << "a;b" << QByteArray("host");
        QTest::newRow("not ASCII") << QString::fromUtf8("ä") << QByteArray("host");
    }
    void instanceNames()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, setting);
        Reach reach;
        auto settings = plainSettings();
        settings.instance = name.toStdString();
        settings.port = 0;
        reach.open(std::move(settings));
        QVERIFY(reach.error);
        QCOMPARE(QByteArray::fromStdString(reach.error->setting), setting);
        QVERIFY(reach.network.asked.empty());
    }

    void instanceCancelledAndWrong()
    {
        std::stop_source stop;
        Reach cancelled;
        cancelled.network.onAsk = [&] { stop.request_stop(); };
        auto settings = plainSettings();
        settings.instance = "SQL2022";
        settings.port = 0;
        cancelled.open(settings.clone(), stop.get_token());
        QVERIFY(!cancelled.error && !cancelled.session);

        // PRELOGIN: VERSION, ENCRYPTION on, INSTOPT 1 = no match.
        Bytes payload{0, 0, 16, 0, 6, 1, 0, 22, 0, 1, 2, 0, 23, 0, 1, 0xFF, 16, 0, 0, 1, 0, 0, 1, 1};
        Bytes answer{0x04, 0x01, 0, static_cast<base::Byte>(8 + payload.size()), 0, 0, 1, 0};
        answer.insert(answer.end(), payload.begin(), payload.end());
        Script script;
        script.expect(0x12).give(answer);
        Reach wrong;
        wrong.network.place("db.example,1500", script);
        settings.port = 1500;
        wrong.open(std::move(settings));
        QVERIFY(wrong.error);
        QCOMPARE(nameOf(wrong.error->code), nameOf(session::kWrongInstance));
        QVERIFY(wrong.network.asked.empty());
    }
};

QTEST_GUILESS_MAIN(SessionReachTest)
#include "tst_session_reach.moc"
