#include "wizards/encrypt/SelectionPage.h"

#include "ui/widgets/ClearAction.h"
#include "ui/widgets/Banner.h"
#include "ui/widgets/Theme.h"
#include "wizards/encrypt/ColumnDelegate.h"
#include "wizards/encrypt/EncryptWords.h"
#include "wizards/plan/Planner.h"

#include <QComboBox>
#include <QEvent>
#include <QFrame>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QSortFilterProxyModel>
#include <QTimer>
#include <QTreeView>

namespace es::wizards {

using catalog::EncryptionType;

namespace {

constexpr int kNarrow = 760; // below, the bulk row breaks in two and the last column goes into the tooltip
constexpr int kExpandAllUpTo = 12; // tables
constexpr int kCardIconSize = 18;

} // namespace

SelectionPage::SelectionPage(const QStringList& columns, bool decrypt, QWidget* parent)
    : WizardPage(tr("Column Selection"), parent)
    , m_columns(columns)
    , m_decrypt(decrypt)
    , m_model(new ColumnTreeModel(this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_delegate(new ColumnDelegate(this))
    , m_banner(new ui::Banner(this))
{
    setObjectName(QStringLiteral("selectionPage"));
    m_proxy->setSourceModel(m_model);
    m_proxy->setRecursiveFilteringEnabled(true);
    m_proxy->setAutoAcceptChildRows(true);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    buildTools();
    buildTree();
    buildCard();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_banner);
    layout->addLayout(m_tools);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_card);
    connect(m_model, &ColumnTreeModel::choicesChanged, this, &SelectionPage::choicesChanged);
    connect(m_banner, &ui::Banner::fixRequested, this, [this] {
        m_banner->hide();
        Q_EMIT fixRequested();
    });
    connect(&ui::Theme::instance(), &ui::Theme::changed, this, &SelectionPage::showCard);
    setReady(false);
    setSentence(tr("Choose what each column becomes. Nothing is changed before the last page."));
}

void SelectionPage::buildTools()
{
    m_find = new QLineEdit(this);
    m_find->setObjectName(QStringLiteral("findColumnsLineEdit"));
    m_find->setPlaceholderText(tr("Find columns"));
    m_find->setAccessibleName(tr("Find columns"));
    ui::addClearAction(m_find);
    m_find->setMinimumWidth(140);
    m_find->setMaximumWidth(260);
    m_bulkType = new QComboBox(this);
    m_bulkType->setObjectName(QStringLiteral("bulkTypeComboBox"));
    m_bulkType->setAccessibleName(tr("Encryption type of the selected columns"));
    for (const auto type : {EncryptionType::kPlaintext, EncryptionType::kDeterministic, EncryptionType::kRandomized})
        m_bulkType->addItem(typeWord(type), static_cast<int>(type));
    m_bulkType->setCurrentIndex(m_decrypt ? 0 : 2);
    m_bulkKey = new QComboBox(this);
    m_bulkKey->setObjectName(QStringLiteral("bulkKeyComboBox"));
    m_bulkKey->setAccessibleName(tr("Encryption key of the selected columns"));
    m_bulkKey->setAccessibleDescription(m_bulkKey->accessibleName()); // on this platform Qt gives a combo box its value as its name
    m_bulkKey->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_bulkKey->setMinimumWidth(170);
    m_apply = new QPushButton(tr("&Apply"), this);
    m_apply->setObjectName(QStringLiteral("applyPushButton"));
    m_apply->setAutoDefault(false);
    m_apply->setToolTip(tr("Give the rows that are selected in the table this type and key"));
    auto* selected = new QLabel(tr("&Selected:"), this);
    selected->setBuddy(m_bulkType);
    auto* bulk = new QHBoxLayout;
    bulk->setSpacing(8);
    bulk->addWidget(selected);
    bulk->addWidget(m_bulkType);
    bulk->addWidget(m_bulkKey, 1);
    bulk->addWidget(m_apply);
    m_tools = new QBoxLayout(QBoxLayout::LeftToRight);
    m_tools->setSpacing(8);
    m_tools->addWidget(m_find, 1);
    m_tools->addLayout(bulk, 2);
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_proxy->setFilterFixedString(text.trimmed());
        if (!text.trimmed().isEmpty()) m_tree->expandAll();
    });
    connect(m_bulkType, &QComboBox::currentIndexChanged, this, [this] { setReady(m_ready); });
    connect(m_apply, &QPushButton::clicked, this, &SelectionPage::applyToSelected);
}

void SelectionPage::buildTree()
{
    m_tree = new QTreeView(this);
    m_tree->setObjectName(QStringLiteral("columnsTreeView"));
    m_tree->setAccessibleName(tr("Columns"));
    m_tree->setProperty("box", QStringLiteral("yes"));
    m_tree->setModel(m_proxy);
    m_tree->setItemDelegate(m_delegate);
    m_tree->setUniformRowHeights(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_tree->setTabKeyNavigation(false);
    m_tree->setMinimumHeight(160);
    m_tree->header()->setMinimumHeight(28);
    m_tree->header()->setStretchLastSection(true);
    m_tree->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_tree->viewport()->installEventFilter(this);
    connect(m_tree, &QTreeView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() != ColumnTreeModel::kName && index.flags().testFlag(Qt::ItemIsEditable)) m_tree->edit(index);
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &SelectionPage::showCard);
    connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { setReady(m_ready); });
}

void SelectionPage::buildCard()
{
    m_card = new QFrame(this);
    m_card->setObjectName(QStringLiteral("consequenceFrame"));
    m_card->setProperty("role", QStringLiteral("card"));
    m_cardIcon = new QLabel(m_card);
    m_cardTitle = new QLabel(m_card);
    m_cardTitle->setObjectName(QStringLiteral("consequenceTitleLabel"));
    m_cardTitle->setProperty("role", QStringLiteral("h3"));
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_cardIcon);
    head->addWidget(m_cardTitle, 1);
    m_cardLines = new QGridLayout;
    m_cardLines->setHorizontalSpacing(8);
    m_cardLines->setVerticalSpacing(2);
    m_cardLines->setColumnStretch(1, 1);
    auto* layout = new QVBoxLayout(m_card);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addLayout(m_cardLines);
    m_card->setMinimumHeight(104);
}

QModelIndex SelectionPage::sourceOf(const QModelIndex& index) const
{
    return m_proxy->mapToSource(index.siblingAtColumn(0));
}

void SelectionPage::setSnapshot(const std::shared_ptr<const catalog::CatalogSnapshot>& snapshot)
{
    m_model->setSnapshot(snapshot);
    const QStringList keys = m_model->usableKeys();
    const QString key = keys.value(0);
    m_delegate->setKeys(keys);
    m_model->setDefaults(EncryptionType::kRandomized, key);
    m_model->fillMissingKeys(key);
    m_bulkKey->clear();
    for (const QString& name : keys)
        m_bulkKey->addItem(tr("%1 (enclave-enabled)").arg(name), name);
    if (keys.isEmpty()) m_bulkKey->addItem(tr("No usable key yet"), QString());
    m_banner->hide();
    setReady(true);
    if (m_columns.isEmpty() && m_model->rowCount() <= kExpandAllUpTo) m_tree->expandAll();
    if (std::exchange(m_first, false)) preselect();
    choicesChanged();
}

// "[schema].[table].[column]" is chosen; "[schema].[table]" is opened, since nobody asked for all of its columns to change.
void SelectionPage::preselect()
{
    static constexpr std::string_view kNoSchema = "\x01";
    QStringList refused;
    QModelIndex first;
    for (const QString& text : m_columns) {
        const auto name = parseColumnName(text.toStdString(), kNoSchema);
        if (!name) continue;
        const bool wholeTable = name->schema == kNoSchema;
        const QModelIndex index
            = wholeTable ? m_model->indexOf(name->table, name->column) : m_model->indexOf(name->schema, name->table, name->column);
        if (!index.isValid()) continue;
        const QModelIndex table = wholeTable ? index : index.parent();
        m_tree->expand(m_proxy->mapFromSource(table));
        if (!first.isValid()) first = index;
        if (wholeTable) continue;
        const bool encrypted = m_model->columnAt(index)->encryption != EncryptionType::kPlaintext;
        if (m_decrypt && !encrypted)
            refused.append(tr("%1 is not encrypted").arg(text));
        else if (m_decrypt || !encrypted) {
            if (!m_model->choose(name->schema, name->table, name->column))
                refused.append(tr("%1: %2").arg(text, index.siblingAtColumn(ColumnTreeModel::kPossible).data().toString()));
        }
    }
    if (!first.isValid() && m_model->rowCount() > 0) first = m_model->index(0, 0);
    if (first.isValid()) {
        const QModelIndex shown = m_proxy->mapFromSource(first);
        m_tree->setCurrentIndex(shown);
        // Once the tree is laid out at its size.
        QTimer::singleShot(0, m_tree, [this] { m_tree->scrollTo(m_tree->currentIndex(), QAbstractItemView::PositionAtCenter); });
    }
    if (!refused.isEmpty()) m_banner->showMessage(ui::Banner::Kind::kInformation, tr("Not chosen: %1").arg(refused.join(tr("; "))), {});
}

bool SelectionPage::needsKey() const
{
    if (!m_model->usableKeys().isEmpty()) return false;
    const auto chosen = m_model->choices();
    return std::any_of(
        chosen.begin(), chosen.end(), [](const ColumnChoice& choice) { return choice.target != EncryptionType::kPlaintext; });
}

void SelectionPage::showProblem(const QString& title, const QString& text, const QString& fix)
{
    setReady(false);
    setNote({});
    m_banner->showMessage(ui::Banner::Kind::kError, title, text, fix);
}

void SelectionPage::showBusy(const QString& words)
{
    m_banner->hide();
    setReady(false);
    setNote(words);
}

void SelectionPage::setReady(bool ready)
{
    m_ready = ready;
    for (QWidget* widget : {static_cast<QWidget*>(m_find), static_cast<QWidget*>(m_bulkType), static_cast<QWidget*>(m_tree)})
        widget->setEnabled(ready);
    const bool encrypts = m_bulkType->currentData().toInt() != static_cast<int>(EncryptionType::kPlaintext);
    m_bulkKey->setEnabled(ready && encrypts && !m_bulkKey->currentData().toString().isEmpty());
    m_apply->setEnabled(ready && m_tree->selectionModel()->hasSelection());
    m_card->setVisible(ready);
}

bool SelectionPage::isComplete() const
{
    return m_ready && m_model->chosenCount() > 0;
}

QWidget* SelectionPage::firstFocus() const
{
    return m_tree->isEnabled() ? m_tree : nullptr;
}

void SelectionPage::applyToSelected()
{
    const auto target = static_cast<EncryptionType>(m_bulkType->currentData().toInt());
    const QString key = m_bulkKey->currentData().toString();
    QList<QPersistentModelIndex> chosen;
    for (const QModelIndex& shown : m_tree->selectionModel()->selectedRows()) {
        const QModelIndex index = sourceOf(shown);
        if (m_model->columnAt(index)) chosen.append(index);
        for (int row = 0; row < m_model->rowCount(index); ++row)
            chosen.append(m_model->index(row, 0, index));
    }
    for (const QPersistentModelIndex& index : chosen)
        m_model->apply(index, target, key);
}

void SelectionPage::choicesChanged()
{
    if (!m_ready) return;
    QSet<QString> tables;
    const auto chosen = m_model->choices();
    for (const ColumnChoice& choice : chosen)
        tables.insert(QString::fromStdString(choice.schema + "." + choice.table));
    const int count = static_cast<int>(chosen.size());
    setNote(count == 0           ? tr("No column chosen yet")
            : tables.size() == 1 ? tr("%1 in 1 table").arg(wizards::columnCount(count))
                                 : tr("%1 in %2 tables").arg(wizards::columnCount(count)).arg(tables.size()));
    showCard();
}

void SelectionPage::showCard()
{
    while (QLayoutItem* item = m_cardLines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const QModelIndex index = sourceOf(m_tree->currentIndex());
    const catalog::Column* column = m_model->columnAt(index);
    const catalog::Table* table = m_model->tableAt(index);
    const ui::Theme& theme = ui::Theme::instance();
    const auto line = [&](const char* icon, const char* token, const QString& text) {
        const int row = m_cardLines->rowCount();
        auto* mark = new QLabel(m_card);
        mark->setPixmap(theme.icon(icon, token).pixmap(14, 14));
        auto* words = new QLabel(text, m_card);
        words->setObjectName(QStringLiteral("consequenceLabel"));
        words->setProperty("role", QStringLiteral("small"));
        words->setWordWrap(true);
        m_cardLines->addWidget(mark, row, 0, Qt::AlignTop);
        m_cardLines->addWidget(words, row, 1);
    };
    if (!column) {
        m_cardIcon->setPixmap(theme.icon("info").pixmap(kCardIconSize, kCardIconSize));
        m_cardTitle->setText(tr("Check the columns that shall change"));
        line("info", "text2",
            tr("Then choose type and key, in the row or for all selected rows at once. What the choice allows afterwards, and what it "
               "leaks, stands here."));
        return;
    }
    const QString name = QString::fromStdString(table->schema + "." + table->name + "." + column->name);
    const EncryptionType target = m_model->targetAt(index);
    const bool stays = target == column->encryption;
    m_cardIcon->setPixmap(
        theme.icon(typeIcon(target, target == EncryptionType::kRandomized), target == EncryptionType::kPlaintext ? "text2" : "cipher")
            .pixmap(kCardIconSize, kCardIconSize));
    m_cardTitle->setText(stays ? tr("%1 stays %2").arg(name, typeWord(target)) : tr("%1 becomes %2").arg(name, typeWord(target)));
    if (stays && target == EncryptionType::kPlaintext) {
        line("info", "text2", tr("Check it to see what its encryption would allow and leak."));
        return;
    }
    for (const Consequence& consequence : consequencesOf(*column, target))
        line(consequence.icon, consequence.token, consequence.text);
}

void SelectionPage::resizeEvent(QResizeEvent* event)
{
    WizardPage::resizeEvent(event);
    const bool narrow = width() < kNarrow;
    m_tools->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_find->setMaximumWidth(narrow ? QWIDGETSIZE_MAX : 260);
    m_tree->setColumnHidden(ColumnTreeModel::kPossible, narrow);
    fitColumns();
}

bool SelectionPage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize) fitColumns();
    return WizardPage::eventFilter(watched, event);
}

void SelectionPage::fitColumns()
{
    const bool narrow = m_tree->isColumnHidden(ColumnTreeModel::kPossible);
    const int usable = m_tree->viewport()->width();
    const int parts[] = {narrow ? 27 : 30, narrow ? 23 : 17, narrow ? 21 : 17, narrow ? 29 : 22};
    int column = 0;
    for (const int part : parts)
        m_tree->setColumnWidth(column++, usable * part / 100);
}

} // namespace es::wizards
