// Session: WAITFOR, ended early by the client's cancel; sp_helptext.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/RowBuilder.h"
#include "driver/types/TypeNames.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace es::sandbox {

using base::Result;
using std::chrono::milliseconds;

namespace {

// "hh:mm[:ss[.fff]]"; nothing when it is none.
std::optional<milliseconds> timeOf(const std::string& text)
{
    int hours = 0, minutes = 0, used = 0;
    if (std::sscanf(text.c_str(), "%2d:%2d%n", &hours, &minutes, &used) != 2 || hours > 23 || minutes > 59 || hours < 0 || minutes < 0)
        return std::nullopt;
    int seconds = 0, more = 0;
    const char* rest = text.c_str() + used;
    std::int64_t thousandths = 0;
    if (*rest == ':') {
        if (std::sscanf(rest, ":%2d%n", &seconds, &more) != 1 || seconds > 59 || seconds < 0) return std::nullopt;
        rest += more;
        if (*rest == '.') {
            int scale = 100;
            for (++rest; *rest >= '0' && *rest <= '9'; ++rest, scale /= 10)
                thousandths += (*rest - '0') * scale;
        }
    }
    if (*rest != '\0') return std::nullopt;
    return milliseconds(((hours * 60 + minutes) * 60 + seconds) * std::int64_t{1000} + thousandths);
}

std::string trimmed(std::string text)
{
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

} // namespace

Result<void> Session::runWait(BatchRun& run, const tsql::WaitFor& node, std::int32_t line)
{
    ES_TRY(const std::string text, evaluateText(run, *node.time));
    const std::string words = trimmed(text);
    const std::optional<milliseconds> time = timeOf(words);
    if (!time) return sqlError(148, "Incorrect time syntax in time string '" + words + "' used with WAITFOR.", line, 1, 15);
    milliseconds wait = *time;
    if (!node.delay) {
        using namespace std::chrono;
        constexpr milliseconds kDay = hours(24);
        const milliseconds now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()) % kDay;
        wait = (*time - now + kDay) % kDay;
    }
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, run.stop, wait, [] { return false; });
    if (run.stop.stop_requested()) return cancelledInside();
    return {};
}

// One row per line of the definition, its line break included, as nvarchar(255).
Result<void> Session::helpText(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    const tsql::ExecuteArgument* argument = callArgument(node, 0, "@objname");
    if (!argument)
        return sqlError(201, "Procedure or function 'sp_helptext' expects parameter '@objname', which was not supplied.", line, 4);
    const auto* word = std::get_if<tsql::ColumnRef>(&argument->value->node); // a bare word is text here
    std::string text = word && word->parts.size() == 1 ? word->parts[0].text : std::string();
    if (text.empty()) {
        ES_TRY(text, evaluateText(run, *argument->value));
    }
    const auto name = objectNameOf(text);
    const CatalogModule* module = name ? m_facts.catalog->module(name->schema(), name->object()) : nullptr;
    // Seeing that it is there is not yet seeing its text.
    if (module && !m_facts.access->allows("VIEW DEFINITION", {SecurableClass::kObject, module->objectId, module->schemaId}))
        return sqlError(15197, "There is no text for object '" + text + "'.", line);
    if (!module) {
        if (name && m_facts.catalog->table(name->schema(), name->object()))
            return sqlError(15197, "There is no text for object '" + text + "'.", line);
        return sqlError(
            15009, "The object '" + text + "' does not exist in database '" + m_database + "' or is invalid for this operation.", line);
    }
    RowBuilder row;
    if (!run.sink.columns({{resultColumn("Text", types::makeSized(types::TypeId::kNVarChar, 255), true)}, {}})) return cancelledInside();
    std::uint64_t count = 0;
    for (std::size_t from = 0; from < module->text.size();) {
        const std::size_t end = std::min(module->text.find('\n', from), module->text.size() - 1) + 1;
        const std::string whole = module->text.substr(from, end - from);
        if (whole.size() > 255) return notSupported("sp_helptext of lines longer than 255 characters", line);
        row.text(whole);
        row.send(run.sink);
        ++count;
        from = end;
    }
    run.sink.done({Command::kSelect, count, false});
    run.sink.returnStatus(0);
    return {};
}

} // namespace es::sandbox
