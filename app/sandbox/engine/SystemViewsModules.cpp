// Catalog views of procedures and views: sys.procedures, sys.views, sys.sql_modules, sys.parameters.
#include "app/sandbox/engine/SystemViews.h"

#include "driver/types/TypeNames.h"

namespace es::sandbox {

using types::SqlType;
using types::TypeId;

namespace {

const SqlType kInt = types::makeType(TypeId::kInt);
const SqlType kSmallInt = types::makeType(TypeId::kSmallInt);
const SqlType kTinyInt = types::makeType(TypeId::kTinyInt);
const SqlType kBit = types::makeType(TypeId::kBit);
const SqlType kDateTime = types::makeType(TypeId::kDateTime);
const SqlType kSysname = types::makeSized(TypeId::kNVarChar, 128);
const SqlType kName60 = types::makeSized(TypeId::kNVarChar, 60);
const SqlType kChar2 = types::makeSized(TypeId::kChar, 2);
const SqlType kTextMax = types::makeSized(TypeId::kNVarChar, types::kMaxLength);

SystemView modulesOfKind(bool views)
{
    std::vector<SystemViewColumn> columns{{"name", kSysname, false}, {"object_id", kInt, false}, {"principal_id", kInt, true},
        {"schema_id", kInt, false}, {"parent_object_id", kInt, false}, {"type", kChar2, true}, {"type_desc", kName60, true},
        {"create_date", kDateTime, false}, {"modify_date", kDateTime, false}, {"is_ms_shipped", kBit, false}, {"is_published", kBit, false},
        {"is_schema_published", kBit, false}};
    std::string rest = ", 0, 0, 0, 0 FROM es_objects WHERE type = 'P'";
    if (views) {
        for (const char* name : {"is_replicated", "has_replication_filter", "has_opaque_metadata", "has_unchecked_assembly_data",
                 "with_check_option", "is_date_correlation_view"})
            columns.push_back({name, kBit, true});
        rest = ", 0, 0, 0, 0, 0, 0 FROM es_objects WHERE type = 'V'";
    } else {
        for (const char* name : {"is_auto_executed", "is_execution_replicated", "is_repl_serializable_only", "skips_repl_constraints"})
            columns.push_back({name, kBit, true});
    }
    return {std::move(columns),
        std::string("SELECT name, object_id, NULL, schema_id, 0, '") + (views ? "V '" : "P '") + ", '"
            + (views ? "VIEW" : "SQL_STORED_PROCEDURE") + "', create_date, modify_date, 0, 0, 0" + rest};
}

SystemView sqlModules()
{
    return {{{"object_id", kInt, false}, {"definition", kTextMax, true}, {"uses_ansi_nulls", kBit, true},
                {"uses_quoted_identifier", kBit, true}, {"is_schema_bound", kBit, true}, {"uses_database_collation", kBit, true},
                {"is_recompiled", kBit, true}, {"null_on_null_input", kBit, true}, {"execute_as_principal_id", kInt, true},
                {"uses_native_compilation", kBit, true}},
        "SELECT object_id, text, 1, uses_quoted_identifier, 0, 0, 0, 0, NULL, 0 FROM es_modules"};
}

SystemView parameters()
{
    return {{{"object_id", kInt, false}, {"name", kSysname, true}, {"parameter_id", kInt, false}, {"system_type_id", kTinyInt, false},
                {"user_type_id", kInt, false}, {"max_length", kSmallInt, false}, {"precision", kTinyInt, false}, {"scale", kTinyInt, false},
                {"is_output", kBit, false}, {"is_cursor_ref", kBit, false}, {"has_default_value", kBit, false}, {"is_xml_document", kBit, false},
                {"is_readonly", kBit, false}, {"is_nullable", kBit, true}, {"encryption_type", kInt, true},
                {"encryption_type_desc", types::makeSized(TypeId::kNVarChar, 64), true}, {"encryption_algorithm_name", kSysname, true},
                {"column_encryption_key_id", kInt, true}, {"column_encryption_key_database_name", kSysname, true}},
        // has_default_value is 1 for CLR parameters alone, whatever the text says.
        "SELECT object_id, name, parameter_id, system_type_id, system_type_id, max_length, precision_column, scale_column, is_output, 0, 0,"
        " 0, 0, 1, nullif(encryption_type, 0), CASE encryption_type WHEN 1 THEN 'DETERMINISTIC' WHEN 2 THEN 'RANDOMIZED' END,"
        " CASE WHEN encryption_type > 0 THEN 'AEAD_AES_256_CBC_HMAC_SHA_256' END, nullif(cek_id, 0), NULL FROM es_parameters"};
}

} // namespace

std::optional<SystemView> moduleView(std::string_view foldedName)
{
    if (foldedName == "sys.procedures") return modulesOfKind(false);
    if (foldedName == "sys.views" || foldedName == "sys.all_views") return modulesOfKind(true);
    if (foldedName == "sys.sql_modules" || foldedName == "sys.all_sql_modules") return sqlModules();
    if (foldedName == "sys.parameters" || foldedName == "sys.all_parameters") return parameters();
    return std::nullopt;
}

} // namespace es::sandbox
