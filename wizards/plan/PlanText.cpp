// The plan as text: JSON for saving and signing, a script for running it elsewhere.
#include "driver/json/Json.h"
#include "wizards/plan/Plan.h"

#include <array>

namespace es::wizards {

namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::array kEncryptionTypes{
    catalog::EncryptionType::kPlaintext, catalog::EncryptionType::kDeterministic, catalog::EncryptionType::kRandomized};
constexpr std::array kStepKinds{StepKind::kEncrypt, StepKind::kDecrypt, StepKind::kReencrypt};

json::Json schemeToJson(const ColumnScheme& scheme)
{
    json::Json object;
    object.set("encryption", catalog::encryptionTypeName(scheme.encryption));
    object.set("key", scheme.key);
    object.set("type", scheme.typeName);
    object.set("collation", scheme.collation);
    object.set("nullable", scheme.nullable);
    return object;
}

json::Json stepToJson(const Step& step)
{
    json::Json object;
    object.set("kind", stepKindName(step.kind));
    object.set("schema", step.schema);
    object.set("table", step.table);
    object.set("column", step.column);
    object.set("title", step.title);
    object.set("statement", step.statement);
    object.set("before", schemeToJson(step.before));
    object.set("after", schemeToJson(step.after));
    object.set("ifStopped", step.ifStopped);
    json::Json notes{json::Json::Array{}};
    for (const std::string& note : step.notes)
        notes.push(note);
    object.set("notes", std::move(notes));
    return object;
}

base::Error unreadable(const std::string& why)
{
    return base::makeError(kPlanUnreadable, "This is not a plan that this program can read: " + why, "plan", "Make the plan anew.");
}

base::Result<const json::Json*> memberOf(const json::Json& object, std::string_view name)
{
    const json::Json* member = object.find(name);
    if (!member) return unreadable("the member " + std::string(name) + " is missing.");
    return member;
}

template <class Values, class NameOf>
base::Result<typename Values::value_type> fromName(const Values& values, const std::string& name, NameOf nameOf)
{
    for (const auto value : values)
        if (nameOf(value) == name) return value;
    return unreadable("the word " + name + " is not known.");
}

base::Result<ColumnScheme> schemeFromJson(const json::Json& object)
{
    ColumnScheme scheme;
    ES_TRY(const std::string encryption, object.stringAt("encryption"));
    ES_TRY(scheme.encryption, fromName(kEncryptionTypes, encryption, catalog::encryptionTypeName));
    ES_TRY(scheme.key, object.stringAt("key"));
    ES_TRY(scheme.typeName, object.stringAt("type"));
    ES_TRY(scheme.collation, object.stringAt("collation"));
    ES_TRY(scheme.nullable, object.boolAt("nullable"));
    return scheme;
}

base::Result<Step> stepFromJson(const json::Json& object)
{
    Step step;
    ES_TRY(const std::string kind, object.stringAt("kind"));
    ES_TRY(step.kind, fromName(kStepKinds, kind, stepKindName));
    ES_TRY(step.schema, object.stringAt("schema"));
    ES_TRY(step.table, object.stringAt("table"));
    ES_TRY(step.column, object.stringAt("column"));
    ES_TRY(step.title, object.stringAt("title"));
    ES_TRY(step.statement, object.stringAt("statement"));
    ES_TRY(step.ifStopped, object.stringAt("ifStopped"));
    ES_TRY(const json::Json* const before, memberOf(object, "before"));
    ES_TRY(step.before, schemeFromJson(*before));
    ES_TRY(const json::Json* const after, memberOf(object, "after"));
    ES_TRY(step.after, schemeFromJson(*after));
    ES_TRY(const json::Json* const notes, memberOf(object, "notes"));
    if (!notes->asArray()) return unreadable("\"notes\" is not a list.");
    for (const json::Json& note : *notes->asArray())
        if (const std::string* text = note.asString()) step.notes.push_back(*text);
    return step;
}

base::Result<Plan> planFrom(const json::Json& document)
{
    ES_TRY(const std::int64_t format, document.integerAt("format"));
    if (format != kFormat)
        return unreadable("its format is " + std::to_string(format) + ", this program knows " + std::to_string(kFormat) + ".");
    Plan plan;
    ES_TRY(plan.database, document.stringAt("database"));
    ES_TRY(const json::Json* const steps, memberOf(document, "steps"));
    if (!steps->asArray()) return unreadable("\"steps\" is not a list.");
    for (const json::Json& object : *steps->asArray()) {
        ES_TRY(Step step, stepFromJson(object));
        plan.steps.push_back(std::move(step));
    }
    return plan;
}

} // namespace

std::string_view stepKindName(StepKind kind)
{
    switch (kind) {
    case StepKind::kDecrypt: return "decrypt";
    case StepKind::kReencrypt: return "reencrypt";
    case StepKind::kEncrypt: break;
    }
    return "encrypt";
}

std::string planToJson(const Plan& plan)
{
    json::Json document;
    document.set("format", kFormat);
    document.set("database", plan.database);
    json::Json steps{json::Json::Array{}};
    for (const Step& step : plan.steps)
        steps.push(stepToJson(step));
    document.set("steps", std::move(steps));
    return json::write(document, 2) + "\n";
}

base::Result<Plan> planFromJson(std::string_view text)
{
    const auto document = json::parse(text);
    if (!document) return unreadable(document.error().text);
    auto plan = planFrom(*document);
    if (!plan && plan.error().code != kPlanUnreadable) return unreadable(plan.error().text);
    return plan;
}

std::string planToScript(const Plan& plan)
{
    std::string text = "-- Database: " + plan.database + "\n-- Needs a connection with column encryption and a secure enclave.\n";
    for (const Step& step : plan.steps) {
        text += "\n-- " + step.title + "\n";
        for (const std::string& note : step.notes)
            text += "-- " + note + "\n";
        text += step.statement + "\nGO\n";
    }
    return text;
}

} // namespace es::wizards
