// The shell of every wizard: rail with pages and their state, title, page, buttons. Not QWizard, whose frame cannot be styled alike.
// Thread: GUI thread only.
#pragma once

#include "wizards/frame/WizardPage.h"

#include <QDialog>

#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace es::wizards {

class WizardFrame : public QDialog {
    Q_OBJECT
public:
    WizardFrame(const char* name, const QString& title, const QString& helpPage, QWidget* parent = nullptr);
    void done(int result) override;

protected:
    void addPage(WizardPage* page); // in order; taken over
    void addRail(QWidget* head, QWidget* foot); // above and under the list of pages
    QPushButton* addButton(const QString& text, const char* name); // left, beside Help
    [[nodiscard]] int current() const { return m_current; }
    [[nodiscard]] WizardPage* page(int index) const { return m_pages.at(static_cast<std::size_t>(index)); }
    void showPage(int index);
    // Next on page `index`: false keeps it.
    virtual bool leave(int index) = 0;
    void updateButtons();
    [[nodiscard]] QPushButton* cancelButton() const { return m_cancel; }

private:
    void next();
    void updateRail();

    std::vector<WizardPage*> m_pages;
    std::vector<QLabel*> m_railIcons;
    std::vector<QLabel*> m_railTexts;
    int m_current = -1;
    QVBoxLayout* m_rail;
    QVBoxLayout* m_railPages;
    QLabel* m_title;
    QLabel* m_sentence;
    QStackedWidget* m_stack;
    QHBoxLayout* m_buttons;
    QLabel* m_open;
    QPushButton* m_back;
    QPushButton* m_next;
    QPushButton* m_cancel;
};

} // namespace es::wizards
