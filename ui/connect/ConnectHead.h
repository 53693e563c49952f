// The head of the dialog: where it leads, in one line and one sentence, and the saved profiles. Thread: GUI thread only.
#pragma once

#include "ui/services/ProfileStore.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace es::ui {

class ConnectHead : public QWidget {
    Q_OBJECT
public:
    explicit ConnectHead(QWidget* parent = nullptr);

    void setProfiles(const QList<SavedConnection>& saved, const QString& current); // `current`: an id, or nothing for a new connection
    void showProfile(const ConnectionProfile& profile);
    void setChoosable(bool choosable); // what it says stays readable

    [[nodiscard]] QList<QWidget*> tabStops() const;

Q_SIGNALS:
    void profileChosen(const QString& id); // empty: a new connection
    void deleteRequested();

private:
    void drawIcons();

    QLabel* m_icon;
    QLabel* m_server;
    QLabel* m_chip;
    QLabel* m_sentence;
    QComboBox* m_profiles;
    QToolButton* m_delete;
    Environment m_environment = Environment::kNone;
};

} // namespace es::ui
