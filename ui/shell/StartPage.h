// What one sees before there is a connection: what this is, how to begin, where one was before. Thread: GUI thread only.
#pragma once

#include "ui/services/ConnectionProfile.h"

#include <QDateTime>
#include <QScrollArea>

class QBoxLayout;
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

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QPushButton* addCard(QVBoxLayout* column, const char* name, const char* icon, const QString& title, const QString& text,
        const QString& shortcut);

    QPushButton* m_sandbox = nullptr;
    QLabel* m_sandboxText = nullptr;
    QListWidget* m_recent;
    QBoxLayout* m_columns = nullptr; // side by side, or one under the other where it is narrow
    QLabel* m_noRecent;
};

} // namespace es::ui
