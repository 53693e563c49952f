// The fields of the connection dialog that a rule or a failed login can point at. Thread: any (plain values).
#pragma once

#include <QString>
#include <QtGlobal>

namespace es::ui {

enum class ConnectField : quint8 {
    kNone,
    kServer,
    kUser,
    kPassword,
    kDatabase,
    kTimeout,
    kTrust,
    kHostName,
    kCaFile,
    kProfileName,
    kColumnEncryption,
    kEnclaves,
    kProtocol,
    kUrl,
    kPolicy,
    kKeyPaths,
};

struct FieldProblem {
    ConnectField field = ConnectField::kNone;
    QString text;
};

} // namespace es::ui
