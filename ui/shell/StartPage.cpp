#include "ui/shell/StartPage.h"

#include "ui/services/EnvironmentWords.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WrappedLabel.h"

#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr int kBlockWidth = 980;
constexpr int kColumnGap = 40;
constexpr int kNarrow = 780; // two columns of whole words need more
constexpr int kCardHeight = 74;
constexpr int kRecentRow = 52;

QString when(const QDateTime& moment)
{
    const qint64 days = moment.date().daysTo(QDate::currentDate());
    if (days <= 0) return StartPage::tr("today %1").arg(QLocale().toString(moment.time(), QLocale::ShortFormat));
    if (days == 1) return StartPage::tr("yesterday");
    if (days < 14) return StartPage::tr("%1 days ago").arg(days);
    return QLocale().toString(moment.date(), QLocale::ShortFormat);
}

QString encryptionWords(const ConnectionProfile& profile)
{
    if (!profile.columnEncryption) return StartPage::tr("Always Encrypted off");
    switch (profile.attestation) {
    case AttestationChoice::kOff: return StartPage::tr("Always Encrypted on, no enclave");
    case AttestationChoice::kNone: return StartPage::tr("Enclave · None");
    case AttestationChoice::kHgs: return StartPage::tr("Enclave · HGS");
    case AttestationChoice::kAas: return StartPage::tr("Enclave · Azure Attestation");
    }
    return {};
}

QLabel* caption(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", QStringLiteral("caption"));
    return label;
}

} // namespace

StartPage::StartPage(QWidget* parent)
    : QScrollArea(parent)
    , m_recent(new QListWidget(this))
    , m_noRecent(new QLabel(tr("Connections you make are listed here."), this))
{
    setObjectName(QStringLiteral("startPage"));
    setAccessibleName(tr("Start page"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget(viewport()); // there from the first: a widget that moves is styled twice
    body->setObjectName(QStringLiteral("startPageBody"));
    auto* block = new QWidget(body);
    block->setMaximumWidth(kBlockWidth);
    auto* centred = new QHBoxLayout(body);
    centred->setContentsMargins(32, 48, 32, 32);
    centred->addStretch(1);
    centred->addWidget(block, 20);
    centred->addStretch(1);

    auto* mark = new QLabel(block);
    mark->setObjectName(QStringLiteral("startMarkLabel"));
    mark->setAlignment(Qt::AlignTop);
    auto* title = new QLabel(tr("Enclave Studio"), block);
    title->setObjectName(QStringLiteral("startTitleLabel"));
    title->setProperty("role", QStringLiteral("h1"));
    auto* sentence = new WrappedLabel(tr("Encrypt columns where they are, query them as before, and see what the enclave was given."), block);
    sentence->setObjectName(QStringLiteral("startSentenceLabel"));
    sentence->setProperty("role", QStringLiteral("sub"));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title);
    words->addWidget(sentence);
    auto* head = new QHBoxLayout;
    head->setSpacing(20);
    head->addWidget(mark);
    head->addLayout(words, 1);

    auto* left = new QVBoxLayout;
    left->setSpacing(8);
    left->addWidget(caption(tr("START"), block));
    m_sandbox = addCard(left, "openSandboxPushButton", "sandbox", tr("Open the sandbox"),
        tr("Local server, software enclave, sample data. Nothing leaves this machine."), tr("Ctrl+1"));
    auto* connectCard
        = addCard(left, "connectPushButton", "connect", tr("Connect to a server"), tr("SQL Server 2019 and later, Azure SQL Database."), tr("Ctrl+2"));
    auto* openCard = addCard(left, "openScriptPushButton", "folder-open", tr("Open a script"), tr("A .sql file, in its own encoding."), tr("Ctrl+O"));
    left->addStretch(1);
    connect(m_sandbox, &QPushButton::clicked, this, &StartPage::sandboxRequested);
    connect(connectCard, &QPushButton::clicked, this, &StartPage::connectRequested);
    connect(openCard, &QPushButton::clicked, this, &StartPage::openRequested);

    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    right->addWidget(caption(tr("RECENT CONNECTIONS"), block));
    auto* frame = new QFrame(block);
    frame->setObjectName(QStringLiteral("recentFrame"));
    auto* frameLayout = new QVBoxLayout(frame);
    frameLayout->setContentsMargins(6, 6, 6, 6);
    m_recent->setObjectName(QStringLiteral("recentListWidget"));
    m_recent->setAccessibleName(tr("Recent connections"));
    m_recent->setFrameShape(QFrame::NoFrame);
    m_recent->setIconSize(QSize(18, 18));
    m_noRecent->setObjectName(QStringLiteral("noRecentLabel"));
    m_noRecent->setProperty("role", QStringLiteral("faint"));
    m_noRecent->setAlignment(Qt::AlignCenter);
    m_noRecent->setMinimumHeight(kCardHeight);
    frameLayout->addWidget(m_noRecent);
    frameLayout->addWidget(m_recent);
    right->addWidget(frame);
    right->addStretch(1);
    connect(m_recent, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) { Q_EMIT recentRequested(item->data(Qt::UserRole).toString()); });

    m_columns = new QBoxLayout(QBoxLayout::LeftToRight);
    m_columns->setSpacing(kColumnGap);
    m_columns->addLayout(left, 3);
    m_columns->addLayout(right, 4);
    auto* layout = new QVBoxLayout(block);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(28);
    layout->addLayout(head);
    layout->addLayout(m_columns, 1);
    setWidget(body);

    const auto applyTheme = [mark] { mark->setPixmap(Theme::instance().icon("app-mark", "accentText").pixmap(44, 44)); };
    connect(&Theme::instance(), &Theme::changed, mark, applyTheme);
    applyTheme();
    setRecent({});
    setFocusProxy(m_sandbox);
}

QPushButton* StartPage::addCard(
    QVBoxLayout* column, const char* name, const char* icon, const QString& title, const QString& text, const QString& shortcut)
{
    auto* card = new QPushButton(this);
    card->setObjectName(QString::fromLatin1(name));
    card->setProperty("kind", QStringLiteral("card"));
    card->setAccessibleName(title);
    card->setAccessibleDescription(text);
    card->setFixedHeight(kCardHeight);
    card->setAutoDefault(true); // Enter works, not only the space bar
    auto* picture = new QLabel(card);
    const auto applyTheme = [picture, icon] { picture->setPixmap(Theme::instance().icon(icon, "accentText").pixmap(20, 20)); };
    connect(&Theme::instance(), &Theme::changed, picture, applyTheme);
    applyTheme();
    auto* heading = new QLabel(title, card);
    heading->setProperty("role", QStringLiteral("h3"));
    auto* words = new WrappedLabel(text, card);
    words->setProperty("role", QStringLiteral("small"));
    auto* keys = new QLabel(shortcut, card);
    keys->setProperty("role", QStringLiteral("faint"));
    // Clicks go to the card, and a reader hears it once.
    for (QLabel* label : {picture, heading, static_cast<QLabel*>(words), keys})
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addStretch(1);
    texts->addWidget(heading);
    texts->addWidget(words);
    texts->addStretch(1);
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(14);
    row->addWidget(picture);
    row->addLayout(texts, 1);
    row->addWidget(keys);
    column->addWidget(card);
    if (!m_sandboxText) m_sandboxText = words;
    return card;
}

void StartPage::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    m_columns->setDirection(viewport()->width() < kNarrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void StartPage::setRecent(const QList<RecentConnection>& recent)
{
    m_recent->clear();
    for (const RecentConnection& connection : recent) {
        const ConnectionProfile& profile = connection.profile;
        const QString name = profile.name.isEmpty() ? profile.serverText() : profile.name;
        const QString word = environmentWord(profile);
        QStringList second{profile.database.isEmpty() ? tr("default database") : profile.database, encryptionWords(profile), when(connection.lastUsed)};
        auto* item = new QListWidgetItem(
            Theme::instance().icon(profile.environment == Environment::kSandbox ? "sandbox" : "server", "text2"),
            (word.isEmpty() ? name : name + QStringLiteral("   ") + word) + QLatin1Char('\n') + second.join(QStringLiteral(" · ")), m_recent);
        item->setData(Qt::UserRole, connection.id);
        item->setSizeHint(QSize(0, kRecentRow));
    }
    m_noRecent->setVisible(recent.isEmpty());
    m_recent->setVisible(!recent.isEmpty());
    m_recent->setFixedHeight(std::max(1, std::min<int>(static_cast<int>(recent.size()), 7)) * kRecentRow + 4);
}

void StartPage::setSandboxStarting(bool starting)
{
    m_sandbox->setEnabled(!starting);
    m_sandboxText->setText(
        starting ? tr("Starting: making certificate and sample data…") : tr("Local server, software enclave, sample data. Nothing leaves this machine."));
}

} // namespace es::ui
