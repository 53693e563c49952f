// The xml type: is a text well-formed content, and how does SQL Server write it back? Room-internal. Thread: any (pure).
#pragma once

#include "driver/base/Result.h"

#include <string>
#include <string_view>

namespace es::types {

struct XmlRules {
    bool unicodeSource = true;        // nvarchar: an XML declaration may name UTF-16 alone; varchar: anything but that
    bool preserveWhitespace = false;  // CONVERT style 1: white space between elements stays
};

// Content, not a document: several elements side by side, and text beside them, are well. The declaration goes; a start tag is its name, its namespace
// declarations, its attributes, quoted by "; an empty element is <a/>; white space alone between elements goes.
// Errors: kConversionFailed with the server's numbers: 9400, 9402, 9410 .. 9464 with line and character, 6335 (deeper than 128), 6359 (DOCTYPE).
[[nodiscard]] base::Result<std::string> canonicalXml(std::string_view utf8, XmlRules rules);

}  // namespace es::types
