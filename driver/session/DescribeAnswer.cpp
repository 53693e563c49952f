#include "driver/session/DescribeAnswer.h"

#include <algorithm>

namespace es::session {

namespace {

std::string_view withoutAt(std::string_view name)
{
    return name.starts_with('@') ? name.substr(1) : name;
}

} // namespace

bool DescribeAnswer::enclaveNeeded() const
{
    return std::any_of(keys.begin(), keys.end(), [](const DescribedKey& key) { return key.requestedByEnclave; });
}

const DescribedKey* DescribeAnswer::keyOfOrdinal(std::uint32_t ordinal) const
{
    const auto found = std::find_if(keys.begin(), keys.end(), [ordinal](const DescribedKey& key) { return key.ordinal == ordinal; });
    return found == keys.end() ? nullptr : &*found;
}

const DescribedParameter* DescribeAnswer::parameterOfName(std::string_view name) const
{
    const auto found = std::find_if(parameters.begin(), parameters.end(),
        [name](const DescribedParameter& parameter) { return withoutAt(parameter.name) == withoutAt(name); });
    return found == parameters.end() ? nullptr : &*found;
}

} // namespace es::session
