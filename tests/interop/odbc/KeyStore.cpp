// The library that Microsoft's ODBC driver loads: the providers ES_TEST_KEY and ES_KEY_FILE (the studio's own), both over the same PKCS#12
// files. The driver asks it to unwrap column keys and, before an enclave gets one, to verify the master key's signature.
#include "MasterKey.h"
#include "Vendor.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

// The witness may set it: runs once, before the next key is unwrapped, between the driver's question about a statement and the statement.
extern "C" {
__attribute__((visibility("default"))) void (*esBeforeUnwrap)() = nullptr;
}

namespace {

int decryptKey(vendor::Context* context, vendor::ReportError* report, const char16_t* path, const char16_t* algorithm,
    unsigned char* wrapped, unsigned short wrappedLength, unsigned char** key, unsigned short* keyLength)
{
    *key = nullptr;
    *keyLength = 0;
    try {
        if (void (*now)() = std::exchange(esBeforeUnwrap, nullptr)) now();
        if (std::u16string(algorithm) != u"RSA_OAEP") {
            report(context, u"only RSA_OAEP is known here");
            return 0;
        }
        const std::string plain = MasterKey(narrowed(path)).unwrap({reinterpret_cast<char*>(wrapped), wrappedLength});
        *key = static_cast<unsigned char*>(std::malloc(plain.size()));
        std::memcpy(*key, plain.data(), plain.size());
        *keyLength = static_cast<unsigned short>(plain.size());
        return 1;
    } catch (const std::exception& e) {
        report(context, widened(e.what()).c_str());
        return 0;
    }
}

template <const char* Name>
int verifyMasterKey(
    vendor::Context* context, vendor::ReportError* report, const char16_t* path, unsigned char* signature, unsigned short length)
{
    try {
        return MasterKey(narrowed(path)).verifyMetadata(Name, {reinterpret_cast<char*>(signature), length}) ? 1 : 0;
    } catch (const std::exception& e) {
        report(context, widened(e.what()).c_str());
        return 0;
    }
}

constexpr char kTestKey[] = "ES_TEST_KEY";
constexpr char kKeyFile[] = "ES_KEY_FILE";
vendor::Provider2 testKey{u"ES_TEST_KEY", nullptr, nullptr, nullptr, decryptKey, nullptr, verifyMasterKey<kTestKey>, nullptr, nullptr};
vendor::Provider2 keyFile{u"ES_KEY_FILE", nullptr, nullptr, nullptr, decryptKey, nullptr, verifyMasterKey<kKeyFile>, nullptr, nullptr};

} // namespace

extern "C" {
__attribute__((visibility("default"))) vendor::Provider2* CEKeystoreProvider2[] = {&testKey, &keyFile, nullptr};
}
