#include "ui/connect/StringPage.h"

#include "ui/connect/ConnectRules.h"

#include "ui/widgets/TextField.h"
#include "ui/widgets/Theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

#include <array>

namespace es::ui {

namespace {

constexpr int kTextHeight = 112;

} // namespace

StringPage::StringPage(QWidget* parent)
    : FormPage("stringPage", parent)
    , m_text(new TextField(this))
    , m_read(new QPushButton(tr("&Use these settings"), this))
{
    m_text->setObjectName(QStringLiteral("connectionStringPlainTextEdit"));
    m_text->setAccessibleName(tr("Connection string"));
    m_text->setPlaceholderText(tr("Server=host,1433;Database=…;User ID=…   or   jdbc:sqlserver://host:1433;…"));
    m_text->setTabChangesFocus(true);
    m_text->setFont(Theme::dataFont(12));
    m_text->setFixedHeight(kTextHeight);
    m_read->setObjectName(QStringLiteral("readStringPushButton"));
    m_read->setAccessibleName(tr("Use these settings"));
    m_read->setEnabled(false);

    addHeading(tr("Paste a connection string"));
    addHint("stringHintLabel",
        tr("Of ADO.NET, ODBC or JDBC. Its settings take the place of those on the other pages; a password in it goes to the password "
           "field and nowhere else."),
        false);
    addLine(m_text);
    addLine(m_read, true);
    addStop(m_text);
    addStop(m_read);
    m_outcome = addHint("stringOutcomeLabel", QString(), false);
    m_outcome->hide();
    addHeading(tr("Copy these settings"));
    addHint("copyHintLabel", tr("As a connection string, always without the password."), false);
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    struct Way {
        ConnectionDialect dialect;
        const char* name;
        QString text;
    };
    const std::array ways{Way{ConnectionDialect::kAdoNet, "copyAdoNetPushButton", tr("Copy as &ADO.NET")},
        Way{ConnectionDialect::kOdbc, "copyOdbcPushButton", tr("Copy as &ODBC")},
        Way{ConnectionDialect::kJdbc, "copyJdbcPushButton", tr("Copy as &JDBC")}};
    for (const Way& way : ways) {
        auto* button = new QPushButton(way.text, row);
        button->setObjectName(QString::fromLatin1(way.name));
        button->setAccessibleName(QString(way.text).remove(QLatin1Char('&')));
        layout->addWidget(button);
        addStop(button);
        connect(button, &QPushButton::clicked, this, [this, dialect = way.dialect] { copy(dialect); });
    }
    addLine(row, true);
    m_copied = addHint("copiedLabel", QString(), false);
    m_copied->hide();
    endRows();

    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        m_read->setEnabled(!m_text->document()->isEmpty());
        if (m_text->property("error").isValid()) say(QString(), false);
    });
    connect(m_read, &QPushButton::clicked, this, &StringPage::read);
}

void StringPage::showProfile(const ConnectionProfile& profile)
{
    if (profile == m_profile) return;
    m_profile = profile;
    m_copied->hide(); // it speaks of other settings
}

void StringPage::say(const QString& text, bool wrong)
{
    m_outcome->setText(text);
    m_outcome->setVisible(!text.isEmpty());
    m_outcome->setProperty("tone", wrong ? QVariant(QStringLiteral("err")) : QVariant());
    m_text->setProperty("error", wrong ? QVariant(QStringLiteral("yes")) : QVariant());
    m_text->setAccessibleDescription(wrong ? text : QString());
    for (QWidget* widget : {static_cast<QWidget*>(m_outcome), static_cast<QWidget*>(m_text)}) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
}

void StringPage::read()
{
    auto parsed = parseConnectionString(m_text->toPlainText());
    if (!parsed) {
        say(tr("%1 Nothing was changed. %2")
                .arg(QString::fromStdString(parsed.error().text), QString::fromStdString(parsed.error().remedy)),
            true);
        m_text->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_text->setPlainText(QString()); // with its undo history: a password may have stood in it
    QStringList sentences{tr("Read as a connection string of %1.").arg(connectionDialectName(parsed->dialect))};
    if (parsed->hasPassword) sentences += tr("Its password stands in the password field.");
    if (!parsed->leftOut.isEmpty()) sentences += tr("Not known here and left out: %1.").arg(parsed->leftOut.join(QLatin1String(", ")));
    sentences += parsed->notes;
    // What it asks for and this version has not is said here too, not only at its field on another page.
    for (const FieldProblem& problem : encryptionProblemsOf(parsed->profile))
        sentences += problem.text;
    say(sentences.join(QLatin1Char(' ')), false);
    Q_EMIT stringRead(*parsed);
}

void StringPage::copy(ConnectionDialect dialect)
{
    const WrittenConnectionString written = writeConnectionString(m_profile, dialect);
    QGuiApplication::clipboard()->setText(written.text);
    QString text = tr("Copied for %1, without the password.").arg(connectionDialectName(dialect));
    if (!written.leftOut.isEmpty())
        text += QLatin1Char(' ')
            + tr("%1 has no word for: %2.").arg(connectionDialectName(dialect), written.leftOut.join(QLatin1String(", ")));
    m_copied->setText(text);
    m_copied->show();
}

} // namespace es::ui
