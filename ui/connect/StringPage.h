// Page "Additional Properties": a connection string pasted in, and the settings copied as one. Thread: GUI thread only.
#pragma once

#include "ui/connect/FormPage.h"
#include "ui/services/ConnectionString.h"

class QPlainTextEdit;
class QPushButton;

namespace es::ui {

class StringPage : public FormPage {
    Q_OBJECT
public:
    explicit StringPage(QWidget* parent = nullptr);

    // What the copy buttons copy.
    void showProfile(const ConnectionProfile& profile);

Q_SIGNALS:
    // The text was read and has been cleared; the receiver takes the password out of `parsed`.
    void stringRead(es::ui::ParsedConnectionString& parsed);

private:
    void read();
    void copy(ConnectionDialect dialect);
    void say(const QString& text, bool wrong);

    ConnectionProfile m_profile;
    QPlainTextEdit* m_text;
    QPushButton* m_read;
    QLabel* m_outcome;
    QLabel* m_copied;
};

} // namespace es::ui
