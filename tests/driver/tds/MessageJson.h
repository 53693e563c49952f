// TDS values in the JSON form of the vector files, every field of them. Built on our decoders: what the tests compare.
#pragma once

#include "driver/tds/Login7.h"
#include "driver/tds/Packet.h"
#include "driver/tds/Prelogin.h"
#include "driver/tds/Request.h"
#include "driver/tds/TokenDecoder.h"

#include <QJsonArray>
#include <QJsonObject>

namespace es::testing {

QString hexOf(base::ByteView bytes);
QJsonObject jsonOf(const tds::PacketHeader& header);
QJsonArray jsonOf(const tds::Prelogin& prelogin);
QJsonArray jsonOf(const std::vector<tds::Feature>& features);
QJsonObject jsonOf(const tds::Login7& login);
QJsonObject jsonOf(const tds::SqlBatch& batch, bool enclaveField);
QJsonObject jsonOf(const tds::RpcParameter& parameter);
QJsonObject jsonOf(const tds::RpcRequest& request, bool enclaveField);
QJsonObject jsonOf(const tds::TransactionRequest& request);
QJsonObject jsonOf(const tds::Token& token, bool columnEncryption);

}  // namespace es::testing
