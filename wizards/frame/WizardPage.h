// One page of a wizard: edits choices, says whether one may go on, and what that is called. Thread: GUI thread only.
#pragma once

#include <QWidget>

namespace es::wizards {

class WizardPage : public QWidget {
    Q_OBJECT
public:
    WizardPage(QString title, QString sentence, QWidget* parent = nullptr)
        : QWidget(parent)
        , m_title(std::move(title))
        , m_sentence(std::move(sentence))
    {
    }
    [[nodiscard]] const QString& title() const { return m_title; }
    [[nodiscard]] const QString& sentence() const { return m_sentence; }

    virtual void entered() { } // comes to the front
    [[nodiscard]] virtual bool isComplete() const { return true; } // Next may be pressed
    [[nodiscard]] virtual QString nextText() const { return tr("&Next >"); }
    [[nodiscard]] virtual bool isLast() const { return false; } // Next and Back give place to Close
    [[nodiscard]] virtual QString openText() const { return {}; } // what is still open, left of Back: "1 decision open"
    [[nodiscard]] virtual QWidget* firstFocus() { return this; }

Q_SIGNALS:
    void changed(); // one of the above is different now

private:
    QString m_title;
    QString m_sentence;
};

} // namespace es::wizards
