// What the driver's own header would declare, as far as the witness needs it: the driver's package carries no header. Names, numbers and
// layouts are those of the driver's public documentation ("Using Always Encrypted with the ODBC Driver", "Custom Keystore Providers", "Bulk
// Copy functions") and of the open PHP driver, which uses the same interface. Wide characters are two bytes, also on Linux.
#pragma once

#include <sql.h>
#include <sqlext.h>

namespace vendor {

// Connection attributes.
inline constexpr SQLINTEGER kBulkCopy = 1219; // set before connecting; value 1 allows bcp_*
inline constexpr SQLINTEGER kKeyStoreProvider = 1251; // set: load this library; narrow file name for the narrow call
inline constexpr SQLINTEGER kTrustedKeyPaths = 1253; // UTF-16, each path ends with 0, the list with another 0
// Fields of the implementation's parameter descriptor.
inline constexpr SQLSMALLINT kServerType = 1235; // which of several server types an ODBC type stands for
inline constexpr SQLSMALLINT kForceEncrypt = 1236; // refuse to send this parameter in the clear
inline constexpr SQLSMALLINT kSmallDateTime = 1;
inline constexpr SQLSMALLINT kDateTime = 2;
inline constexpr SQLSMALLINT kMoney = 3;
inline constexpr SQLSMALLINT kSmallMoney = 4;
// SQL types beyond the standard's.
inline constexpr SQLSMALLINT kVariant = -150;
inline constexpr SQLSMALLINT kXml = -152;
inline constexpr SQLSMALLINT kTime2 = -154;
inline constexpr SQLSMALLINT kTimestampOffset = -155;

// Key stores. A library of providers exports `CEKeystoreProvider` (first generation) or `CEKeystoreProvider2` (which can verify a master
// key's signature, as an enclave needs it): an array of pointers that ends with a null pointer. Functions return 0 for failure.
struct Context {
    void* environment;
    void* connection;
    void* statement;
};
using ReportError = void(Context*, const char16_t* message, ...);

struct Provider2 {
    const char16_t* name;
    int (*init)(Context*, ReportError*);
    int (*read)(Context*, ReportError*, void* data, unsigned* length);
    int (*write)(Context*, ReportError*, void* data, unsigned length);
    // *key is freed by the driver with free().
    int (*decryptKey)(Context*, ReportError*, const char16_t* path, const char16_t* algorithm, unsigned char* wrapped,
        unsigned short wrappedLength, unsigned char** key, unsigned short* keyLength);
    int (*encryptKey)(Context*, ReportError*, const char16_t* path, const char16_t* algorithm, unsigned char* key, unsigned short keyLength,
        unsigned char** wrapped, unsigned short* wrappedLength);
    int (*verifyMasterKey)(Context*, ReportError*, const char16_t* path, unsigned char* signature, unsigned short signatureLength);
    void* reserved;
    void (*free)();
};

} // namespace vendor
