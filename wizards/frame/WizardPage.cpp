#include "wizards/frame/WizardPage.h"

namespace es::wizards {

WizardPage::WizardPage(const QString& title, QWidget* parent)
    : QWidget(parent)
    , m_title(title)
{
    setProperty("role", QStringLiteral("page"));
}

QString WizardPage::nextText() const
{
    return tr("&Next >");
}

void WizardPage::setSentence(const QString& sentence)
{
    m_sentence = sentence;
    Q_EMIT changed();
}

void WizardPage::setNote(const QString& note, bool attention)
{
    m_note = note;
    m_attention = attention;
    Q_EMIT changed();
}

} // namespace es::wizards
