#include "ui/editor/SqlEditor.h"

#include "ui/widgets/Theme.h"

#include <Qsci/qsciscintilla.h>

#include <QVBoxLayout>

namespace es::ui {

namespace {

// Scintilla's T-SQL lexer and its styles; QScintilla has no class for it.
constexpr int kLexerMssql = 55;
constexpr int kStyleComment = 1, kStyleLineComment = 2, kStyleNumber = 3, kStyleString = 4, kStyleVariable = 7, kStyleStatement = 9,
              kStyleType = 10, kStyleGlobalVariable = 12, kStyleFunction = 13;
constexpr int kErrorIndicator = 10;

constexpr char kStatements[] =
    "add algorithm all alter and any as asc authorization begin between by cascade case catch check collate column commit constraint "
    "continue create cross cube current cursor database deallocate declare default delete deny desc distinct drop else encrypted end "
    "escape except exec execute exists external fetch for foreign from full function go grant group having identity if in index inner "
    "insert intersect into is isolation join key left level like master merge next nocheck not null of off offset on only open option or "
    "order outer output over partition path percent primary print proc procedure provider randomized deterministic raiserror read "
    "references return revert revoke right rollback row rows save schema scoped select serializable set signature some statistics store "
    "table then throw to top tran transaction trigger truncate try type union unique update use user value values view waitfor when where "
    "while with xact_abort";
constexpr char kTypes[] = "bigint int smallint tinyint bit decimal numeric money smallmoney float real date time datetime datetime2 "
                          "datetimeoffset smalldatetime char varchar nchar nvarchar text ntext binary varbinary image uniqueidentifier "
                          "xml sql_variant sysname max";
constexpr char kFunctions[] = "abs avg cast coalesce concat convert count datalength dateadd datediff datename datepart day db_id db_name "
                              "getdate iif isnull left len lower ltrim max min month newid nullif object_id object_name replace replicate "
                              "reverse right round rtrim serverproperty space str stuff substring sum suser_sname sysdatetime try_cast "
                              "try_convert upper year";

}  // namespace

SqlEditor::SqlEditor(QWidget* parent)
    : QWidget(parent)
    , m_view(new QsciScintilla(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
    setFocusProxy(m_view);
    m_view->setObjectName(QStringLiteral("sqlEditor"));
    m_view->setAccessibleName(tr("SQL text"));
    m_view->setUtf8(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setTabWidth(4);
    m_view->setIndentationsUseTabs(false);
    m_view->setAutoIndent(true);
    m_view->setBraceMatching(QsciScintilla::SloppyBraceMatch);
    m_view->setCaretLineVisible(true);
    m_view->setMarginType(0, QsciScintilla::NumberMargin);
    m_view->setMarginWidth(1, 0);
    m_view->SendScintilla(QsciScintillaBase::SCI_SETMARGINLEFT, 0UL, 8L); // air between line numbers and text
    m_view->setExtraAscent(2);
    m_view->setExtraDescent(2);
    m_view->setEolMode(QsciScintilla::EolUnix);
    m_view->SendScintilla(QsciScintillaBase::SCI_SETSCROLLWIDTH, 1);
    m_view->SendScintilla(QsciScintillaBase::SCI_SETSCROLLWIDTHTRACKING, 1);
    m_view->SendScintilla(QsciScintillaBase::SCI_SETLEXER, kLexerMssql);
    m_view->SendScintilla(QsciScintillaBase::SCI_SETKEYWORDS, 0UL, kStatements);
    m_view->SendScintilla(QsciScintillaBase::SCI_SETKEYWORDS, 1UL, kTypes);
    m_view->SendScintilla(QsciScintillaBase::SCI_SETKEYWORDS, 4UL, kFunctions);
    m_view->indicatorDefine(QsciScintilla::SquiggleIndicator, kErrorIndicator);
    connect(m_view, &QsciScintilla::linesChanged, this, &SqlEditor::adjustLineMargin);
    connect(m_view, &QsciScintilla::textChanged, this, &SqlEditor::textEdited);
    connect(m_view, &QsciScintilla::modificationChanged, this, &SqlEditor::modificationChanged);
    connect(m_view, &QsciScintilla::cursorPositionChanged, this, &SqlEditor::caretMoved);
    connect(&Theme::instance(), &Theme::changed, this, &SqlEditor::applyTheme);
    applyTheme();
}

void SqlEditor::applyTheme()
{
    using Base = QsciScintillaBase;
    const Theme& theme = Theme::instance();
    const QFont font = Theme::dataFont(13);
    const auto rgb = [&](const char* token) {
        const QColor c = theme.colour(token);
        return static_cast<long>(c.red() | c.green() << 8 | c.blue() << 16);
    };
    const auto standard = static_cast<unsigned long>(Base::STYLE_DEFAULT);
    m_view->SendScintilla(Base::SCI_STYLESETFONT, standard, font.family().toUtf8().constData());
    m_view->SendScintilla(Base::SCI_STYLESETSIZEFRACTIONAL, standard, static_cast<long>(13 * 72 * 100 / 96));
    m_view->SendScintilla(Base::SCI_STYLESETFORE, standard, rgb("text"));
    m_view->SendScintilla(Base::SCI_STYLESETBACK, standard, rgb("surface"));
    m_view->SendScintilla(Base::SCI_STYLECLEARALL);
    const std::pair<int, const char*> styles[] = {
        {kStyleComment, "synComment"},       {kStyleLineComment, "synComment"}, {kStyleNumber, "synNumber"},
        {kStyleString, "synString"},         {kStyleVariable, "synVar"},        {kStyleGlobalVariable, "synVar"},
        {kStyleStatement, "synKeyword"},     {kStyleType, "synType"},           {kStyleFunction, "synFunc"},
    };
    for (const auto& [style, token] : styles)
        m_view->SendScintilla(Base::SCI_STYLESETFORE, static_cast<unsigned long>(style), rgb(token));
    m_view->setMarginsBackgroundColor(theme.colour("surface"));
    m_view->setMarginsForegroundColor(theme.colour("text3"));
    QFont marginFont = font;
    marginFont.setPointSizeF(13 * 72.0 / 96.0);  // QScintilla asks a font for points; one set in pixels has none
    m_view->setMarginsFont(marginFont);
    m_view->setCaretForegroundColor(theme.colour("text"));
    m_view->setCaretLineBackgroundColor(theme.colour("caretLine"));
    m_view->setSelectionBackgroundColor(theme.colour("wordSel"));
    m_view->resetSelectionForegroundColor();
    m_view->setMatchedBraceBackgroundColor(theme.colour("wordSel"));
    m_view->setMatchedBraceForegroundColor(theme.colour("text"));
    m_view->setIndicatorForegroundColor(theme.colour("err"), kErrorIndicator);
    adjustLineMargin();
}

void SqlEditor::adjustLineMargin()
{
    const int digits = std::max<int>(3, static_cast<int>(QString::number(m_view->lines()).size()));
    m_view->setMarginWidth(0, QString(digits + 2, QLatin1Char('8')));
}

QString SqlEditor::text() const
{
    return m_view->text();
}

void SqlEditor::setText(const QString& text)
{
    m_view->setText(text);
    m_view->setModified(false);
}

bool SqlEditor::isModified() const
{
    return m_view->isModified();
}

void SqlEditor::setModified(bool modified)
{
    if (!modified) {
        m_view->setModified(false);
        return;
    }
    // Scintilla knows only "at the save point" or not: an edit that changes nothing leaves it.
    if (m_view->isModified()) return;
    m_view->insertAt(QStringLiteral(" "), 0, 0);
    m_view->SendScintilla(QsciScintillaBase::SCI_DELETERANGE, 0UL, 1L);
}

void SqlEditor::setCaret(int line, int column)
{
    m_view->setCursorPosition(std::max(line, 1) - 1, std::max(column, 1) - 1);
}

void SqlEditor::edit(Edit command)
{
    switch (command) {
    case Edit::kUndo: m_view->undo(); return;
    case Edit::kRedo: m_view->redo(); return;
    case Edit::kCut: m_view->cut(); return;
    case Edit::kCopy: m_view->copy(); return;
    case Edit::kPaste: m_view->paste(); return;
    case Edit::kSelectAll: m_view->selectAll(); return;
    }
}

QString SqlEditor::libraryVersion()
{
    return QStringLiteral(QSCINTILLA_VERSION_STR);
}

int SqlEditor::caretLine() const
{
    int line = 0, column = 0;
    m_view->getCursorPosition(&line, &column);
    return line + 1;
}

int SqlEditor::caretColumn() const
{
    int line = 0, column = 0;
    m_view->getCursorPosition(&line, &column);
    return column + 1;
}

SqlEditor::Piece SqlEditor::pieceToRun() const
{
    // hasSelectedText() follows notifications and still says yes after a selection was typed over; this asks the text itself.
    if (m_view->SendScintilla(QsciScintillaBase::SCI_GETSELECTIONEMPTY) != 0)
        return {m_view->text(), 1};
    int lineFrom = 0, indexFrom = 0, lineTo = 0, indexTo = 0;
    m_view->getSelection(&lineFrom, &indexFrom, &lineTo, &indexTo);
    return {m_view->selectedText(), lineFrom + 1};
}

void SqlEditor::markLine(int line)
{
    if (line < 1 || line > m_view->lines())
        return;
    const QString content = m_view->text(line - 1);
    int start = 0;
    while (start < content.size() && content.at(start).isSpace())
        ++start;
    int end = static_cast<int>(content.size());
    while (end > start && content.at(end - 1).isSpace())
        --end;
    m_view->fillIndicatorRange(line - 1, start, line - 1, end, kErrorIndicator);
}

void SqlEditor::clearMarks()
{
    m_view->clearIndicatorRange(0, 0, m_view->lines(), 0, kErrorIndicator);
}

}  // namespace es::ui
