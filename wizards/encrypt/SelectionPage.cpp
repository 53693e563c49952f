#include "wizards/encrypt/SelectionPage.h"

#include "wizards/encrypt/ColumnDelegate.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

namespace es::wizards {

using catalog::EncryptionType;

SelectionPage::SelectionPage(const QStringList& preselected, bool decrypt, QWidget* parent)
    : WizardPage(tr("Column Selection"), tr("Choose what each column becomes. Nothing is changed before the last page."), parent)
    , m_preselected(preselected)
    , m_decrypt(decrypt)
    , m_model(new ColumnTreeModel(this))
    , m_filtered(new QSortFilterProxyModel(this))
    , m_find(new QLineEdit(this))
    , m_type(new QComboBox(this))
    , m_key(new QComboBox(this))
    , m_apply(new QPushButton(tr("&Apply"), this))
    , m_tree(new QTreeView(this))
    , m_waiting(new QLabel(this))
    , m_keyHint(new QFrame(this))
    , m_keyHintText(new QLabel(m_keyHint))
    , m_newMaster(new QPushButton(tr("New Column &Master Key…"), m_keyHint))
    , m_newKey(new QPushButton(tr("New Column &Encryption Key…"), m_keyHint))
    , m_cardTitle(new QLabel(this))
    , m_cardText(new QLabel(this))
{
    m_filtered->setSourceModel(m_model);
    m_filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filtered->setRecursiveFilteringEnabled(true);
    m_filtered->setAutoAcceptChildRows(true); // a table that is found shows all its columns
    m_tree->setObjectName(QStringLiteral("columnsTreeView"));
    m_tree->setAccessibleName(tr("Columns"));
    m_tree->setProperty("box", QStringLiteral("yes"));
    m_tree->setModel(m_filtered);
    m_tree->setItemDelegate(new ColumnDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setEditTriggers(QAbstractItemView::SelectedClicked | QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_tree->setTabKeyNavigation(false);
    m_tree->header()->setStretchLastSection(true);
    m_tree->header()->setSectionsMovable(false);
    for (const auto& [section, width] : {std::pair{0, 230}, std::pair{1, 100}, std::pair{2, 136}, std::pair{3, 200}})
        m_tree->setColumnWidth(section, width);
    m_waiting->setObjectName(QStringLiteral("waitingLabel"));
    m_waiting->setProperty("role", QStringLiteral("faint"));
    m_waiting->setAlignment(Qt::AlignCenter);

    auto* card = new QFrame(this);
    card->setProperty("role", QStringLiteral("card"));
    m_cardTitle->setObjectName(QStringLiteral("choiceTitleLabel"));
    m_cardTitle->setProperty("role", QStringLiteral("h3"));
    m_cardText->setObjectName(QStringLiteral("choiceTextLabel"));
    m_cardText->setProperty("role", QStringLiteral("small"));
    m_cardText->setWordWrap(true);
    auto* cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(14, 10, 14, 10);
    cardLayout->addWidget(m_cardTitle);
    cardLayout->addWidget(m_cardText);
    card->setMinimumHeight(84);

    m_keyHint->setProperty("banner", QStringLiteral("warning"));
    m_keyHint->setObjectName(QStringLiteral("noKeyFrame"));
    m_keyHintText->setObjectName(QStringLiteral("noKeyLabel"));
    m_keyHintText->setWordWrap(true);
    for (const auto& [button, name] : {std::pair{m_newMaster, "newMasterKeyPushButton"}, std::pair{m_newKey, "newEncryptionKeyPushButton"}}) {
        button->setObjectName(QString::fromLatin1(name));
        button->setProperty("kind", QStringLiteral("fix"));
        button->setAutoDefault(false);
    }
    auto* hintLayout = new QHBoxLayout(m_keyHint);
    hintLayout->setContentsMargins(12, 8, 12, 8);
    hintLayout->addWidget(m_keyHintText, 1);
    hintLayout->addWidget(m_newMaster);
    hintLayout->addWidget(m_newKey);
    m_keyHint->hide();

    auto* tools = new QHBoxLayout;
    tools->setSpacing(8);
    auto* selected = new QLabel(tr("Selec&ted:"), this);
    selected->setProperty("role", QStringLiteral("sub"));
    selected->setBuddy(m_type);
    auto* with = new QLabel(tr("&key:"), this);
    with->setProperty("role", QStringLiteral("sub"));
    with->setBuddy(m_key);
    tools->addWidget(m_find, 1);
    tools->addWidget(selected);
    tools->addWidget(m_type);
    tools->addWidget(with);
    tools->addWidget(m_key);
    tools->addWidget(m_apply);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_keyHint);
    layout->addLayout(tools);
    layout->addWidget(m_waiting, 1);
    layout->addWidget(m_tree, 1);
    layout->addWidget(card);
    buildTools();
    setWaiting(tr("Reading the catalog…"));
    explainCurrent();
}

void SelectionPage::buildTools()
{
    m_find->setObjectName(QStringLiteral("findLineEdit"));
    m_find->setAccessibleName(tr("Find columns"));
    m_find->setPlaceholderText(tr("Find columns"));
    m_find->setClearButtonEnabled(true);
    m_type->setObjectName(QStringLiteral("typeComboBox"));
    m_type->setAccessibleName(tr("Encryption type of the selected columns"));
    m_type->setAccessibleDescription(m_type->accessibleName()); // on this platform Qt gives a combo box its value as its name
    m_type->addItem(tr("Randomized"), static_cast<int>(EncryptionType::kRandomized));
    m_type->addItem(tr("Deterministic"), static_cast<int>(EncryptionType::kDeterministic));
    m_type->addItem(tr("Plaintext"), static_cast<int>(EncryptionType::kPlaintext));
    if (m_decrypt) m_type->setCurrentIndex(2);
    m_key->setObjectName(QStringLiteral("keyComboBox"));
    m_key->setAccessibleName(tr("Encryption key of the selected columns"));
    m_key->setAccessibleDescription(m_key->accessibleName());
    m_key->setMinimumWidth(210);
    m_apply->setObjectName(QStringLiteral("applyPushButton"));
    m_apply->setAutoDefault(false);
    m_apply->setToolTip(tr("Give all selected columns this type and key"));
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filtered->setFilterFixedString(text);
        if (!text.isEmpty()) m_tree->expandAll();
    });
    connect(m_apply, &QPushButton::clicked, this, &SelectionPage::applyToSelected);
    connect(m_newMaster, &QPushButton::clicked, this, &SelectionPage::newMasterKeyRequested);
    connect(m_newKey, &QPushButton::clicked, this, &SelectionPage::newEncryptionKeyRequested);
    connect(m_model, &ColumnTreeModel::choicesChanged, this, [this] {
        explainCurrent();
        Q_EMIT changed();
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &SelectionPage::explainCurrent);
}

void SelectionPage::setWaiting(const QString& text)
{
    m_waiting->setText(text);
    m_waiting->setVisible(!text.isEmpty());
    m_tree->setVisible(text.isEmpty());
    for (QWidget* tool : {static_cast<QWidget*>(m_find), static_cast<QWidget*>(m_type), static_cast<QWidget*>(m_key), static_cast<QWidget*>(m_apply)})
        tool->setEnabled(text.isEmpty());
    Q_EMIT changed();
}

void SelectionPage::setSnapshot(std::shared_ptr<const catalog::CatalogSnapshot> snapshot)
{
    m_hasMasterKey = false;
    for (const catalog::ColumnMasterKey& key : snapshot->masterKeys)
        m_hasMasterKey = m_hasMasterKey || key.allowEnclaveComputations;
    m_model->setSnapshot(std::move(snapshot));
    m_key->clear();
    for (const QString& key : m_model->keys())
        m_key->addItem(ColumnTreeModel::keyText(key), key);
    setWaiting({});
    if (std::exchange(m_first, false)) {
        const QModelIndex found = m_model->preselect(m_preselected, m_decrypt ? EncryptionType::kPlaintext : EncryptionType::kRandomized);
        const QModelIndex shown = m_filtered->mapFromSource(found.isValid() ? found : m_model->index(0, 0));
        m_tree->expand(shown.parent().isValid() ? shown.parent() : shown);
        m_tree->setCurrentIndex(shown);
        m_tree->scrollTo(shown, QAbstractItemView::PositionAtCenter);
        if (!found.isValid() && m_model->rowCount() < 12) m_tree->expandAll();
    } else {
        m_tree->expandAll();
    }
    showKeyHint();
    explainCurrent();
    Q_EMIT changed();
}

void SelectionPage::showKeyHint()
{
    const bool needed = !m_decrypt && m_model->keys().isEmpty();
    m_keyHint->setVisible(needed);
    m_newMaster->setVisible(!m_hasMasterKey);
    m_newKey->setVisible(m_hasMasterKey);
    m_keyHintText->setText(m_hasMasterKey
            ? tr("This database has no column encryption key that the enclave may use. Make one first; then columns can be chosen.")
            : tr("This database has no column master key that allows enclave computations. Make one first, then a column encryption key."));
}

QModelIndexList SelectionPage::selectedColumns() const
{
    QModelIndexList out;
    for (const QModelIndex& row : m_tree->selectionModel()->selectedRows())
        if (row.parent().isValid()) out << m_filtered->mapToSource(row);
    return out;
}

void SelectionPage::applyToSelected()
{
    const auto target = static_cast<EncryptionType>(m_type->currentData().toInt());
    for (const QModelIndex& column : selectedColumns()) {
        m_model->setTarget(column, target);
        if (target != EncryptionType::kPlaintext) m_model->setKey(column, m_key->currentData().toString());
    }
}

void SelectionPage::explainCurrent()
{
    const QModelIndex row = m_tree->currentIndex().siblingAtColumn(0);
    const QString obstacle = row.data(ColumnTreeModel::kObstacleRole).toString();
    if (!row.parent().isValid()) {
        m_cardTitle->setText(tr("Choose a column"));
        m_cardText->setText(tr("What it allows afterwards, and what it shows to whoever sees only the stored form, is said here."));
        return;
    }
    const QString name = row.parent().data().toString() + QLatin1Char('.') + row.data().toString();
    if (!obstacle.isEmpty()) {
        m_cardTitle->setText(tr("%1 cannot be encrypted").arg(name));
        m_cardText->setText(tr("The reason: %1.").arg(obstacle));
        return;
    }
    switch (ColumnTreeModel::targetOf(m_filtered->mapToSource(row))) {
    case EncryptionType::kPlaintext:
        m_cardTitle->setText(tr("%1 is plaintext").arg(name));
        m_cardText->setText(tr("Everything works on it, and everybody who may read the table, the database's files or a backup reads its values."));
        return;
    case EncryptionType::kDeterministic:
        m_cardTitle->setText(tr("%1 becomes Deterministic").arg(name));
        m_cardText->setText(tr("Equality, IN, joins and grouping work without the enclave. Equal values have equal stored forms: with few distinct "
                               "values, such as yes and no, that tells them. LIKE, ranges and sorting do not work."));
        return;
    case EncryptionType::kRandomized:
        m_cardTitle->setText(tr("%1 becomes Randomized, enclave-enabled").arg(name));
        m_cardText->setText(tr("Comparisons, LIKE on BIN2 text, joins and ORDER BY run in the enclave; SUM, AVG and string functions do not work. "
                               "The stored form shows nothing but the length. An index on it would show the order of its values."));
        return;
    }
}

bool SelectionPage::isComplete() const
{
    return m_waiting->text().isEmpty() && m_model->changedCount() > 0 && [this] {
        for (const ColumnChoice& choice : m_model->choices())
            if (choice.target != EncryptionType::kPlaintext && choice.key.empty()) return false;
        return true;
    }();
}

QString SelectionPage::openText() const
{
    if (!m_waiting->text().isEmpty()) return {};
    const int count = m_model->changedCount();
    return count == 0 ? tr("No column chosen") : count == 1 ? tr("1 column") : tr("%1 columns").arg(count);
}

QWidget* SelectionPage::firstFocus()
{
    return m_tree;
}

} // namespace es::wizards
