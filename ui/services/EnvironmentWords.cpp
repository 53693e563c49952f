#include "ui/services/EnvironmentWords.h"

#include <QCoreApplication>

namespace es::ui {

QString environmentWord(const ConnectionProfile& profile)
{
    if (!profile.environmentName.isEmpty()) return profile.environmentName.toUpper();
    switch (profile.environment) {
    case Environment::kNone: return {};
    case Environment::kSandbox: return QCoreApplication::translate("Environment", "SANDBOX");
    case Environment::kDevelopment: return QCoreApplication::translate("Environment", "DEVELOPMENT");
    case Environment::kTest: return QCoreApplication::translate("Environment", "TEST");
    case Environment::kProduction: return QCoreApplication::translate("Environment", "PRODUCTION");
    }
    return {};
}

const char* environmentKey(Environment environment)
{
    switch (environment) {
    case Environment::kNone: return "";
    case Environment::kSandbox: return "sandbox";
    case Environment::kDevelopment: return "development";
    case Environment::kTest: return "test";
    case Environment::kProduction: return "production";
    }
    return "";
}

} // namespace es::ui
