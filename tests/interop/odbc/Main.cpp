// Microsoft's ODBC driver as a witness. Usage:
//   odbc-witness DRIVER SERVER USER PASSWORD_FILE DATABASE PROVIDER_LIBRARY COLUMN_ENCRYPTION GROUP...
// SERVER: "localhost,PORT". COLUMN_ENCRYPTION: Enabled, VBS-NONE, "VBS-HGS,URL", "SGX-AAS,URL". Groups: see Groups.h.
// The certificate authority comes in SSL_CERT_FILE, keys in ES_KEY_FOLDER and ES_KEY_PASSWORD_FILE.
// Each step prints "ok NAME: what was seen" or "FAIL NAME: ..."; exit status 1 if one failed.
#include "Groups.h"

#include <clocale>
#include <cstdio>
#include <fstream>
#include <map>

int main(int count, char** arguments)
{
    if (count < 9) {
        std::fprintf(stderr, "usage: odbc-witness DRIVER SERVER USER PASSWORD_FILE DATABASE PROVIDER_LIBRARY COLUMN_ENCRYPTION GROUP...\n");
        return 2;
    }
    std::setlocale(LC_ALL, "C.UTF-8");
    Settings s{arguments[1], arguments[2], arguments[3], {}, arguments[5], arguments[6], arguments[7]};
    std::ifstream(arguments[4]) >> s.password;
    const std::map<std::string, void (*)(const Settings&)> groups{{"login", runLogin}, {"keys", runKeys}, {"plain", runPlain},
        {"catalog", runCatalog}, {"large", runLarge}, {"bulk", runBulk}, {"types", runTypes}, {"encrypted-types", runEncryptedTypes},
        {"encrypted", runEncrypted}, {"stale", runStale}, {"enclave", runEnclave}, {"rotation", runRotation}, {"lost-session", runLostSession},
        {"exchange-write", runExchangeWrite}, {"exchange-read", runExchangeRead}, {"no-key", runNoKey}, {"wrong-key", runWrongKey}, {"tampered", runTampered}};
    for (int i = 8; i < count; ++i) {
        const auto found = groups.find(arguments[i]);
        if (found == groups.end()) {
            std::fprintf(stderr, "no group %s\n", arguments[i]);
            return 2;
        }
        step(std::string("group-") + arguments[i], [&] {
            found->second(s);
            return std::string("ran to its end");
        });
    }
    return failures() == 0 ? 0 : 1;
}
