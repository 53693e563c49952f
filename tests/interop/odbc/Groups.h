// The groups of steps; each file of the same name holds one. Keys are made by the group "keys", which must have run once.
#pragma once

#include "Odbc.h"

namespace keys {
inline constexpr const char* kFile = "witness"; // the test key: $ES_KEY_FOLDER/witness.p12
inline constexpr const char* kSecond = "witness2"; // another one, to rotate to
inline constexpr const char* kMaster = "CMK_ODBC"; // provider ES_TEST_KEY
inline constexpr const char* kColumn = "CEK_ODBC"; // allowed in the enclave
inline constexpr const char* kColumn2 = "CEK_ODBC_2"; // likewise, to re-encrypt with
// " ENCRYPTED WITH (...)" for a column definition.
std::string encrypted(const char* type, const char* key = kColumn);
} // namespace keys

// Of the provider's library, once a connection has loaded it: runs once before the next key is unwrapped, between the driver's question about
// a statement and the statement. See KeyStore.cpp.
void (**beforeUnwrap(const Settings& settings))();

void runLogin(const Settings& settings);
void runKeys(const Settings& settings);
void runPlain(const Settings& settings);
void runCatalog(const Settings& settings);
void runLarge(const Settings& settings);
void runBulk(const Settings& settings);
void runTypes(const Settings& settings); // plain columns
void runEncryptedTypes(const Settings& settings); // the same values through deterministic and randomized columns
void runEncrypted(const Settings& settings);
void runStale(const Settings& settings); // a key that another client drops between the driver's question and its statement
void runEnclave(const Settings& settings);
void runRotation(const Settings& settings);
void runLostSession(const Settings& settings); // ES_ENCLAVE_PID names the process to kill
void runExchangeWrite(const Settings& settings);
void runExchangeRead(const Settings& settings);
void runNoKey(const Settings& settings); // without the provider's library
void runWrongKey(const Settings& settings); // ES_KEY_FOLDER holds another key of the same name
void runTampered(const Settings& settings); // a cell was altered while the server was down
