#include "driver/base/Digest.h"

#include <openssl/evp.h>

namespace es::base {

Bytes digestOf(DigestKind kind, ByteView data)
{
    const EVP_MD* algorithm = EVP_sha512();
    if (kind == DigestKind::kMd5) algorithm = EVP_md5();
    if (kind == DigestKind::kSha1) algorithm = EVP_sha1();
    if (kind == DigestKind::kSha256) algorithm = EVP_sha256();
    Bytes out(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    if (EVP_Digest(data.data(), data.size(), out.data(), &size, algorithm, nullptr) != 1) return {};
    out.resize(size);
    return out;
}

} // namespace es::base
