// One page of the dialog: labels beside fields, and under each field a line for what is wrong with it.
// Thread: GUI thread only.
#pragma once

#include "ui/connect/ConnectFields.h"

#include <QHash>
#include <QScrollArea>

class QGridLayout;
class QLabel;

namespace es::ui {

class FormPage : public QScrollArea {
    Q_OBJECT
public:
    explicit FormPage(const char* name, QWidget* parent = nullptr);

    [[nodiscard]] bool has(ConnectField field) const { return m_fields.contains(field); }
    // Empty: the field is right.
    void setProblem(ConnectField field, const QString& text);
    void clearProblems();
    void focusField(ConnectField field);
    [[nodiscard]] const QList<QWidget*>& tabStops() const { return m_stops; } // in reading order

Q_SIGNALS:
    void edited();

protected:
    // `label` carries the mnemonic; the accessible name is the label without it.
    void addRow(const QString& label, QWidget* field, ConnectField meaning = ConnectField::kNone, QWidget* beside = nullptr);
    // A check box or another field that needs no label, over both columns.
    void addWide(QWidget* field, ConnectField meaning = ConnectField::kNone, int indent = 0);
    QLabel* addHeading(const QString& text);
    // `name` of its object; under the fields, or over both columns.
    QLabel* addHint(const char* name, const QString& text, bool underFields = true, int indent = 0);
    void addUnder(QWidget* widget); // under the fields
    void addLine(QWidget* widget, bool leftAligned = false); // over both columns
    void addStop(QWidget* widget) { m_stops.append(widget); } // for what stands inside addUnder() and addLine()
    void endRows();

private:
    struct Entry {
        QWidget* field = nullptr;
        QLabel* problem = nullptr;
    };
    void addProblemLine(QWidget* field, ConnectField meaning, int column, int indent);

    QWidget* m_page;
    QGridLayout* m_grid;
    int m_row = 0;
    QHash<ConnectField, Entry> m_fields;
    QList<QWidget*> m_stops;
};

} // namespace es::ui
