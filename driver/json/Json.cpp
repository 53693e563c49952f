#include "driver/json/Json.h"

#include <nlohmann/json.hpp>

namespace es::json {
namespace {

using Foreign = nlohmann::ordered_json;

// Builds our tree while the parser reads: no second tree in between, and the depth is bounded on the way.
class Builder {
public:
    bool null() { return add({}); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(std::int64_t value) { return add(value); }
    bool number_unsigned(std::uint64_t value)
    {
        return value <= INT64_MAX ? add(static_cast<std::int64_t>(value)) : add(static_cast<double>(value));
    }
    bool number_float(double value, const std::string&) { return add(value); }
    bool string(std::string& value) { return add(std::move(value)); }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(Json::Object{}); }
    bool start_array(std::size_t) { return open(Json::Array{}); }
    bool key(std::string& name)
    {
        m_names.back() = std::move(name);
        return true;
    }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&)
    {
        m_errorOffset = position;
        return false;
    }

    [[nodiscard]] bool tooDeep() const { return m_tooDeep; }
    [[nodiscard]] std::size_t errorOffset() const { return m_errorOffset; }
    [[nodiscard]] Json take() { return std::move(m_root); }

private:
    bool open(Json value)
    {
        m_tooDeep = m_stack.size() >= kMaxDepth;
        if (m_tooDeep) return false;
        m_stack.push_back(std::move(value));
        m_names.emplace_back();
        return true;
    }
    bool close()
    {
        Json done = std::move(m_stack.back());
        m_stack.pop_back();
        m_names.pop_back();
        return add(std::move(done));
    }
    bool add(Json value)
    {
        if (m_stack.empty())
            m_root = std::move(value);
        else if (m_stack.back().asArray() != nullptr)
            m_stack.back().push(std::move(value));
        else
            m_stack.back().append(std::move(m_names.back()), std::move(value));
        return true;
    }

    std::vector<Json> m_stack;         // containers still open, outermost first
    std::vector<std::string> m_names;  // for each: the member name that waits for its value
    Json m_root;
    std::size_t m_errorOffset = 0;
    bool m_tooDeep = false;
};

Foreign toForeign(const Json& value)
{
    if (const auto* flag = value.asBool()) return *flag;
    if (const auto* integer = value.asInteger()) return *integer;
    if (const auto* text = value.asString()) return *text;
    if (const auto number = value.asNumber()) return *number;
    if (const auto* array = value.asArray()) {
        Foreign result = Foreign::array();
        for (const Json& element : *array)
            result.push_back(toForeign(element));
        return result;
    }
    if (const auto* object = value.asObject()) {
        Foreign result = Foreign::object();
        for (const auto& [name, member] : *object)
            result[name] = toForeign(member);
        return result;
    }
    return nullptr;
}

base::Error missing(std::string_view name, std::string_view wanted)
{
    return base::makeError(kMissingMember, "The document has no " + std::string(wanted) + " \"" + std::string(name) + "\".");
}

}  // namespace

std::optional<double> Json::asNumber() const
{
    if (const auto* integer = asInteger()) return static_cast<double>(*integer);
    if (const auto* number = std::get_if<double>(&m_value)) return *number;
    return std::nullopt;
}

const Json* Json::find(std::string_view name) const
{
    const Object* object = asObject();
    if (object == nullptr) return nullptr;
    for (auto member = object->rbegin(); member != object->rend(); ++member) {
        if (member->first == name) return &member->second;
    }
    return nullptr;
}

base::Result<std::string> Json::stringAt(std::string_view name) const
{
    const Json* member = find(name);
    const std::string* text = member != nullptr ? member->asString() : nullptr;
    if (text == nullptr) return missing(name, "text");
    return *text;
}

base::Result<std::int64_t> Json::integerAt(std::string_view name) const
{
    const Json* member = find(name);
    const std::int64_t* integer = member != nullptr ? member->asInteger() : nullptr;
    if (integer == nullptr) return missing(name, "integer");
    return *integer;
}

base::Result<bool> Json::boolAt(std::string_view name) const
{
    const Json* member = find(name);
    const bool* flag = member != nullptr ? member->asBool() : nullptr;
    if (flag == nullptr) return missing(name, "true or false");
    return *flag;
}

Json& Json::set(std::string_view name, Json value)
{
    if (Object* object = std::get_if<Object>(&m_value)) {
        for (auto& member : *object) {
            if (member.first == name) {
                member.second = std::move(value);
                return *this;
            }
        }
    }
    return append(std::string(name), std::move(value));
}

Json& Json::append(std::string name, Json value)
{
    if (isNull()) m_value = Object{};
    std::get_if<Object>(&m_value)->emplace_back(std::move(name), std::move(value));
    return *this;
}

Json& Json::push(Json value)
{
    if (isNull()) m_value = Array{};
    std::get_if<Array>(&m_value)->push_back(std::move(value));
    return *this;
}

base::Result<Json> parse(std::string_view text)
{
    Builder builder;
    if (Foreign::sax_parse(text, &builder)) return builder.take();
    if (builder.tooDeep())
        return base::makeError(kTooDeep, "The JSON document is nested more than " + std::to_string(kMaxDepth) + " levels deep.");
    return base::makeError(kBadJson, "The text is not a JSON document (problem at byte " + std::to_string(builder.errorOffset()) + ").");
}

std::string write(const Json& value, int indent) { return toForeign(value).dump(indent, ' ', false, Foreign::error_handler_t::replace); }

}  // namespace es::json
