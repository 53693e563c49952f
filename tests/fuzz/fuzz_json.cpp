// JSON documents: a sandbox's line, attestation answers, profiles.
#include "Fuzz.h"
#include "driver/json/Json.h"

using namespace es;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto document = json::parse(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!document) return 0;
    // Not the document itself: of members with the same name writing keeps the last.
    const std::string text = json::write(*document);
    const auto again = json::parse(text);
    ES_HOLDS(again && json::write(*again) == text);
    const auto pretty = json::parse(json::write(*document, 2));
    ES_HOLDS(pretty && *pretty == *again);
    return 0;
}
