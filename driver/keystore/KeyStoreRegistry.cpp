#include "driver/keystore/KeyStoreRegistry.h"

#include <algorithm>

namespace es::keystore {
namespace {

char lowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool equalWithoutCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lowerAscii(x) == lowerAscii(y); });
}

}  // namespace

void KeyStoreRegistry::add(std::unique_ptr<KeyStoreProvider> provider)
{
    std::erase_if(m_providers, [&](const auto& known) { return equalWithoutCase(known->name(), provider->name()); });
    m_providers.push_back(std::move(provider));
}

KeyStoreProvider* KeyStoreRegistry::find(std::string_view name) const
{
    for (const auto& provider : m_providers) {
        if (equalWithoutCase(provider->name(), name)) return provider.get();
    }
    return nullptr;
}

base::Result<KeyStoreProvider*> KeyStoreRegistry::require(std::string_view name) const
{
    if (KeyStoreProvider* provider = find(name)) return provider;
    std::string known;
    for (const std::string& each : names())
        known += (known.empty() ? "" : ", ") + each;
    base::Error error = base::makeError(kUnknownProvider,
        "The key store \"" + std::string(name) + "\" is not known here (known: " + (known.empty() ? "none" : known) + ").", {},
        "Use a column master key from a key store that this program can open, or give the column key a second value under such a key.");
    error.origin = base::Origin::kKeyStore;
    return error;
}

std::vector<std::string> KeyStoreRegistry::names() const
{
    std::vector<std::string> names;
    for (const auto& provider : m_providers)
        names.emplace_back(provider->name());
    return names;
}

}  // namespace es::keystore
