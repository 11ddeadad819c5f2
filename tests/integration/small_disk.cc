#include "tests/integration/small_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "adapters/rocksdb/rocks_store.h"

namespace touchline::test {
namespace {

constexpr off_t kBlock = 4096;

bool MountAt(const std::string& folder, uint64_t bytes) {
  // A view of the file systems of our own, or a killed test would leave its mount behind.
  if (unshare(CLONE_NEWNS) != 0) return false;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const std::string size = "size=" + std::to_string(bytes);
  return mount("touchline-test", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

}  // namespace

SmallDisk::SmallDisk(std::string folder, uint64_t bytes)
    : folder_(std::move(folder)), ballast_(folder_ + "/ballast") {
  std::filesystem::create_directories(folder_);
  is_own_ = MountAt(folder_, bytes);
}

SmallDisk::~SmallDisk() {
  if (is_own_) umount2(folder_.c_str(), MNT_DETACH);
}

uint64_t SmallDisk::free_bytes() const { return adapters::FreeBytes(folder_).value_or(0); }

void SmallDisk::Leave(uint64_t bytes) {
  const int file = open(ballast_.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_GE(file, 0) << ballast_;
  const off_t taken = lseek(file, 0, SEEK_END);
  const uint64_t free = free_bytes();
  // Others may take what was free a moment ago: less is tried then.
  off_t wanted = free > bytes ? static_cast<off_t>(free - bytes) / kBlock * kBlock : 0;
  while (wanted > 0 && fallocate(file, 0, taken, wanted) != 0) wanted -= kBlock;
  close(file);
}

void SmallDisk::GiveBack() { unlink(ballast_.c_str()); }

}  // namespace touchline::test
