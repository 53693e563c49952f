#include "ui/services/EnvironmentWords.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace es::ui {

namespace {

struct Words {
    Environment environment;
    const char* key;
    const char* word;
    const char* name;
};

constexpr std::array kWords{
    Words{Environment::kNone, "", "", QT_TRANSLATE_NOOP("EnvironmentWords", "None")},
    Words{Environment::kSandbox, "sandbox", QT_TRANSLATE_NOOP("EnvironmentWords", "SANDBOX"),
        QT_TRANSLATE_NOOP("EnvironmentWords", "Sandbox")},
    Words{Environment::kDevelopment, "development", QT_TRANSLATE_NOOP("EnvironmentWords", "DEVELOPMENT"),
        QT_TRANSLATE_NOOP("EnvironmentWords", "Development")},
    Words{Environment::kTest, "test", QT_TRANSLATE_NOOP("EnvironmentWords", "TEST"), QT_TRANSLATE_NOOP("EnvironmentWords", "Test")},
    Words{Environment::kProduction, "production", QT_TRANSLATE_NOOP("EnvironmentWords", "PRODUCTION"),
        QT_TRANSLATE_NOOP("EnvironmentWords", "Production")},
};

const Words& wordsOf(Environment environment)
{
    return *std::find_if(kWords.begin(), kWords.end(), [=](const Words& words) { return words.environment == environment; });
}

QString translated(const char* text)
{
    return *text == 0 ? QString() : QCoreApplication::translate("EnvironmentWords", text);
}

} // namespace

QString environmentWord(const ConnectionProfile& profile)
{
    // A word without an environment would have no colour of its own and be mistaken for another one's.
    if (profile.environment == Environment::kNone) return {};
    const QString own = profile.environmentName.trimmed();
    return own.isEmpty() ? environmentWord(profile.environment) : own;
}

QString environmentWord(Environment environment)
{
    return translated(wordsOf(environment).word);
}

QString environmentName(Environment environment)
{
    return translated(wordsOf(environment).name);
}

const char* environmentKey(Environment environment)
{
    return wordsOf(environment).key;
}

Environment environmentFromKey(const QString& key)
{
    const auto found = std::find_if(
        kWords.begin(), kWords.end(), [&](const Words& words) { return key.compare(QLatin1String(words.key), Qt::CaseInsensitive) == 0; });
    return found == kWords.end() ? Environment::kNone : found->environment;
}

} // namespace es::ui
