// The beginning of a plaintext as a number, so that sorting millions of cells compares numbers and seldom bytes. Never contradicts
// types::compareNormalized: a smaller key means a smaller value, equal keys leave it open. Thread: any once made.
#pragma once

#include "driver/base/Bytes.h"
#include "driver/types/SqlType.h"

namespace es::sandbox {

class SortKey {
public:
    explicit SortKey(const types::SqlType& type);
    [[nodiscard]] std::uint64_t of(base::ByteView plaintext) const { return m_key(plaintext); }

private:
    std::uint64_t (*m_key)(base::ByteView);
};

}  // namespace es::sandbox
