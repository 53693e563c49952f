#include "ui/widgets/Help.h"

#include <QAction>
#include <QCoreApplication>
#include <QFile>
#include <QKeyEvent>
#include <QPointer>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>

namespace es::ui {

namespace {

constexpr int kWidth = 620;
constexpr int kHeight = 700;

class HelpWindow : public QWidget {
public:
    HelpWindow()
        : m_text(new QTextBrowser(this))
    {
        setObjectName(QStringLiteral("helpWindow"));
        setAttribute(Qt::WA_DeleteOnClose);
        setWindowTitle(QCoreApplication::translate("Help", "Help"));
        resize(kWidth, kHeight);
        m_text->setObjectName(QStringLiteral("helpTextBrowser"));
        m_text->setAccessibleName(QCoreApplication::translate("Help", "Help text"));
        m_text->setOpenLinks(false);
        setFocusProxy(m_text);
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(m_text);
        // Links between pages are written [text](connect); nothing here leads out of the program.
        QObject::connect(m_text, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) { open(url.toString()); });
    }

    void open(const QString& page)
    {
        QFile file(QStringLiteral(":/es/help/%1.md").arg(page));
        if (!file.open(QIODevice::ReadOnly))
            return;
        m_text->document()->setDocumentMargin(20);
        m_text->setMarkdown(QString::fromUtf8(file.readAll()));
        m_text->moveCursor(QTextCursor::Start);
    }

protected:
    // The text lets Escape through; a shortcut would need the window to be the active one.
    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->key() == Qt::Key_Escape)
            close();
        else
            QWidget::keyPressEvent(event);
    }

private:
    QTextBrowser* m_text;
};

} // namespace

void showHelp(const QString& page)
{
    static QPointer<HelpWindow> window;
    if (!window)
        window = new HelpWindow;
    window->open(page);
    window->show();
    window->raise();
    window->activateWindow();
}

void installHelp(QWidget* window, const QString& page)
{
    auto* action = new QAction(window);
    action->setShortcut(QKeySequence(Qt::Key_F1));
    action->setShortcutContext(Qt::WindowShortcut);
    QObject::connect(action, &QAction::triggered, window, [page] { showHelp(page); });
    window->addAction(action);
}

} // namespace es::ui
