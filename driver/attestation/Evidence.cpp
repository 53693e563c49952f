#include "driver/attestation/Evidence.h"

#include <algorithm>

namespace es::attestation {

const ServiceDocument* Evidence::document(std::string_view role) const
{
    const auto found = std::find_if(documents.begin(), documents.end(), [&](const ServiceDocument& d) { return d.role == role; });
    return found == documents.end() ? nullptr : &*found;
}

}  // namespace es::attestation
