// Key store providers by name. Filled once at the start, then only asked. Thread: any once filled.
#pragma once

#include "driver/keystore/KeyStoreProvider.h"

#include <memory>

namespace es::keystore {

class KeyStoreRegistry {
public:
    // A provider of the same name is replaced.
    void add(std::unique_ptr<KeyStoreProvider> provider);
    // Null pointer: none of that name (any case). Valid as long as the registry.
    [[nodiscard]] KeyStoreProvider* find(std::string_view name) const;
    // The same as a Result. Errors: kUnknownProvider, which names those there are.
    [[nodiscard]] base::Result<KeyStoreProvider*> require(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::vector<std::unique_ptr<KeyStoreProvider>> m_providers;
};

}  // namespace es::keystore
