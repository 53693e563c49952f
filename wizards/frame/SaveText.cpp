#include "wizards/frame/SaveText.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QSaveFile>

namespace es::wizards {

void saveText(QWidget* parent, const QString& title, const QString& suggestedName, const QByteArray& text,
    const std::function<void(const QString& path, const QString& problem)>& done)
{
    auto* dialog = new QFileDialog(parent, title);
    dialog->setObjectName(QStringLiteral("saveScriptFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(
        {QCoreApplication::translate("SaveText", "T-SQL scripts (*.sql)"), QCoreApplication::translate("SaveText", "All files (*)")});
    dialog->setDefaultSuffix(QStringLiteral("sql"));
    dialog->selectFile(suggestedName);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, [text, done](const QString& path) {
        QSaveFile file(path);
        const bool saved = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
        done(path, saved ? QString() : file.errorString());
    });
    dialog->open();
}

} // namespace es::wizards
