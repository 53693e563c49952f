// The open documents: one tab each, with a stripe and a chip in the colour of the server's environment. Thread: GUI thread only.
#pragma once

#include <QTabBar>
#include <QTabWidget>

namespace es::ui {

// What a tab says beside its name.
struct TabFacts {
    QString environmentWord; // empty: no server, no chip
    QString environmentKey; // "production"; empty: the colour of a document without one
    bool modified = false;
};

// A style sheet cannot colour single tabs: this one paints them. The accessible name of a tab is the whole sentence.
class DocumentTabBar : public QTabBar {
    Q_OBJECT
public:
    explicit DocumentTabBar(QWidget* parent = nullptr);
    void setFacts(int index, const TabFacts& facts);

protected:
    void paintEvent(QPaintEvent* event) override;
    [[nodiscard]] QSize tabSizeHint(int index) const override;
    [[nodiscard]] QSize minimumTabSizeHint(int index) const override;
    void tabInserted(int index) override;
    void mouseReleaseEvent(QMouseEvent* event) override; // the middle button closes

private:
    void paintTab(QPainter& painter, int index) const;
    [[nodiscard]] TabFacts factsOf(int index) const;
    [[nodiscard]] int chipWidth(const QString& word) const;
};

class DocumentTabs : public QTabWidget {
    Q_OBJECT
public:
    explicit DocumentTabs(QWidget* parent = nullptr);
    [[nodiscard]] DocumentTabBar& bar() const { return *m_bar; }

Q_SIGNALS:
    void newRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    DocumentTabBar* m_bar;
};

} // namespace es::ui
