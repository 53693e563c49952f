#include "ui/shell/AboutDialog.h"

#include "ui/editor/SqlEditor.h"
#include "ui/services/LibraryVersions.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace es::ui {

AboutDialog::AboutDialog(QWidget* parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Enclave Studio"));
    setWindowModality(Qt::WindowModal);
    auto* mark = new QLabel(this);
    mark->setPixmap(Theme::instance().icon("app-mark", "accentText").pixmap(44, 44));
    mark->setAlignment(Qt::AlignTop);
    auto* title = new QLabel(tr("Enclave Studio %1").arg(QCoreApplication::applicationVersion()), this);
    title->setObjectName(QStringLiteral("aboutTitleLabel"));
    title->setProperty("role", QStringLiteral("h2"));
    auto* text = new QLabel(tr("Always Encrypted with secure enclaves: for SQL Server, and for rehearsal in a local sandbox.\n"
                               "Free software under the GNU General Public License, version 3 or later; no warranty."),
        this);
    text->setProperty("role", QStringLiteral("sub"));
    text->setWordWrap(true);
    auto* words = new QVBoxLayout;
    words->addWidget(title);
    words->addWidget(text);
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(mark);
    head->addLayout(words, 1);

    QList<LibraryVersion> libraries{{QStringLiteral("Qt"), QString::fromLatin1(qVersion()), QStringLiteral("LGPL-3.0")},
        {QStringLiteral("QScintilla"), SqlEditor::libraryVersion(), QStringLiteral("GPL-3.0")}};
    libraries += libraryVersions();
    auto* table = new QTableWidget(static_cast<int>(libraries.size()), 3, this);
    table->setObjectName(QStringLiteral("aboutTableWidget"));
    table->setAccessibleName(tr("Libraries"));
    table->setProperty("box", QStringLiteral("yes"));
    table->setHorizontalHeaderLabels({tr("Library"), tr("Version"), tr("Licence")});
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setColumnWidth(0, 180);
    QString copied = title->text();
    for (int row = 0; row < libraries.size(); ++row) {
        const LibraryVersion& library = libraries.at(row);
        table->setItem(row, 0, new QTableWidgetItem(library.name));
        table->setItem(row, 1, new QTableWidgetItem(library.version));
        table->setItem(row, 2, new QTableWidgetItem(library.licence));
        copied += QStringLiteral("\n%1 %2").arg(library.name, library.version);
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("Co&py versions"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("aboutCopyPushButton"));
    for (QAbstractButton* button : buttons->buttons())
        button->setIcon({});
    connect(copy, &QPushButton::clicked, this, [copied] { QApplication::clipboard()->setText(copied); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 16);
    layout->setSpacing(16);
    layout->addLayout(head);
    layout->addWidget(table, 1);
    layout->addWidget(buttons);
    resize(560, 400);
}

} // namespace es::ui
