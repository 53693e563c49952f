#include "ui/shell/InspectorDock.h"

#include "ui/query/QueryWindow.h"
#include "ui/widgets/ErrorWords.h"

#include <QMainWindow>

namespace es::ui {

namespace {

constexpr int kStartWidth = 500;
constexpr int kLeastWidth = 420;
constexpr int kMostWidth = 720;
constexpr int kStartHeight = 320;
constexpr int kNarrowWindow = 1150; // explorer, editor and inspector do not fit beside each other below that
constexpr QSize kOwnWindow(520, 820);

} // namespace

InspectorDock::InspectorDock(QMainWindow& window)
    : QDockWidget(tr("Attestation"), &window)
    , m_window(window)
{
    setObjectName(QStringLiteral("inspectorDockWidget"));
    setAllowedAreas(Qt::RightDockWidgetArea | Qt::BottomDockWidgetArea);
    setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
    setTitleBarWidget(new QWidget(this)); // the inspector has a head of its own
    // Until somebody looks. Beside the empty title bar, which Qt takes for -1 high, nothing would be less than no size.
    auto* placeholder = new QWidget(this);
    placeholder->setMinimumSize(1, 1);
    setWidget(placeholder);
    window.addDockWidget(Qt::RightDockWidgetArea, this);
    window.resizeDocks({this}, {kStartWidth}, Qt::Horizontal);
    hide();
    connect(this, &QDockWidget::dockLocationChanged, this, &InspectorDock::fit);
    connect(this, &QDockWidget::topLevelChanged, this, &InspectorDock::fit);
}

void InspectorDock::build()
{
    if (m_inspector) return;
    m_inspector = new AttestationInspector(this);
    m_inspector->setMinimumWidth(kLeastWidth);
    QWidget* const placeholder = widget();
    setWidget(m_inspector);
    placeholder->deleteLater();
    fit();
    connect(m_inspector, &AttestationInspector::placeRequested, this, &InspectorDock::place);
    connect(m_inspector, &AttestationInspector::closeRequested, this, [this] {
        hide();
        Q_EMIT left();
    });
    connect(m_inspector, &AttestationInspector::attestRequested, this, [this] {
        if (m_query) m_query->attestAgain();
    });
    connect(m_inspector, &AttestationInspector::policyRequested, this, [this] {
        if (m_query) Q_EMIT settingsRequested(m_query);
    });
    refresh();
}

void InspectorDock::showEvent(QShowEvent* event)
{
    build();
    QDockWidget::showEvent(event);
}

void InspectorDock::follow(QueryWindow* query)
{
    if (query == m_query && query != nullptr) return refresh();
    if (m_query) m_query->disconnect(this);
    m_query = query;
    if (m_inspector) m_inspector->followNothing(); // what was found of another window is no answer here
    if (!query) return;
    connect(query, &QueryWindow::trustChanged, this, &InspectorDock::refresh);
    connect(query, &QueryWindow::attestationEnded, this,
        [this](const std::shared_ptr<const attestation::AttestationReport>& report, const std::optional<base::Error>& error) {
            if (!m_inspector) return;
            m_inspector->showTested(report);
            if (report || !error) return;
            refresh();
            const ErrorWords words = wordsFor(*error);
            m_inspector->showProblem(tr("Not attested"), QStringList{words.title, words.text}.join(QLatin1Char(' ')).trimmed());
        });
    refresh();
}

void InspectorDock::refresh()
{
    if (!m_inspector) return;
    if (!m_query) return m_inspector->followNothing();
    if (!m_query->attesting().isEmpty())
        m_inspector->showAttesting(m_query->attesting());
    else
        m_inspector->follow(m_query->hostState(), m_query->facts());
}

void InspectorDock::open()
{
    const bool first = m_inspector == nullptr;
    build();
    if (isHidden() && !isFloating() && m_window.width() < kNarrowWindow && m_window.dockWidgetArea(this) == Qt::RightDockWidgetArea)
        place(AttestationInspector::Place::kBottom);
    else if (first && isHidden() && !isFloating() && width() < kLeastWidth)
        m_window.resizeDocks({this}, {kStartWidth}, Qt::Horizontal);
    show();
    raise();
    if (isFloating()) activateWindow();
    m_inspector->enter();
}

void InspectorDock::toggle()
{
    const QWidget* focused = isFloating() ? focusWidget() : m_window.focusWidget();
    if (isVisible() && focused && isAncestorOf(focused)) {
        hide();
        Q_EMIT left();
    } else {
        open();
    }
}

void InspectorDock::place(AttestationInspector::Place place)
{
    switch (place) {
    case AttestationInspector::Place::kWindow:
        setFloating(true);
        resize(kOwnWindow);
        break;
    case AttestationInspector::Place::kRight:
    case AttestationInspector::Place::kBottom: {
        const bool right = place == AttestationInspector::Place::kRight;
        setFloating(false);
        m_window.addDockWidget(right ? Qt::RightDockWidgetArea : Qt::BottomDockWidgetArea, this);
        fit();
        m_window.resizeDocks({this}, {right ? kStartWidth : kStartHeight}, right ? Qt::Horizontal : Qt::Vertical);
        break;
    }
    }
}

// At the right it must leave room for the editor; elsewhere it takes what there is. On its own it needs a frame to be moved by.
void InspectorDock::fit()
{
    const bool right = !isFloating() && m_window.dockWidgetArea(this) == Qt::RightDockWidgetArea;
    if (m_inspector) m_inspector->setMaximumWidth(right ? kMostWidth : QWIDGETSIZE_MAX);
    if (isFloating() && titleBarWidget()) {
        QWidget* none = titleBarWidget();
        setTitleBarWidget(nullptr);
        none->deleteLater();
    } else if (!isFloating() && !titleBarWidget()) {
        setTitleBarWidget(new QWidget(this));
    }
}

} // namespace es::ui
