// A small catalog for planner and runner tests. Thread: any.
#pragma once

#include "driver/catalog/CatalogSnapshot.h"

namespace es::test {

inline catalog::Column column(
    int id, std::string name, std::string typeName, std::string typeText, std::string collation = {}, bool nullable = false)
{
    catalog::Column c;
    c.id = id;
    c.name = std::move(name);
    c.typeName = std::move(typeName);
    c.typeText = std::move(typeText);
    c.collation = std::move(collation);
    c.nullable = nullable;
    return c;
}

inline catalog::CatalogSnapshot hrSnapshot()
{
    const std::string ci = "SQL_Latin1_General_CP1_CI_AS";
    catalog::CatalogSnapshot s;
    s.database = "ContosoHR";
    s.collation = ci;
    s.masterKeys = {{1, "CMK", "ES_KEY_FILE", "hr", true, {1}, ""}, {2, "CMK_Plain", "ES_KEY_FILE", "old", false, {}, ""}};
    s.encryptionKeys = {
        {11, "CEK", {{1, "RSA_OAEP", {1}}}, ""}, {12, "CEK2", {{1, "RSA_OAEP", {2}}}, ""}, {13, "CEK_Plain", {{2, "RSA_OAEP", {3}}}, ""}};
    catalog::Table t;
    t.objectId = 5;
    t.schema = "HR";
    t.name = "Employees";
    t.columns = {
        column(1, "EmployeeID", "int", "int"),
        column(2, "SSN", "char", "char(11)", ci),
        column(3, "Name", "nvarchar", "nvarchar(50)", ci, true),
        column(4, "Salary", "money", "money"),
        column(5, "Code", "varchar", "varchar(10)", "Latin1_General_BIN2", true),
        column(6, "Mail", "varchar", "varchar(99)", "Latin1_General_100_CI_AS_SC_UTF8", true),
        column(7, "Doc", "xml", "xml", "", true),
        column(8, "Phone", "Phone", "Phone", ci, true),
        column(9, "Total", "money", "money", "", true),
        column(10, "Rating", "int", "int", "", true),
        column(11, "Guid", "uniqueidentifier", "uniqueidentifier"),
        column(12, "Done", "decimal", "decimal(18,2)", "", true),
        column(13, "Old", "int", "int", "", true),
        column(14, "Odd]Name", "int", "int", "", true),
    };
    t.columns[0].identity = true;
    t.columns[7].userDefinedType = true;
    t.columns[8].computed = true;
    t.columns[9].hasDefault = true;
    t.columns[10].rowGuid = true;
    t.columns[11].encryption = catalog::EncryptionType::kRandomized;
    t.columns[11].encryptionKeyId = 11;
    t.columns[12].encryption = catalog::EncryptionType::kDeterministic;
    t.columns[12].encryptionKeyId = 13;
    s.tables = {t};
    return s;
}

} // namespace es::test
