// The files of resources/seed, put into the program at build time (SeedFiles.cpp is written by CMake). Thread: any.
#pragma once

#include <string_view>

namespace es::sandbox::seed {

extern const std::string_view kSchema;      // schema.sql: batches parted by GO
extern const std::string_view kFirstNames;  // one per line, UTF-8
extern const std::string_view kLastNames;

}  // namespace es::sandbox::seed
