// Result<T>: a value or an Error; member names as in std::expected, so that it can be swapped for it later.
// Thread: any (plain values).
#pragma once

#include "driver/base/Error.h"

#include <cassert>
#include <utility>
#include <variant>

namespace es::base {

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit like std::expected
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}  // NOLINT

    [[nodiscard]] bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }

    [[nodiscard]] T& value() & { assert(has_value()); return *std::get_if<0>(&m_state); }
    [[nodiscard]] const T& value() const& { assert(has_value()); return *std::get_if<0>(&m_state); }
    [[nodiscard]] T&& value() && { assert(has_value()); return std::move(*std::get_if<0>(&m_state)); }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    [[nodiscard]] Error& error() & { assert(!has_value()); return *std::get_if<1>(&m_state); }
    [[nodiscard]] const Error& error() const& { assert(!has_value()); return *std::get_if<1>(&m_state); }
    [[nodiscard]] Error&& error() && { assert(!has_value()); return std::move(*std::get_if<1>(&m_state)); }

private:
    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_state(std::move(error)) {}  // NOLINT

    [[nodiscard]] bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }
    void value() const { assert(has_value()); }

    [[nodiscard]] Error& error() & { assert(!has_value()); return *std::get_if<1>(&m_state); }
    [[nodiscard]] const Error& error() const& { assert(!has_value()); return *std::get_if<1>(&m_state); }
    [[nodiscard]] Error&& error() && { assert(!has_value()); return std::move(*std::get_if<1>(&m_state)); }

private:
    std::variant<std::monostate, Error> m_state;
};

// Its own outcome, not an error: the person asked for it.
struct Cancelled {};

}  // namespace es::base

// ES_TRY(auto name, expression): early return of the Error, else `name` holds the value.
// ES_CHECK(expression): the same for Result<void>.
#define ES_CONCAT_INNER(a, b) a##b
#define ES_CONCAT(a, b) ES_CONCAT_INNER(a, b)
#define ES_TRY(declaration, expression) ES_TRY_NAMED(ES_CONCAT(esTry, __LINE__), declaration, expression)
#define ES_TRY_NAMED(temporary, declaration, expression)  \
    auto temporary = (expression);                        \
    if (!temporary)                                       \
        return std::move(temporary).error();              \
    declaration = std::move(temporary).value()
#define ES_CHECK(expression)                                            \
    do {                                                                \
        if (auto esCheck = (expression); !esCheck)                      \
            return std::move(esCheck).error();                          \
    } while (false)
