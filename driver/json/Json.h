// JSON documents as plain values; object members keep their order. Thread: any (plain values).                     RFC 8259
#pragma once

#include "driver/base/Bytes.h"

#include <optional>
#include <utility>
#include <variant>

namespace es::json {

inline constexpr base::ErrorCode kBadJson{"json", "BadJson"};          // not JSON, or ill-formed UTF-8 in it
inline constexpr base::ErrorCode kTooDeep{"json", "TooDeep"};          // nested past kMaxDepth
inline constexpr base::ErrorCode kMissingMember{"json", "MissingMember"};  // absent, or of another type than asked for
inline constexpr std::size_t kMaxDepth = 64;

class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::vector<std::pair<std::string, Json>>;

    Json() = default;  // null
    Json(bool value) : m_value(value) {}                        // NOLINT: values convert, so that documents read like literals
    Json(std::int64_t value) : m_value(value) {}                // NOLINT
    Json(int value) : m_value(std::int64_t{value}) {}           // NOLINT
    Json(double value) : m_value(value) {}                      // NOLINT: not finite is written as null
    Json(std::string value) : m_value(std::move(value)) {}      // NOLINT
    Json(std::string_view value) : m_value(std::string(value)) {}  // NOLINT
    Json(const char* value) : m_value(std::string(value)) {}    // NOLINT
    Json(Array value) : m_value(std::move(value)) {}            // NOLINT
    Json(Object value) : m_value(std::move(value)) {}           // NOLINT

    [[nodiscard]] bool isNull() const { return std::holds_alternative<std::monostate>(m_value); }
    [[nodiscard]] const bool* asBool() const { return std::get_if<bool>(&m_value); }  // null pointer: another type
    [[nodiscard]] const std::int64_t* asInteger() const { return std::get_if<std::int64_t>(&m_value); }
    [[nodiscard]] std::optional<double> asNumber() const;                              // integers too
    [[nodiscard]] const std::string* asString() const { return std::get_if<std::string>(&m_value); }
    [[nodiscard]] const Array* asArray() const { return std::get_if<Array>(&m_value); }
    [[nodiscard]] const Object* asObject() const { return std::get_if<Object>(&m_value); }

    // The member of an object, or null pointer (also for anything that is no object). Of equal names the last counts.
    [[nodiscard]] const Json* find(std::string_view name) const;
    // The same with a typed answer. Errors: kMissingMember, which names the member.
    [[nodiscard]] base::Result<std::string> stringAt(std::string_view name) const;
    [[nodiscard]] base::Result<std::int64_t> integerAt(std::string_view name) const;
    [[nodiscard]] base::Result<bool> boolAt(std::string_view name) const;

    // Adds or replaces a member; a null value becomes an object. Precondition: null or object.
    Json& set(std::string_view name, Json value);
    // Adds a member without looking for one of that name: for building, and for names known to differ. Precondition: null or object.
    Json& append(std::string name, Json value);
    // Appends an element; a null value becomes an array. Precondition: null or array.
    Json& push(Json value);

    friend bool operator==(const Json&, const Json&) = default;

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> m_value;
};

// One document, nothing but white space around it. Errors: kBadJson (says at which byte), kTooDeep.
[[nodiscard]] base::Result<Json> parse(std::string_view text);
// One line, or with `indent` spaces per level. Ill-formed UTF-8 in strings becomes U+FFFD.
[[nodiscard]] std::string write(const Json& value, int indent = -1);

}  // namespace es::json
