#include "wizards/frame/SqlView.h"

#include "ui/widgets/Theme.h"

#include <QRegularExpression>
#include <QScrollBar>
#include <QSyntaxHighlighter>
#include <QTextBlock>

namespace es::wizards {

namespace {

class SqlColours : public QSyntaxHighlighter {
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    // Later rules win: a keyword inside a string or a comment is none.
    void highlightBlock(const QString& text) override
    {
        static const QRegularExpression keyword(QStringLiteral(
            "\\b(ALTER|TABLE|COLUMN|COLLATE|ENCRYPTED|WITH|COLUMN_ENCRYPTION_KEY|ENCRYPTION_TYPE|ALGORITHM|NOT|NULL|ONLINE|ON|"
            "OFF|RANDOMIZED|DETERMINISTIC|USE|GO|CREATE|DROP|MASTER|KEY)\\b"));
        static const QRegularExpression name(QStringLiteral("\\[(?:[^\\]]|\\]\\])*\\]"));
        static const QRegularExpression string(QStringLiteral("'(?:[^']|'')*'"));
        static const QRegularExpression comment(QStringLiteral("^\\s*--.*"));
        paint(text, keyword, "synKeyword");
        paint(text, name, "text");
        paint(text, string, "synString");
        paint(text, comment, "synComment");
    }

private:
    void paint(const QString& text, const QRegularExpression& pattern, const char* token)
    {
        for (auto it = pattern.globalMatch(text); it.hasNext();) {
            const QRegularExpressionMatch match = it.next();
            setFormat(
                static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()), ui::Theme::instance().colour(token));
        }
    }
};

} // namespace

SqlView::SqlView(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setProperty("role", QStringLiteral("sql"));
    setFont(ui::Theme::dataFont(12));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* colours = new SqlColours(document());
    connect(&ui::Theme::instance(), &ui::Theme::changed, colours, &QSyntaxHighlighter::rehighlight);
}

void SqlView::showPlaceOf(const QString& text)
{
    const QTextCursor found = document()->find(text.section(QLatin1Char('\n'), 0, 0));
    if (found.isNull()) return;
    QTextCursor start = found;
    start.setPosition(found.selectionStart());
    setTextCursor(start);
    verticalScrollBar()->setValue(start.block().firstLineNumber());
}

} // namespace es::wizards
