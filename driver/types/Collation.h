// Collations: the 5 wire bytes, their names, code pages and comparison rules.      MS-TDS 2.2.5.1.2; tds reference 8.5
// Thread: any (pure; conversions keep their code-page machinery per thread).
#pragma once

#include "driver/base/Bytes.h"
#include "driver/types/SqlType.h"

#include <optional>

namespace es::types {

struct CollationFacts {
    std::uint16_t codePage = 1252;  // 65001 with UTF-8; 0: none (Unicode-only locale, char and varchar not possible)
    bool bin2 = false;              // code-point order
    bool binary = false;            // BIN or BIN2: nothing is folded
    bool utf8 = false;              // char and varchar hold UTF-8
    bool caseSensitive = false;
    bool accentSensitive = true;
    bool kanaSensitive = false;
    bool widthSensitive = false;
};

inline constexpr std::uint16_t kCodePageUtf8 = 65001;
inline constexpr Collation kDefaultCollation{0x00D00409, 52};        // SQL_Latin1_General_CP1_CI_AS, wire 0904d00034
inline constexpr Collation kLatin1GeneralBin2{0x02000409, 0};        // Latin1_General_BIN2
inline constexpr Collation kLatin1General100CiAs{0x20D00409, 0};     // Latin1_General_100_CI_AS
inline constexpr Collation kLatin1General100Bin2Utf8{0x26000409, 0}; // Latin1_General_100_BIN2_UTF8

// The raw collation 00 00 00 00 00 reads as code page 1252, BIN2.
[[nodiscard]] CollationFacts factsOf(Collation collation);
// The same as the facts say, for hot loops.
[[nodiscard]] inline bool isBin2(Collation collation) { return (collation.info & 0x02000000u) != 0 || collation == Collation{}; }
[[nodiscard]] inline bool isBinaryCollation(Collation collation) { return (collation.info & 0x01000000u) != 0 || isBin2(collation); }

// Any case: "SQL_Latin1_General_CP1_CI_AS", "Latin1_General_100_CI_AS_SC_UTF8", "Japanese_XJIS_140_BIN2". "database_default" is
// not known here. Empty when unknown.
[[nodiscard]] std::optional<Collation> collationByName(std::string_view name);
// The canonical name. "_SC" is not on the wire and therefore not in the answer. Unknown locales: "Collation_0x........_nn".
[[nodiscard]] std::string collationName(Collation collation);
// The name as CREATE TABLE text keeps it: collationByName's canonical spelling including _SC and the like; empty when unknown.
[[nodiscard]] std::string canonicalCollationName(std::string_view name);

// char and varchar bytes to UTF-8. Bytes that mean nothing in the code page become U+FFFD. Errors: kNoCodePage.
[[nodiscard]] base::Result<std::string> textFromCodePage(base::ByteView bytes, Collation collation);
// UTF-8 to char and varchar bytes. Errors: kUnmappable (no silent '?'), kNoCodePage.
[[nodiscard]] base::Result<base::Bytes> textToCodePage(std::string_view utf8, Collation collation);
// As SQL Server does when it converts nvarchar to varchar itself: unmappable becomes '?'. Errors: kNoCodePage.
[[nodiscard]] base::Result<base::Bytes> textToCodePageLossy(std::string_view utf8, Collation collation);

// Binary and SQL_ collations order char and varchar by other rules than nchar and nvarchar.
enum class TextKind : std::uint8_t { kUnicode, kCodePage };

// <0, 0, >0. Trailing spaces are ignored ('a' = 'a  '); the shorter text is compared as if padded. BIN2: code-point order, for
// kCodePage the order of the code page's bytes. Linguistic collations fold case, accents, width by their flags and order letters regardless of case first (approximation of the
// Windows weight tables for Latin, Greek and Cyrillic; other scripts order by code point).
[[nodiscard]] int compareText(std::string_view aUtf8, std::string_view bUtf8, Collation collation, TextKind kind = TextKind::kUnicode);
// The same bytes for texts that compareText calls equal, different bytes otherwise: for hashes, DISTINCT, indexes.
[[nodiscard]] std::string equalityKey(std::string_view utf8, Collation collation, TextKind kind = TextKind::kUnicode);

}  // namespace es::types
