// Snapshots for the tree made by hand: small ones with everything in them, and large ones. Thread: any.
#pragma once

#include "driver/catalog/ObjectSnapshot.h"
#include "driver/catalog/ServerSnapshot.h"

#include <memory>

namespace es::test {

inline catalog::Column treeColumn(int id, const char* name, const char* type, bool nullable = false)
{
    catalog::Column column;
    column.id = id;
    column.name = name;
    column.typeText = type;
    column.nullable = nullable;
    return column;
}

// HR.Employees with a primary key and two encrypted columns, dbo.Plain; two master keys, two encryption keys; a view, a procedure.
inline catalog::ObjectSnapshot smallTree()
{
    using catalog::EncryptionType;
    catalog::ObjectSnapshot tree;
    catalog::CatalogSnapshot& all = tree.catalog;
    all.database = "ContosoHR";
    all.masterKeys = {{1, "CMK1", "ES_KEY_FILE", "cmk1", true, {}, {}}, {2, "CMK2", "AZURE_KEY_VAULT", "https://v/k", false, {}, {}}};
    all.encryptionKeys = {{1, "CEK1", {{1, "RSA_OAEP", {}}}, {}}, {2, "CEK2", {{2, "RSA_OAEP", {}}}, {}}};

    catalog::Table plain;
    plain.objectId = 10;
    plain.schema = "dbo";
    plain.name = "Plain";
    plain.columns = {treeColumn(1, "Id", "int")};
    catalog::Table employees;
    employees.objectId = 20;
    employees.schema = "HR";
    employees.name = "Employees";
    employees.columns = {treeColumn(1, "EmployeeID", "int"), treeColumn(2, "SSN", "char(11)"), treeColumn(3, "FirstName", "nvarchar(50)"),
        treeColumn(4, "City", "nvarchar(40)", true)};
    const auto encrypt = [](catalog::Column& column, EncryptionType type, int key) {
        column.encryption = type;
        column.encryptionKeyId = key;
        column.algorithm = "AEAD_AES_256_CBC_HMAC_SHA_256";
        column.collation = "Latin1_General_BIN2";
    };
    encrypt(employees.columns[1], EncryptionType::kRandomized, 1);
    encrypt(employees.columns[3], EncryptionType::kDeterministic, 2);
    all.tables = {plain, employees};

    catalog::TableDetails details;
    details.objectId = 10;
    tree.details.push_back(details);
    details.objectId = 20;
    details.rowCount = 1000;
    details.indexes = {{1, "PK_Employees", "CLUSTERED", true, true, false, false, {{1, false, false}}},
        {2, "IX_City", "NONCLUSTERED", false, false, false, false, {{4, true, false}, {3, false, true}}}};
    tree.details.push_back(details);
    tree.views = {{30, "HR", "Directory"}};
    tree.procedures = {{40, "HR", "RaiseSalary"}};
    return tree;
}

// Names as ids say, so that two of them differ by one table alone.
inline catalog::ObjectSnapshot largeTree(int tables, int columns)
{
    catalog::ObjectSnapshot tree;
    tree.catalog.database = "Large";
    tree.catalog.tables.resize(static_cast<std::size_t>(tables));
    tree.details.resize(tree.catalog.tables.size());
    for (int t = 0; t < tables; ++t) {
        catalog::Table& table = tree.catalog.tables[static_cast<std::size_t>(t)];
        table.objectId = 1000 + t;
        table.schema = "dbo";
        table.name = "Table" + std::to_string(100000 + t);
        for (int c = 1; c <= columns; ++c)
            table.columns.push_back(treeColumn(c, ("Column" + std::to_string(c) + "_of_" + std::to_string(t)).c_str(), "nvarchar(50)"));
        tree.details[static_cast<std::size_t>(t)].objectId = table.objectId;
    }
    return tree;
}

inline std::shared_ptr<const catalog::ObjectSnapshot> shared(catalog::ObjectSnapshot tree)
{
    return std::make_shared<const catalog::ObjectSnapshot>(std::move(tree));
}

inline catalog::ServerSnapshot serverWith(std::initializer_list<const char*> databases)
{
    catalog::ServerSnapshot server;
    server.databases.push_back({1, "master", "ONLINE", true});
    int id = 5;
    for (const char* name : databases)
        server.databases.push_back({id++, name, "ONLINE", true});
    server.enclave.configuration = catalog::EnclaveConfiguration{1, 1};
    server.enclave.counters = catalog::EnclaveCounters{1, 2, 0, 0};
    return server;
}

} // namespace es::test
