// Draws a Chain: cards under each other, joined by arrows; a proof that is missing is dashed. Thread: GUI thread only.
#pragma once

#include "ui/trust/Chain.h"

#include <QWidget>

class QVBoxLayout;

namespace es::ui {

class PanelButton;

class ChainView : public QWidget {
    Q_OBJECT
public:
    explicit ChainView(QWidget* parent = nullptr);
    void setChain(const Chain& chain);
    [[nodiscard]] int count() const { return static_cast<int>(m_cards.size()); }

Q_SIGNALS:
    // A card was pressed: the rules that speak about it, the failed ones first.
    void rulesRequested(const QStringList& rules);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void build();
    PanelButton* addCard(const ChainNode& node, int index);
    void addLink(const ChainLink& link, int index);

    Chain m_chain;
    QVBoxLayout* m_layout;
    QList<PanelButton*> m_cards;
};

} // namespace es::ui
