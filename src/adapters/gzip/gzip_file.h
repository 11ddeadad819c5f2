#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace touchline::adapters {

// The whole content of a file, decompressed where it is gzip (told by its first bytes, not by its
// name; several members one after the other are one content). kFatal: it cannot be read, is cut off
// or damaged, or holds more than `max_bytes` once decompressed.
Result<std::string> ReadFileOrGzip(const std::string& path,
                                   uint64_t max_bytes = uint64_t{4} << 30);

}  // namespace touchline::adapters
