// What the fuzz targets share. A property that does not hold aborts: the engine keeps the input, a corpus run names the file.
// Thread: one.
#pragma once

#include "driver/base/Bytes.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// `what` holds for every input, or the decoder is wrong.
#define ES_HOLDS(what)                                                                                                                     \
    do {                                                                                                                                   \
        if (!(what)) {                                                                                                                     \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what);                                                 \
            std::abort();                                                                                                                  \
        }                                                                                                                                  \
    } while (false)
