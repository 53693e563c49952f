#include "driver/base/Error.h"

namespace es::base {

std::string Error::describe() const
{
    std::string out = text;
    if (server) {
        out += out.empty() ? "" : "\n";
        out += "Msg " + std::to_string(server->number) + ", Level " + std::to_string(server->severity) + ", State "
             + std::to_string(server->state) + ", Line " + std::to_string(server->line) + ": " + server->message;
    }
    if (!remedy.empty())
        out += "\n" + remedy;
    return out;
}

std::string_view originName(Origin origin)
{
    switch (origin) {
    case Origin::kClient: return "client";
    case Origin::kServer: return "server";
    case Origin::kEnclave: return "enclave";
    case Origin::kKeyStore: return "key store";
    case Origin::kAttestation: return "attestation";
    }
    return "client";
}

std::string_view consequenceName(Consequence consequence)
{
    switch (consequence) {
    case Consequence::kStatementFailed: return "statement failed";
    case Consequence::kTransactionLost: return "transaction lost";
    case Consequence::kSessionUnusable: return "session unusable";
    }
    return "statement failed";
}

Error makeError(ErrorCode code, std::string text, std::string setting, std::string remedy)
{
    Error error;
    error.code = code;
    error.text = std::move(text);
    error.setting = std::move(setting);
    error.remedy = std::move(remedy);
    return error;
}

}  // namespace es::base
