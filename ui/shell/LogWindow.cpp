#include "ui/shell/LogWindow.h"

#include "ui/widgets/Theme.h"

#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QShortcut>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr qint64 kShownBytes = 256 * 1024;

} // namespace

LogWindow::LogWindow(const QString& path, QWidget* parent)
    : QWidget(parent, Qt::Window)
{
    setObjectName(QStringLiteral("logWindow"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Log file"));
    resize(820, 480);
    auto* place = new QLineEdit(path, this);
    place->setObjectName(QStringLiteral("logPathLineEdit"));
    place->setAccessibleName(tr("Place of the log file"));
    place->setReadOnly(true);
    auto* text = new QPlainTextEdit(this);
    text->setObjectName(QStringLiteral("logPlainTextEdit"));
    text->setAccessibleName(tr("Log"));
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setLineWrapMode(QPlainTextEdit::NoWrap);
    text->setFont(Theme::dataFont(12));
    QFile file(path);
    if (file.open(QIODevice::ReadOnly)) {
        if (file.size() > kShownBytes) file.seek(file.size() - kShownBytes);
        text->setPlainText(QString::fromUtf8(file.readAll()));
    } else {
        text->setPlainText(tr("The log was not opened: %1").arg(file.errorString()));
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addWidget(place);
    layout->addWidget(text, 1);
    auto* close = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    connect(close, &QShortcut::activated, this, &QWidget::close);
    text->verticalScrollBar()->setValue(text->verticalScrollBar()->maximum());
    text->setFocus();
}

} // namespace es::ui
