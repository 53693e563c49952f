// What the tests of the connection dialog share: stores in a folder of their own, and fields found by name.
#pragma once

#include "ui/connect/ConnectDialog.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/ProfileStore.h"
#include "ui/services/SecretStore.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

namespace es::test {

class DialogFixture {
public:
    DialogFixture()
        : profiles(folder.filePath(QStringLiteral("connections.json")))
        , vault(std::make_shared<ui::PasswordVault>())
    {
    }

    void open()
    {
        dialog = std::make_unique<ui::ConnectDialog>(profiles, secrets, vault);
        dialog->open();
        QVERIFY(QTest::qWaitForWindowActive(dialog.get()));
    }
    template <class Widget = QWidget> Widget* at(const char* name) const
    {
        auto* found = dialog->findChild<Widget*>(QString::fromLatin1(name));
        if (found == nullptr) qFatal("no widget %s", name);
        return found;
    }
    void type(const char* name, const QString& text) const
    {
        QWidget* field = at(name);
        field->setFocus();
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(field, text);
    }
    void click(const char* name) const { QTest::mouseClick(at(name), Qt::LeftButton); }
    void tab(int index) const { at<QTabWidget>("connectTabWidget")->setCurrentIndex(index); }
    [[nodiscard]] int tab() const { return at<QTabWidget>("connectTabWidget")->currentIndex(); }
    // What a person reads below the field; nothing when it is right.
    [[nodiscard]] QString problem(const char* field) const
    {
        auto* label = dialog->findChild<QLabel*>(QString::fromLatin1(field) + QLatin1String("ProblemLabel"));
        if (label == nullptr) qFatal("no problem line for %s", field);
        const bool marked = at(field)->property("error") == QStringLiteral("yes");
        if (marked == label->isHidden()) qFatal("mark and words of %s differ", field);
        return label->isHidden() ? QString() : label->text();
    }
    [[nodiscard]] QString banner() const { return at("bannerFrame")->isVisible() ? at<QLabel>("bannerTitleLabel")->text() : QString(); }

    QTemporaryDir folder;
    ui::ProfileStore profiles;
    ui::SecretStore secrets;
    std::shared_ptr<ui::PasswordVault> vault;
    std::unique_ptr<ui::ConnectDialog> dialog;
};

// No session bus: what a machine without a secret service looks like. Sizes are kept apart from the person's own.
inline void prepareProcess()
{
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    qputenv("XDG_RUNTIME_DIR", "/nonexistent");
    static const QTemporaryDir home;
    qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
}

} // namespace es::test
