// Tokens that clients mostly pass by: ORDER, SSPI, FEDAUTHINFO, SESSIONSTATE, TABNAME, COLINFO, DATACLASSIFICATION, OFFSET.
// Thread: any (plain values).                                          MS-TDS 2.2.7.16, .22, .12, .21, .23, .5, .24
#pragma once

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"

namespace es::tds {

struct Order { std::vector<std::uint16_t> columns; };  // 1-based, in order of the ORDER BY list
struct SspiToken { base::Bytes data; };
struct FedAuthInfo {
    struct Item { std::uint8_t id = 0; std::string text; };  // 1: STS URL, 2: SPN
    std::vector<Item> items;
};
struct SessionState {
    std::uint32_t sequence = 0;
    bool recoverable = false;
    struct Item { std::uint8_t id = 0; base::Bytes data; };
    std::vector<Item> items;
};
struct TabName { std::vector<std::vector<std::string>> tables; };
struct ColInfo {
    struct Item { std::uint8_t column = 0, table = 0, status = 0; std::string baseName; };
    std::vector<Item> items;
};

void appendToken(base::ByteWriter& out, const Order& order);
void appendToken(base::ByteWriter& out, const SspiToken& token);
void appendToken(base::ByteWriter& out, const FedAuthInfo& info);
void appendToken(base::ByteWriter& out, const SessionState& state);

// Each reads a body behind its length.
[[nodiscard]] Order readOrder(base::ByteReader& body);
[[nodiscard]] FedAuthInfo readFedAuthInfo(base::ByteReader& body);
[[nodiscard]] SessionState readSessionState(base::ByteReader& body);
[[nodiscard]] TabName readTabName(base::ByteReader& body);
[[nodiscard]] ColInfo readColInfo(base::ByteReader& body);

}  // namespace es::tds
