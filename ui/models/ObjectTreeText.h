// What the rows of ObjectTreeModel say: name, detail, tooltip, and the sentence a screen reader speaks. Thread: any (pure).
#pragma once

#include "driver/catalog/CatalogSnapshot.h"

#include <QCoreApplication>
#include <QString>

namespace es::ui {

struct ObjectNode;

class ObjectTreeText {
    Q_DECLARE_TR_FUNCTIONS(es::ui::ObjectTreeText)
public:
    [[nodiscard]] static QString name(const ObjectNode& node);
    [[nodiscard]] static QString detail(const ObjectNode& node); // parts joined by ", ", the least important last
    [[nodiscard]] static QString toolTip(const ObjectNode& node);
    [[nodiscard]] static QString accessibleText(const ObjectNode& node);
    [[nodiscard]] static QString icon(const ObjectNode& node);
    [[nodiscard]] static QString path(const ObjectNode& node);
    [[nodiscard]] static catalog::EncryptionType scheme(const ObjectNode& node);
    [[nodiscard]] static bool enclaveEnabled(const ObjectNode& node);

private:
    [[nodiscard]] static QString columnToolTip(const ObjectNode& node);
    [[nodiscard]] static QString masterKeyToolTip(const ObjectNode& node);
    [[nodiscard]] static QString encryptionKeyToolTip(const ObjectNode& node);
    [[nodiscard]] static QString indexDetail(const ObjectNode& node);
    [[nodiscard]] static QString indexToolTip(const ObjectNode& node);
    [[nodiscard]] static QString serverDetail(const ObjectNode& node);
    [[nodiscard]] static QString databaseDetail(const ObjectNode& node);
    [[nodiscard]] static QString storeName(const std::string& provider);
};

} // namespace es::ui
