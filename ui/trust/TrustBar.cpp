#include "ui/trust/TrustBar.h"

#include "ui/widgets/PanelButton.h"
#include "ui/widgets/Theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStyle>

#include <algorithm>

namespace es::ui {

namespace {

constexpr int kMinuteMs = 60 * 1000;
constexpr int kSecondMs = 1000;
const QString kDot = QStringLiteral(" · ");

} // namespace

TrustBar::TrustBar(QWidget* parent)
    : QFrame(parent)
    , m_chip(new QLabel(this))
    , m_server(new QLabel(this))
    , m_verdict(new PanelButton(this))
    , m_choiceLabel(new QLabel(tr("Always &Encrypted"), this))
    , m_choice(new QComboBox(this))
{
    setObjectName(QStringLiteral("trustBarFrame"));
    setProperty("bar", QStringLiteral("trust"));
    m_chip->setObjectName(QStringLiteral("environmentChipLabel"));
    m_chip->setProperty("role", QStringLiteral("chip"));
    m_server->setObjectName(QStringLiteral("serverLabel"));
    m_server->setProperty("role", QStringLiteral("secondary"));
    buildVerdict();

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
    row->addWidget(m_chip, 0, Qt::AlignVCenter);
    row->addWidget(m_server);
    row->addWidget(m_verdict);
    row->addStretch(1);
    row->addWidget(m_choiceLabel);
    row->addWidget(m_choice);
    setMinimumWidth(320); // else the words would decide how narrow the window may be
    setEnvironment({}, {});
    showState(HostState::kDisconnected, {});
    m_age.setInterval(kMinuteMs);
    connect(&m_age, &QTimer::timeout, this, &TrustBar::refresh);
    m_attestingTick.setInterval(kSecondMs);
    connect(&m_attestingTick, &QTimer::timeout, this, &TrustBar::refresh);
    // The icon is drawn in a colour of the theme.
    connect(&Theme::instance(), &Theme::changed, this, &TrustBar::refresh);
}

void TrustBar::buildVerdict()
{
    m_verdict->setObjectName(QStringLiteral("trustVerdictButton"));
    m_verdict->setToolTip(tr("Show the evidence (Ctrl+Alt+A)"));
    m_icon = m_verdict->addLabel("trustIconLabel");
    m_words = m_verdict->addLabel("trustWordsLabel", "title");
    m_facts = m_verdict->addLabel("trustFactsLabel", "secondary");
    m_chevron = m_verdict->addLabel("trustChevronLabel");
    auto* row = new QHBoxLayout(m_verdict);
    row->setContentsMargins(8, 3, 6, 3);
    row->setSpacing(8);
    for (QLabel* label : {m_icon, m_words, m_facts, m_chevron})
        row->addWidget(label);
    m_verdict->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_verdict, &QAbstractButton::clicked, this, &TrustBar::evidenceRequested);
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
    const QString server = m_shown.serverText.isEmpty() ? tr("no server") : m_shown.serverText;
    m_server->setText(m_shown.login.isEmpty() ? server : server + kDot + m_shown.login);
    m_facts->setText(m_said.facts.join(kDot));
    for (QWidget* part : {static_cast<QWidget*>(m_server), static_cast<QWidget*>(m_choiceLabel)})
        part->show();
    m_facts->setVisible(!m_said.facts.isEmpty());
    const auto steps = {
        +[](TrustBar& bar, const QString& host) { bar.m_server->setText(host); },
        +[](TrustBar& bar, const QString&) { bar.m_facts->setText(QStringList(bar.m_said.facts.mid(0, std::max<qsizetype>(1, bar.m_said.facts.size() - 1))).join(kDot)); },
        +[](TrustBar& bar, const QString&) { bar.m_server->hide(); },
        +[](TrustBar& bar, const QString&) { bar.m_choiceLabel->hide(); },
        +[](TrustBar& bar, const QString&) { bar.m_facts->hide(); },
    };
    for (const auto step : steps) {
        m_verdict->layout()->activate();
        m_verdict->setMinimumWidth(m_verdict->sizeHint().width()); // it is never cut
        layout()->activate();
        if (layout()->sizeHint().width() <= width()) return;
        step(*this, server);
    }
    m_verdict->layout()->activate();
    m_verdict->setMinimumWidth(m_verdict->sizeHint().width());
    layout()->activate();
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

void TrustBar::refresh()
{
    const qint64 seconds = m_attesting.isEmpty() ? 0 : m_attestingSince.elapsed() / kSecondMs;
    const QString attesting = seconds == 0 ? m_attesting : tr("%1, %2 s").arg(m_attesting).arg(seconds);
    m_said = m_attesting.isEmpty() ? trustWords(m_state, m_shown, std::chrono::system_clock::now())
                                   : TrustWords{"busy", "busy", "accentText", tr("Attesting…"), {attesting}};
    m_verdict->setLook("verdict", m_said.look);
    m_icon->setPixmap(Theme::instance().icon(m_said.icon, m_said.token).pixmap(16, 16));
    m_chevron->setPixmap(Theme::instance().icon("chevron-right", "text3").pixmap(14, 14));
    m_words->setProperty("tone", QString::fromLatin1(m_said.token));
    m_words->style()->unpolish(m_words);
    m_words->style()->polish(m_words);
    m_words->setText(m_said.words);
    m_verdict->setAccessibleName(m_said.sentence());
    giveWay();
}

void TrustBar::showAttesting(const QString& fact)
{
    m_attesting = fact;
    m_attestingSince.start();
    if (fact.isEmpty())
        m_attestingTick.stop();
    else
        m_attestingTick.start();
    refresh();
}

void TrustBar::showState(HostState state, const SessionFacts& facts)
{
    m_state = state;
    m_shown = facts;
    m_choice->setEnabled(state == HostState::kIdle || state == HostState::kBroken || state == HostState::kDisconnected);
    if (facts.attestationReport && state != HostState::kDisconnected)
        m_age.start();
    else
        m_age.stop();
    refresh();
}

}  // namespace es::ui
