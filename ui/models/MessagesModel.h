// The messages pane of a query: one row per message, in the order of arrival. Thread: GUI thread only.
#pragma once

#include <QAbstractListModel>
#include <QString>

#include <vector>

namespace es::ui {

struct MessageEntry {
    enum class Kind : quint8 { kInformation, kError, kNotice };
    Kind kind = Kind::kInformation;
    QString text;
    int number = 0; // 0: not from the server
    int severity = 0;
    int state = 0;
    int line = 0; // in the editor; 0: none
    int serverLine = 0; // as the server counts: in the batch or the procedure
    QString procedure;
    QString remedy; // what to do next; may be empty
};

class MessagesModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        kKindRole = Qt::UserRole + 1, // int of MessageEntry::Kind
        kNumberRole,
        kSeverityRole,
        kStateRole,
        kLineRole, // int; 0: none
        kRemedyRole,
    };

    explicit MessagesModel(QObject* parent = nullptr);

    void append(MessageEntry entry);
    void clear();
    [[nodiscard]] const MessageEntry& entry(int row) const; // precondition: inside
    [[nodiscard]] int errorCount() const { return m_errorCount; }
    // As a query tool prints it: "Msg 208, Level 16, State 1, Line 3" above the text of a server error.
    [[nodiscard]] static QString textOf(const MessageEntry& entry);
    [[nodiscard]] QString allText() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<MessageEntry> m_entries;
    int m_errorCount = 0;
};

} // namespace es::ui
