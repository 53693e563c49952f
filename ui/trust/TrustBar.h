// The first row of a query window: which server, and whether encryption is off, on, or an enclave session is open and what vouches for
// it; in words and icon, not colour alone. The verdict is one target that leads to the evidence. Thread: GUI thread only.
#pragma once

#include "ui/trust/TrustWords.h"

#include <QElapsedTimer>
#include <QFrame>
#include <QTimer>

class QComboBox;
class QLabel;

namespace es::ui {

class PanelButton;

// What the person chose for this window; another choice connects again with all else kept.
enum class EncryptionChoice : quint8 { kOff, kOn, kOnWithEnclave };

class TrustBar : public QFrame {
    Q_OBJECT
public:
    explicit TrustBar(QWidget* parent = nullptr);

    // The word on the chip ("PRODUCTION", or the person's own) and the colour it stands on ("production"); no word: no chip.
    void setEnvironment(const QString& word, const QString& colourName);
    void showState(HostState state, const SessionFacts& facts);
    // An attestation goes on, whatever the session does meanwhile: "waiting for hgs.bastion.local", and since when. Empty: it has ended.
    void showAttesting(const QString& fact);
    [[nodiscard]] EncryptionChoice choice() const;
    void setChoice(EncryptionChoice choice);  // emits nothing

Q_SIGNALS:
    void choiceChanged(es::ui::EncryptionChoice choice);
    void evidenceRequested();  // the verdict was pressed

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void giveWay();
    void refresh();
    void buildVerdict();

    QLabel* m_chip;
    QLabel* m_server;
    PanelButton* m_verdict;
    QLabel* m_icon = nullptr;
    QLabel* m_words = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_chevron = nullptr;
    QLabel* m_choiceLabel;
    QComboBox* m_choice;
    QTimer m_age;  // the age of a verdict is renewed each minute
    SessionFacts m_shown;
    TrustWords m_said{};
    QString m_attesting;
    QElapsedTimer m_attestingSince;
    QTimer m_attestingTick;
    HostState m_state = HostState::kDisconnected;
};

}  // namespace es::ui
