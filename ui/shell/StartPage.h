// What one sees before there is a connection: what this is, how to begin, where one was before. Thread: GUI thread only.
#pragma once

#include "ui/services/ConnectionProfile.h"

#include <QDateTime>
#include <QScrollArea>

class QLabel;
class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace es::ui {

struct RecentConnection {
    QString id;
    ConnectionProfile profile;
    QDateTime lastUsed;
};

class StartPage : public QScrollArea {
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);

    void setRecent(const QList<RecentConnection>& recent);
    // While it is coming up its card says so and takes no second click.
    void setSandboxStarting(bool starting);

Q_SIGNALS:
    void sandboxRequested();
    void connectRequested();
    void openRequested();
    void recentRequested(const QString& id);

private:
    QPushButton* addCard(QVBoxLayout* column, const char* name, const char* icon, const QString& title, const QString& text,
        const QString& shortcut);

    QPushButton* m_sandbox = nullptr;
    QLabel* m_sandboxText = nullptr;
    QListWidget* m_recent;
    QLabel* m_noRecent;
};

} // namespace es::ui
