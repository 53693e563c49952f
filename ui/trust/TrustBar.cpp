#include "ui/trust/TrustBar.h"

#include "ui/widgets/Theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStyle>

namespace es::ui {

TrustBar::TrustBar(QWidget* parent)
    : QFrame(parent)
    , m_chip(new QLabel(this))
    , m_server(new QLabel(this))
    , m_verdict(new QFrame(this))
    , m_icon(new QLabel(m_verdict))
    , m_words(new QLabel(m_verdict))
    , m_facts(new QLabel(m_verdict))
    , m_choiceLabel(new QLabel(tr("Always &Encrypted"), this))
    , m_choice(new QComboBox(this))
{
    setObjectName(QStringLiteral("trustBarFrame"));
    setProperty("bar", QStringLiteral("trust"));
    m_chip->setObjectName(QStringLiteral("environmentChipLabel"));
    m_chip->setProperty("role", QStringLiteral("chip"));
    m_server->setObjectName(QStringLiteral("serverLabel"));
    m_server->setProperty("role", QStringLiteral("secondary"));
    m_verdict->setObjectName(QStringLiteral("trustVerdictFrame"));
    m_words->setObjectName(QStringLiteral("trustWordsLabel"));
    m_words->setProperty("role", QStringLiteral("title"));
    m_facts->setObjectName(QStringLiteral("trustFactsLabel"));
    m_facts->setProperty("role", QStringLiteral("secondary"));
    auto* verdict = new QHBoxLayout(m_verdict);
    verdict->setContentsMargins(8, 3, 10, 3);
    verdict->setSpacing(8);
    verdict->addWidget(m_icon);
    verdict->addWidget(m_words);
    verdict->addWidget(m_facts);

    m_choiceLabel->setProperty("role", QStringLiteral("secondary"));
    m_choiceLabel->setBuddy(m_choice);
    m_choice->setObjectName(QStringLiteral("encryptionChoiceComboBox"));
    m_choice->setAccessibleName(tr("Always Encrypted"));
    m_choice->addItem(tr("Off"));
    m_choice->addItem(tr("On"));
    m_choice->addItem(tr("On, with secure enclaves"));
    m_choice->setToolTip(tr("Off: encrypted columns are shown as stored.\nOn: results are decrypted and parameters encrypted here.\n"
                            "With secure enclaves: keys may also be sent to the server's enclave, so that LIKE, ranges and ORDER BY work.\n"
                            "Changing it connects this window again."));
    connect(m_choice, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT choiceChanged(choice()); });

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 12, 4);
    row->setSpacing(10);
    row->addWidget(m_chip);
    row->addWidget(m_server);
    row->addWidget(m_verdict);
    row->addStretch(1);
    row->addWidget(m_choiceLabel);
    row->addWidget(m_choice);
    setMinimumWidth(320); // else the words would decide how narrow the window may be
    setEnvironment({}, {});
    showState(HostState::kDisconnected, {});
    // The icon is drawn in a colour of the theme.
    connect(&Theme::instance(), &Theme::changed, this, [this] { showState(m_state, SessionFacts(m_shown)); });
}

void TrustBar::setEnvironment(const QString& word, const QString& colourName)
{
    m_chip->setText(word);
    m_chip->setVisible(!word.isEmpty());
    m_chip->setProperty("environment", colourName);
    m_chip->style()->unpolish(m_chip);
    m_chip->style()->polish(m_chip);
    giveWay();
}

void TrustBar::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    giveWay();
}

// What does not fit is dropped whole, the least important first; environment, verdict and switch never go.
void TrustBar::giveWay()
{
    QWidget* const order[] = {m_server, m_facts, m_choiceLabel};
    for (QWidget* part : order)
        part->setVisible(part != m_facts || !m_facts->text().isEmpty());
    for (QWidget* part : order) {
        if (layout()->sizeHint().width() <= width()) return;
        part->hide();
        layout()->activate();
    }
}

EncryptionChoice TrustBar::choice() const
{
    return static_cast<EncryptionChoice>(m_choice->currentIndex());
}

void TrustBar::setChoice(EncryptionChoice choice)
{
    const QSignalBlocker quiet(m_choice);
    m_choice->setCurrentIndex(static_cast<int>(choice));
}

void TrustBar::showVerdict(const char* verdict, const char* icon, const char* token, const QString& words, const QString& facts)
{
    m_verdict->setProperty("verdict", QString::fromLatin1(verdict));
    m_verdict->style()->unpolish(m_verdict);
    m_verdict->style()->polish(m_verdict);
    m_icon->setPixmap(Theme::instance().icon(icon, token).pixmap(16, 16));
    m_words->setText(words);
    m_facts->setText(facts);
    m_verdict->setAccessibleName(words + QLatin1Char(' ') + facts);
    giveWay();
}

void TrustBar::showConnected(const SessionFacts& facts)
{
    switch (facts.encryption) {
    case EncryptionIndicator::kOff:
        showVerdict("off", "shield-off", "text2", tr("Always Encrypted is off"), tr("encrypted columns are shown as stored"));
        return;
    case EncryptionIndicator::kOn:
        if (facts.attestation == QLatin1String("off"))
            showVerdict("on", "shield", "accentText", tr("Encryption on, no enclave"), tr("no key is sent to the server"));
        else
            showVerdict("on", "shield", "accentText", tr("Encryption on"), tr("no enclave session needed yet"));
        return;
    case EncryptionIndicator::kEnclaveSession: {
        const auto released = facts.keysReleased.size();
        showVerdict("enclave", "shield-warn", "warn", tr("Enclave session open, not attested"),
                    released == 1 ? tr("protocol None · 1 key released") : tr("protocol None · %1 keys released").arg(released));
        return;
    }
    }
}

void TrustBar::showState(HostState state, const SessionFacts& facts)
{
    m_state = state;
    m_shown = facts;
    m_server->setText(facts.serverText.isEmpty() ? tr("no server") : facts.serverText + QStringLiteral(" · ") + facts.login);
    m_choice->setEnabled(state == HostState::kIdle || state == HostState::kBroken || state == HostState::kDisconnected);
    switch (state) {
    case HostState::kDisconnected: showVerdict("off", "connect", "text2", tr("Not connected"), {}); return;
    case HostState::kConnecting: showVerdict("busy", "busy", "accentText", tr("Connecting…"), {}); return;
    case HostState::kBroken: showVerdict("broken", "shield-x", "err", tr("Connection lost"), tr("run again to connect anew")); return;
    case HostState::kIdle:
    case HostState::kRunning:
    case HostState::kCancelling:
    case HostState::kDraining: showConnected(facts); return;
    }
}

}  // namespace es::ui
