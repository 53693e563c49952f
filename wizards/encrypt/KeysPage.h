// Keys: shown only when there is no key with which the chosen columns can be encrypted in place. Thread: GUI thread only.
#pragma once

#include "driver/catalog/CatalogSnapshot.h"
#include "wizards/frame/WizardPage.h"

#include <memory>

class QLabel;
class QPushButton;

namespace es::wizards {

class KeysPage : public WizardPage {
    Q_OBJECT
public:
    explicit KeysPage(QWidget* parent = nullptr);
    void setSnapshot(const std::shared_ptr<const catalog::CatalogSnapshot>& snapshot);

    [[nodiscard]] bool isComplete() const override { return !m_encryptionKey.isEmpty(); }
    [[nodiscard]] QWidget* firstFocus() const override;

Q_SIGNALS:
    void newMasterKeyRequested();
    void newEncryptionKeyRequested(const QString& masterKey);

private:
    struct Card {
        QLabel* icon;
        QLabel* title;
        QLabel* text;
        QPushButton* button;
    };
    [[nodiscard]] Card makeCard(const QString& button, const char* name);
    void show(const Card& card, bool done, const QString& title, const QString& text);
    void describe();

    Card m_master;
    Card m_encryption;
    QString m_masterKey;
    QString m_encryptionKey;
};

} // namespace es::wizards
