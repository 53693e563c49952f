// What a run brought back: a tab per result set, and the messages. Thread: GUI thread only.
#pragma once

#include "driver/types/RowBlock.h"

#include <QWidget>

#include <vector>

class QTabWidget;
class QListView;
class QTableView;

namespace es::ui {

class MessagesModel;
class ResultGridModel;

class ResultsView : public QWidget {
    Q_OBJECT
public:
    explicit ResultsView(QWidget* parent = nullptr);

    void clear();
    void addResult(int resultIndex, std::shared_ptr<const types::ColumnSet> columns);
    void appendRows(int resultIndex, std::shared_ptr<const types::RowBlock> rows);
    // Column widths from what has arrived, and the tab that matters in front: messages if something failed or nothing was returned.
    void finish(bool failed);
    [[nodiscard]] MessagesModel& messages() { return *m_messages; }
    // The grid or the list in front takes the keyboard.
    void focusCurrent();
    // What ended up in the clipboard after Ctrl+C: the selected cells, tab-separated, NULL as NULL.
    void copySelection() const;

Q_SIGNALS:
    void messageActivated(int line);

private:
    struct Result {
        ResultGridModel* model;
        QTableView* view;
    };
    void updateTitles();
    void fitColumns(const Result& result) const;

    QTabWidget* m_tabs;
    MessagesModel* m_messages;
    QListView* m_messagesView;
    std::vector<Result> m_results;
};

}  // namespace es::ui
