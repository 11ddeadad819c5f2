#pragma once

#include <cstdint>
#include <string>

namespace touchline::test {

// A folder whose free space a test decides: where the system lets us, a small file system of its
// own in memory; else a folder like any other, on a disk that others use, too. Either way space is
// taken by one file.
class SmallDisk {
 public:
  // Creates `folder`. The file system is seen by this thread, by threads and processes that it
  // starts from now on, and is gone with them.
  SmallDisk(std::string folder, uint64_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::string& folder() const { return folder_; }
  // Whether nobody else uses it.
  bool is_own() const { return is_own_; }
  uint64_t free_bytes() const;
  // Takes space, on top of what it has taken already, until about so much is left.
  void Leave(uint64_t bytes);
  void GiveBack();

 private:
  const std::string folder_;
  const std::string ballast_;
  bool is_own_ = false;
};

}  // namespace touchline::test
