#include "driver/base/Bytes.h"

namespace es::base {

std::string toHex(ByteView bytes)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (Byte b : bytes) {
        out += kDigits[b >> 4];
        out += kDigits[b & 15];
    }
    return out;
}

namespace {

int nibbleOf(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

Result<Bytes> fromHex(std::string_view text)
{
    if (text.starts_with("0x") || text.starts_with("0X"))
        text.remove_prefix(2);
    if (text.size() % 2 != 0)
        return makeError(kBadHex, "Hex text has an odd number of digits.");
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = nibbleOf(text[i]);
        const int low = nibbleOf(text[i + 1]);
        if (high < 0 || low < 0)
            return makeError(kBadHex, "Hex text has a character that is not a hex digit.");
        out.push_back(static_cast<Byte>(high << 4 | low));
    }
    return out;
}

}  // namespace es::base
