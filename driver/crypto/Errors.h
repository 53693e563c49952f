// Error codes of the crypto room. Texts name key paths and sizes, never key bytes or plaintext.
#pragma once

#include "driver/base/Error.h"

namespace es::crypto {

inline constexpr base::ErrorCode kBadKeyLength{"crypto", "BadKeyLength"};          // a column key that is not 32 bytes
inline constexpr base::ErrorCode kCellTooShort{"crypto", "CellTooShort"};          // below 65 bytes
inline constexpr base::ErrorCode kCellVersion{"crypto", "CellVersion"};            // first byte is not 01
inline constexpr base::ErrorCode kCellTag{"crypto", "CellTag"};                    // altered, or another key
inline constexpr base::ErrorCode kCellLength{"crypto", "CellLength"};              // ciphertext not whole blocks
inline constexpr base::ErrorCode kCellPadding{"crypto", "CellPadding"};
inline constexpr base::ErrorCode kCekAlgorithm{"crypto", "CekAlgorithm"};          // not RSA_OAEP
inline constexpr base::ErrorCode kCekBlob{"crypto", "CekBlob"};                    // empty, short, version, lengths
inline constexpr base::ErrorCode kCekKeySize{"crypto", "CekKeySize"};              // made with an RSA key of another size
inline constexpr base::ErrorCode kCekSignature{"crypto", "CekSignature"};          // altered, or made with another master key
inline constexpr base::ErrorCode kCekUnwrap{"crypto", "CekUnwrap"};                // RSA-OAEP refused
inline constexpr base::ErrorCode kBadKeyPath{"crypto", "BadKeyPath"};              // empty, or 32767 characters and more
inline constexpr base::ErrorCode kBadRsaKey{"crypto", "BadRsaKey"};                // not an RSA key, or not in this form
inline constexpr base::ErrorCode kBadCertificate{"crypto", "BadCertificate"};      // not an X.509 certificate, or a list that holds none
inline constexpr base::ErrorCode kBadPoint{"crypto", "BadPoint"};                  // ECDH public key malformed or not on P-384
inline constexpr base::ErrorCode kPkcs12Format{"crypto", "Pkcs12Format"};          // not a PKCS#12 file, or without an RSA key
inline constexpr base::ErrorCode kPkcs12Password{"crypto", "Pkcs12Password"};      // wrong password
inline constexpr base::ErrorCode kCryptoFailed{"crypto", "CryptoFailed"};          // the library failed (memory, random source)

}  // namespace es::crypto
