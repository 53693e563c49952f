// The first row of a query window: which server, and whether encryption is off, on, or an enclave session is open; in words
// and icon, not colour alone. Thread: GUI thread only.
#pragma once

#include "ui/services/SessionFacts.h"

#include <QFrame>

class QComboBox;
class QLabel;

namespace es::ui {

// What the person chose for this window; another choice connects again with all else kept.
enum class EncryptionChoice : quint8 { kOff, kOn, kOnWithEnclave };

class TrustBar : public QFrame {
    Q_OBJECT
public:
    explicit TrustBar(QWidget* parent = nullptr);

    // The word on the chip ("PRODUCTION", or the person's own) and the colour it stands on ("production"); no word: no chip.
    void setEnvironment(const QString& word, const QString& colourName);
    void showState(HostState state, const SessionFacts& facts);
    [[nodiscard]] EncryptionChoice choice() const;
    void setChoice(EncryptionChoice choice);  // emits nothing

Q_SIGNALS:
    void choiceChanged(es::ui::EncryptionChoice choice);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void giveWay();
    void showVerdict(const char* verdict, const char* icon, const char* token, const QString& words, const QString& facts);
    void showConnected(const SessionFacts& facts);

    QLabel* m_chip;
    QLabel* m_server;
    QFrame* m_verdict;
    QLabel* m_icon;
    QLabel* m_words;
    QLabel* m_facts;
    QLabel* m_choiceLabel;
    QComboBox* m_choice;
    SessionFacts m_shown;
    HostState m_state = HostState::kDisconnected;
};

}  // namespace es::ui
