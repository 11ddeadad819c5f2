#include "adapters/gzip/gzip_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace touchline::adapters {
namespace {

struct Closer {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

}  // namespace

Result<std::string> ReadFileOrGzip(const std::string& path, uint64_t max_bytes) {
  errno = 0;
  const std::unique_ptr<gzFile_s, Closer> file(gzopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return Fatal(fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
  }
  std::string content;
  std::array<char, 1 << 16> buffer;
  while (true) {
    const int n = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    if (n > 0) content.append(buffer.data(), static_cast<size_t>(n));
    if (content.size() > max_bytes) {
      return Fatal(fmt::format("{} holds more than {} bytes", path, max_bytes));
    }
    if (n == static_cast<int>(buffer.size())) continue;
    int code = Z_OK;
    const char* message = gzerror(file.get(), &code);
    if (n < 0 || (code != Z_OK && code != Z_STREAM_END)) {
      return Fatal(fmt::format("{} cannot be read: {}", path,
                               code == Z_ERRNO ? std::strerror(errno) : message));
    }
    if (n == 0) return content;
  }
}

}  // namespace touchline::adapters
