// The window of a wizard: rail, head, pages, button row, and questions asked in place. Thread: GUI thread only.
#pragma once

#include "wizards/frame/WizardPage.h"
#include "wizards/frame/WizardRail.h"

#include <QDialog>
#include <QSet>

#include <functional>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace es::wizards {

class WizardFrame : public QDialog {
    Q_OBJECT
public:
    WizardFrame(const QString& helpPage, QWidget* parent);

    [[nodiscard]] WizardPage* currentPage() const;

protected:
    void addPage(WizardPage* page);
    void setWanted(WizardPage* page, bool wanted);
    [[nodiscard]] bool isWanted(const WizardPage* page) const { return !m_unwanted.contains(page); }
    void goTo(WizardPage* page);
    [[nodiscard]] WizardRail& rail() { return *m_rail; }
    void setCurrentState(WizardRail::State state);

    // Left side of the button row, before the note.
    void addTool(QPushButton* button);
    // Right side, before Back.
    void addWay(QPushButton* button);
    [[nodiscard]] QPushButton* backButton() const { return m_back; }
    [[nodiscard]] QPushButton* nextButton() const { return m_next; }
    [[nodiscard]] QPushButton* cancelButton() const { return m_cancel; }
    [[nodiscard]] static QPushButton* makeButton(const QString& text, const char* objectName, QWidget* parent);

    // In place, above the button row; `yes` runs when the person agrees.
    void ask(const QString& question, const QString& yesText, const QString& noText, const std::function<void()>& yes);
    void endQuestion();
    [[nodiscard]] bool isAsking() const;

    // What the buttons do; the default walks the wanted pages.
    virtual void next();
    virtual void back();
    // After a page was shown and after every change: texts and states of the buttons.
    virtual void updateButtons();

private:
    void buildButtons(const QString& helpPage);
    void buildQuestion();
    [[nodiscard]] QList<WizardPage*> wantedPages() const;
    void updateRail();
    void updateHead();

    QList<WizardPage*> m_pages;
    QSet<const WizardPage*> m_unwanted;
    WizardRail* m_rail;
    QStackedWidget* m_stack;
    QLabel* m_title;
    QLabel* m_sentence;
    QLabel* m_note;
    QFrame* m_buttonRow;
    QHBoxLayout* m_tools = nullptr;
    QHBoxLayout* m_ways = nullptr;
    QPushButton* m_help = nullptr;
    QPushButton* m_back = nullptr;
    QPushButton* m_next = nullptr;
    QPushButton* m_cancel = nullptr;
    QFrame* m_question;
    QLabel* m_questionText = nullptr;
    QPushButton* m_yes = nullptr;
    QPushButton* m_no = nullptr;
    std::function<void()> m_onYes;
};

} // namespace es::wizards
