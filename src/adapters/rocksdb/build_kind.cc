#include "adapters/rocksdb/build_kind.h"

#include <link.h>
#include <rocksdb/version.h>

#include <cstddef>
#include <string_view>

namespace touchline::adapters {
namespace {

struct Finding {
  bool library_seen = false;
  bool imports_assert = false;
};

std::string_view DynamicStrings(const dl_phdr_info& library) {
  for (size_t i = 0; i < library.dlpi_phnum; ++i) {
    if (library.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const char* table = nullptr;
    size_t size = 0;
    const auto* entry =
        reinterpret_cast<const ElfW(Dyn)*>(library.dlpi_addr + library.dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      // The loader has already relocated this address.
      if (entry->d_tag == DT_STRTAB) table = reinterpret_cast<const char*>(entry->d_un.d_ptr);
      if (entry->d_tag == DT_STRSZ) size = entry->d_un.d_val;
    }
    if (table != nullptr) return {table, size};
  }
  return {};
}

int Visit(dl_phdr_info* library, size_t, void* opaque) {
  auto* finding = static_cast<Finding*>(opaque);
  if (std::string_view(library->dlpi_name).find("librocksdb") == std::string_view::npos) return 0;
  finding->library_seen = true;
  finding->imports_assert =
      DynamicStrings(*library).find("__assert_fail") != std::string_view::npos;
  return 1;
}

}  // namespace

std::string RocksBuildKind() {
  Finding finding;
  dl_iterate_phdr(&Visit, &finding);
  if (!finding.library_seen) return "unknown";
  return finding.imports_assert ? "assertions" : "release";
}

std::string RocksVersion() { return rocksdb::GetRocksVersionAsString(); }

}  // namespace touchline::adapters
