// One page of a wizard. Thread: GUI thread only.
#pragma once

#include <QWidget>

namespace es::wizards {

class WizardPage : public QWidget {
    Q_OBJECT
public:
    // `title` is also the name in the rail.
    explicit WizardPage(const QString& title, QWidget* parent = nullptr);

    [[nodiscard]] QString title() const { return m_title; }
    [[nodiscard]] QString sentence() const { return m_sentence; }
    // Counts of what is open, left of Back; amber when `attention`.
    [[nodiscard]] QString note() const { return m_note; }
    [[nodiscard]] bool noteNeedsAttention() const { return m_attention; }

    [[nodiscard]] virtual bool isComplete() const { return true; }
    [[nodiscard]] virtual QString nextText() const; // what the primary button does
    // Gets the focus when the page is shown; null: the frame decides.
    [[nodiscard]] virtual QWidget* firstFocus() const { return nullptr; }

    // A passing word where the note stands: "Saved as …".
    void tell(const QString& words, bool attention = false) { setNote(words, attention); }

Q_SIGNALS:
    void changed(); // completeness, sentence or note

protected:
    void setSentence(const QString& sentence);
    void setNote(const QString& note, bool attention = false);

private:
    QString m_title;
    QString m_sentence;
    QString m_note;
    bool m_attention = false;
};

} // namespace es::wizards
