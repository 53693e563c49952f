#include "ui/connect/ConnectHead.h"

#include "ui/services/EnvironmentWords.h"
#include "ui/widgets/Theme.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

namespace es::ui {

namespace {

constexpr int kIconPixels = 20;
constexpr int kProfilesWidth = 190;
constexpr int kNameHeight = 20; // with and without a chip

const char* iconToken(Environment environment)
{
    switch (environment) {
    case Environment::kNone: return "text2";
    case Environment::kSandbox: return "envSandboxT";
    case Environment::kDevelopment: return "envDevT";
    case Environment::kTest: return "envTestT";
    case Environment::kProduction: return "envProdT";
    }
    return "text2";
}

} // namespace

ConnectHead::ConnectHead(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_server(new QLabel(this))
    , m_chip(new QLabel(this))
    , m_sentence(new QLabel(this))
    , m_profiles(new QComboBox(this))
    , m_delete(new QToolButton(this))
{
    setObjectName(QStringLiteral("connectHead"));
    m_icon->setObjectName(QStringLiteral("headIconLabel"));
    m_server->setObjectName(QStringLiteral("headServerLabel"));
    m_server->setProperty("role", QStringLiteral("h3"));
    m_server->setTextFormat(Qt::PlainText);
    m_server->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_server->setMinimumHeight(kNameHeight);
    m_chip->setObjectName(QStringLiteral("headEnvironmentLabel"));
    m_chip->setProperty("role", QStringLiteral("chip"));
    m_chip->setTextFormat(Qt::PlainText);
    m_sentence->setObjectName(QStringLiteral("headSentenceLabel"));
    m_sentence->setProperty("role", QStringLiteral("small"));
    m_sentence->setTextFormat(Qt::PlainText);
    // Long names give way; what the dialog needs decides its width.
    m_sentence->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_profiles->setObjectName(QStringLiteral("profilesComboBox"));
    m_profiles->setAccessibleName(tr("Saved profiles"));
    m_profiles->setAccessibleDescription(m_profiles->accessibleName()); // on this platform Qt gives a combo box its value as its name
    m_profiles->setFixedWidth(kProfilesWidth);
    m_delete->setObjectName(QStringLiteral("deleteProfileToolButton"));
    m_delete->setAccessibleName(tr("Delete this profile"));
    m_delete->setToolTip(tr("Delete this profile"));
    m_delete->setFocusPolicy(Qt::StrongFocus);

    auto* name = new QHBoxLayout;
    name->setSpacing(10);
    name->addWidget(m_server);
    name->addWidget(m_chip);
    name->addStretch(1);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addLayout(name);
    words->addWidget(m_sentence);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(20, 14, 16, 10);
    row->setSpacing(12);
    row->addWidget(m_icon);
    row->addLayout(words, 1);
    row->addWidget(m_profiles);
    row->addWidget(m_delete);

    connect(m_profiles, &QComboBox::activated, this, [this](int index) { Q_EMIT profileChosen(m_profiles->itemData(index).toString()); });
    connect(m_delete, &QToolButton::clicked, this, &ConnectHead::deleteRequested);
    connect(&Theme::instance(), &Theme::changed, this, &ConnectHead::drawIcons);
    setProfiles({}, {});
    showProfile(ConnectionProfile());
}

void ConnectHead::setProfiles(const QList<SavedConnection>& saved, const QString& current)
{
    m_profiles->clear();
    m_profiles->addItem(tr("New connection"), QString());
    for (const SavedConnection& connection : saved)
        m_profiles->addItem(connection.profile.name, connection.id);
    const int index = current.isEmpty() ? 0 : m_profiles->findData(current);
    m_profiles->setCurrentIndex(index < 0 ? 0 : index);
    m_delete->setEnabled(m_profiles->currentIndex() > 0);
}

void ConnectHead::showProfile(const ConnectionProfile& profile)
{
    const QString server = profile.host.isEmpty() ? tr("No server yet") : profile.port == 1433 ? profile.host : profile.serverText();
    m_server->setText(server);
    const QString word = environmentWord(profile);
    m_chip->setText(word);
    m_chip->setVisible(!word.isEmpty());
    QString sentence = profile.user.isEmpty() ? tr("SQL Server authentication") : tr("SQL Server authentication as %1").arg(profile.user);
    if (!profile.database.isEmpty()) sentence = tr("%1 · database %2").arg(sentence, profile.database);
    m_sentence->setText(sentence);
    m_sentence->setToolTip(sentence);
    if (profile.environment != m_environment || m_chip->property("environment").isNull()) {
        m_environment = profile.environment;
        m_chip->setProperty("environment", QString::fromLatin1(environmentKey(m_environment)));
        m_chip->style()->unpolish(m_chip);
        m_chip->style()->polish(m_chip);
        drawIcons();
    }
}

void ConnectHead::setChoosable(bool choosable)
{
    m_profiles->setEnabled(choosable);
    m_delete->setEnabled(choosable && m_profiles->currentIndex() > 0);
}

QList<QWidget*> ConnectHead::tabStops() const
{
    return {m_profiles, m_delete};
}

void ConnectHead::drawIcons()
{
    const Theme& theme = Theme::instance();
    m_icon->setPixmap(theme.icon("server", iconToken(m_environment)).pixmap(kIconPixels, kIconPixels));
    m_delete->setIcon(theme.icon("trash"));
}

} // namespace es::ui
