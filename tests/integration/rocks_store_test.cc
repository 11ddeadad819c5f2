#include "adapters/rocksdb/rocks_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <optional>
#include <random>

#include "adapters/rocksdb/build_kind.h"
#include "tests/contract/store_contract.h"
#include "tests/support/temporary_folder.h"

namespace touchline::test {
namespace {

using adapters::RocksOptions;
using adapters::RocksStore;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

// Commits through the log.
class RocksWorld {
 public:
  explicit RocksWorld(std::optional<uint64_t> least_table_bytes = std::nullopt)
      : least_table_bytes_(least_table_bytes) {
    Open();
  }
  pipeline::Committer& committer() { return *store_; }
  pipeline::StateReader& reader() { return *store_; }
  pipeline::SnapshotSource& snapshots() { return *store_; }
  void Restart() {
    store_.reset();
    Open();
  }

 private:
  void Open() {
    auto opened =
        RocksStore::Open({.folder = folder_.path(), .least_table_bytes = least_table_bytes_});
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }

  const std::optional<uint64_t> least_table_bytes_;
  TemporaryFolder folder_;
  std::unique_ptr<RocksStore> store_;
};

// Each commit is a table of its own.
class RocksTablesWorld : public RocksWorld {
 public:
  RocksTablesWorld() : RocksWorld(0) {}
};

INSTANTIATE_TYPED_TEST_SUITE_P(Rocks, StoreContract, RocksWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(RocksTables, StoreContract, RocksTablesWorld);

std::shared_ptr<const pipeline::SealedBatch> Put(std::string_view key, std::string_view value) {
  auto batch = std::make_shared<pipeline::SealedBatch>();
  batch->Put(key, value);
  return batch;
}

class RocksStoreTest : public ::testing::Test {
 protected:
  static RocksOptions Options(const std::string& folder) {
    return {.folder = folder, .own_thread = false};
  }
  std::unique_ptr<RocksStore> Open() {
    auto opened = RocksStore::Open(Options(folder_.path()));
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  void Commit(RocksStore* store, std::string_view key, std::string_view value) {
    store->Submit(Put(key, value), [](Status s) { ASSERT_TRUE(s) << s.error().message; });
  }
  // The error with which the folder refuses to open.
  Error Refusal() {
    auto opened = RocksStore::Open(Options(folder_.path()));
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }
  // Files that end so, oldest first.
  std::vector<fs::path> Files(std::string_view suffix) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().filename().string().ends_with(suffix)) found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  static void FlipByte(const fs::path& file, std::streamoff at) {
    std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
    f.seekg(at);
    const char flipped = static_cast<char>(f.get() ^ 0x40);
    f.seekp(at);
    f.put(flipped);
  }
  // A copy of the folder as a crash would leave it: nothing is closed in order.
  std::unique_ptr<TemporaryFolder> CopyWhileOpen() { return CopyOf(folder_); }
  static std::unique_ptr<TemporaryFolder> CopyOf(const TemporaryFolder& folder) {
    auto copy = std::make_unique<TemporaryFolder>();
    fs::copy(folder.path(), copy->path(), fs::copy_options::recursive);
    return copy;
  }
  // The others were at rest when the crash came.
  static void TearNewestLog(const TemporaryFolder& folder) {
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (entry.path().extension() == ".log") newest = std::max(newest, entry.path());
    }
    fs::resize_file(newest, fs::file_size(newest) - 500);
  }

  TemporaryFolder folder_;
};

TEST_F(RocksStoreTest, RefusesAFolderThatAnotherHasOpen) {
  const auto store = Open();
  const Error error = Refusal();
  EXPECT_EQ(error.kind, ErrorClass::kFatal);
  EXPECT_EQ(error.exit_code, ExitCode::kStateUnreadable);
  EXPECT_THAT(error.message, HasSubstr("open in another process"));
}

TEST_F(RocksStoreTest, RefusesAFolderWithFilesThatAreNotItsOwn) {
  std::ofstream(folder_.path() + "/letter.txt") << "dear";
  EXPECT_THAT(Refusal().message, HasSubstr("letter.txt"));
  EXPECT_EQ(Files("").size(), 1u);
}

TEST_F(RocksStoreTest, RefusesAStateWhoseCurrentFileIsGone) {
  Open();
  fs::remove(folder_.path() + "/CURRENT");
  EXPECT_THAT(Refusal().message, HasSubstr("CURRENT is missing"));
  EXPECT_FALSE(fs::exists(folder_.path() + "/CURRENT"));
}

TEST_F(RocksStoreTest, RefusesAnotherFormat) {
  auto store = Open();
  store->Submit(Put(std::string_view("\0meta\0format", 12), "0"), [](Status) {});
  store.reset();
  const Error error = Refusal();
  EXPECT_EQ(error.exit_code, ExitCode::kStateUnreadable);
  EXPECT_THAT(error.message, HasSubstr("has format 0"));
}

TEST_F(RocksStoreTest, BindsToItsFirstClusterForGood) {
  auto store = Open();
  EXPECT_TRUE(store->BindMeta("cluster", "one", "the Kafka cluster"));
  store.reset();
  store = Open();
  EXPECT_TRUE(store->BindMeta("cluster", "one", "the Kafka cluster"));
  const Status other = store->BindMeta("cluster", "two", "the Kafka cluster");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().exit_code, ExitCode::kStateUnreadable);
  EXPECT_THAT(other.error().message, HasSubstr("the Kafka cluster \"one\""));
  EXPECT_EQ(*store->ReadMeta("cluster"), "one");
  EXPECT_EQ(*store->ReadMeta("mode"), std::nullopt);
}

TEST_F(RocksStoreTest, ForgivesATornTailAndKeepsTheBatchesBeforeIt) {
  const auto store = Open();
  Commit(store.get(), "first", std::string(1000, 'x'));
  Commit(store.get(), "second", std::string(1000, 'y'));
  const auto copy = CopyWhileOpen();
  TearNewestLog(*copy);
  auto reopened = RocksStore::Open(Options(copy->path()));
  ASSERT_TRUE(reopened) << reopened.error().message;
  EXPECT_TRUE((*reopened)->Get("first")->has_value());
  EXPECT_FALSE((*reopened)->Get("second")->has_value());
}

// A log that was recovered stays until its rows are in a table: the next crash finds it, with its
// torn tail, before the log of the life in between.
TEST_F(RocksStoreTest, KeepsWhatEachLifeWroteWhenItCrashesAgainAndAgain) {
  const auto store = Open();
  Commit(store.get(), "kept 0", std::string(1000, 'x'));
  Commit(store.get(), "torn 0", std::string(1000, 'x'));
  std::unique_ptr<TemporaryFolder> folder = CopyWhileOpen();
  TearNewestLog(*folder);
  for (int life = 1; life <= 3; ++life) {
    auto opened = RocksStore::Open(Options(folder->path()));
    ASSERT_TRUE(opened) << opened.error().message;
    for (int i = 0; i < life; ++i) {
      EXPECT_TRUE((*opened)->Get(fmt::format("kept {}", i))->has_value()) << i;
      EXPECT_FALSE((*opened)->Get(fmt::format("torn {}", i))->has_value()) << i;
    }
    Commit(opened->get(), fmt::format("kept {}", life), std::string(1000, 'x'));
    Commit(opened->get(), fmt::format("torn {}", life), std::string(1000, 'x'));
    auto next = CopyOf(*folder);
    TearNewestLog(*next);
    opened->reset();
    folder = std::move(next);
  }
}

// Large commits and small ones in turn, over the same keys and others: the newest value of each is
// read whatever it went through, after compactions and another start, too.
TEST_F(RocksStoreTest, KeepsTheOrderOfCommitsThroughTheLogAndAsTables) {
  constexpr uint64_t kLeastTable = 4000;
  const auto open = [&] {
    RocksOptions options = Options(folder_.path());
    options.memory_bytes = uint64_t{8} << 20;
    options.least_table_bytes = kLeastTable;
    auto opened = RocksStore::Open(options);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  };
  auto store = open();
  std::mt19937 random(3);
  std::map<std::string, std::string> wanted;
  int tables = 0;
  for (int commit = 0; commit < 300; ++commit) {
    auto batch = std::make_shared<pipeline::SealedBatch>();
    const size_t rows = random() % 2 == 0 ? 1 + random() % 5 : 50 + random() % 100;
    for (size_t i = 0; i < rows; ++i) {
      const std::string key = fmt::format("key {}", random() % 400);
      if (random() % 8 == 0) {
        batch->Delete(key);
        wanted.erase(key);
      } else {
        wanted[key] = fmt::format("{} {} {}", commit, i, std::string(80, 'v'));
        batch->Put(key, wanted[key]);
      }
    }
    tables += batch->bytes() >= kLeastTable ? 1 : 0;
    store->Submit(batch, [](Status s) { ASSERT_TRUE(s) << s.error().message; });
    if (commit % 50 == 20) {
      ASSERT_TRUE(store->Flush());
    }
    if (commit % 100 == 70) {
      store.reset();
      store = open();
    }
    if (commit % 10 != 0) continue;
    std::map<std::string, std::string> found;
    ASSERT_TRUE(store->Scan("key", "kez", [&](std::string_view key, std::string_view value) {
      found.emplace(key, value);
      return true;
    }));
    ASSERT_EQ(found, wanted) << "after commit " << commit;
  }
  EXPECT_GT(tables, 100);
  EXPECT_TRUE(store->VerifyChecksums());
}

TEST_F(RocksStoreTest, HasAllOfATableOrNothingAfterACrash) {
  std::map<std::string, std::unique_ptr<TemporaryFolder>> left;  // by the step of the crash
  {
    RocksOptions options = Options(folder_.path());
    options.least_table_bytes = 1000;
    options.at_step = [&](std::string_view step) { left[std::string(step)] = CopyWhileOpen(); };
    const auto store = RocksStore::Open(options);
    ASSERT_TRUE(store) << store.error().message;
    Commit(store->get(), "small", "through the log");
    left.clear();
    auto batch = std::make_shared<pipeline::SealedBatch>();
    for (const char* key : {"a", "b", "small"}) batch->Put(key, std::string(1000, 'x'));
    (*store)->Submit(batch, [](Status s) { ASSERT_TRUE(s) << s.error().message; });
  }
  ASSERT_EQ(left.size(), 3u);  // before_write, before_ingest, after_write
  for (const auto& [step, folder] : left) {
    const auto store = RocksStore::Open(Options(folder->path()));
    ASSERT_TRUE(store) << step << store.error().message;
    const bool durable = step == "after_write";
    EXPECT_EQ((*store)->Get("a")->has_value(), durable) << step;
    EXPECT_EQ((*store)->Get("b")->has_value(), durable) << step;
    EXPECT_EQ(**(*store)->Get("small"), durable ? std::string(1000, 'x') : "through the log");
    EXPECT_FALSE(fs::exists(folder->path() + "/commit.sst")) << step;
  }
}

TEST_F(RocksStoreTest, CommitsThroughTheLogWhenATableCannotBeWritten) {
  RocksOptions options = Options(folder_.path());
  options.least_table_bytes = 0;
  int tables = 0;
  options.at_step = [&tables](std::string_view step) { tables += step == "before_ingest" ? 1 : 0; };
  const auto store = RocksStore::Open(options);
  ASSERT_TRUE(store) << store.error().message;
  Commit(store->get(), "first", "x");
  EXPECT_EQ(tables, 1);
  // No file can be made where the table would be.
  fs::create_directories(folder_.path() + "/commit.sst/in the way");
  Commit(store->get(), "second", "y");
  EXPECT_EQ(tables, 1);
  EXPECT_EQ(**(*store)->Get("second"), "y");
  fs::remove_all(folder_.path() + "/commit.sst");
  Commit(store->get(), "third", "z");
  EXPECT_EQ(tables, 2);
}

TEST_F(RocksStoreTest, RefusesALogDamagedInItsMiddle) {
  const auto store = Open();
  Commit(store.get(), "first", std::string(1000, 'x'));
  Commit(store.get(), "second", std::string(1000, 'y'));
  const auto copy = CopyWhileOpen();
  for (const auto& entry : fs::directory_iterator(copy->path())) {
    if (entry.path().extension() == ".log") FlipByte(entry.path(), 600);
  }
  const auto reopened = RocksStore::Open(Options(copy->path()));
  ASSERT_FALSE(reopened);
  EXPECT_EQ(reopened.error().exit_code, ExitCode::kStateUnreadable);
  EXPECT_THAT(reopened.error().message, HasSubstr("damaged"));
}

TEST_F(RocksStoreTest, FindsAFlippedBitInATableWhenAskedToVerify) {
  auto store = Open();
  // The store's own rows go into a file of their own, which opening reads.
  ASSERT_TRUE(store->Flush());
  Commit(store.get(), "key", std::string(100'000, 'x'));
  ASSERT_TRUE(store->Flush());
  EXPECT_TRUE(store->VerifyChecksums());
  store.reset();
  FlipByte(Files(".sst").back(), 100);
  auto reopened = RocksStore::Open(Options(folder_.path()));
  ASSERT_TRUE(reopened) << reopened.error().message;
  const Status verified = (*reopened)->VerifyChecksums();
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().exit_code, ExitCode::kStateUnreadable);
}

TEST_F(RocksStoreTest, SharesOneSyncAmongBatchesThatWaitTogether) {
  std::promise<void> let_go;
  std::shared_future<void> may_go = let_go.get_future().share();
  std::promise<void> first_began;
  std::atomic<bool> is_first{true};
  auto opened = RocksStore::Open({.folder = folder_.path(), .at_step = [&](std::string_view step) {
                                    if (step != "before_write" || !is_first.exchange(false)) return;
                                    first_began.set_value();
                                    may_go.wait();
                                  }});
  ASSERT_TRUE(opened);
  std::atomic<int> done{0};
  const auto count = [&](Status) { ++done; };
  (*opened)->Submit(Put("a", "1"), count);
  first_began.get_future().wait();
  for (const char* key : {"b", "c", "d"}) (*opened)->Submit(Put(key, "1"), count);
  std::promise<void> last_done;
  (*opened)->Submit(Put("e", "1"), [&](Status) { last_done.set_value(); });
  let_go.set_value();
  last_done.get_future().wait();
  EXPECT_EQ(done, 4);
  EXPECT_EQ((*opened)->Stats().commits, 2u);
}

TEST_F(RocksStoreTest, WritesWhatWasSubmittedBeforeItCloses) {
  std::atomic<int> done{0};
  {
    auto opened = RocksStore::Open({.folder = folder_.path()});
    ASSERT_TRUE(opened);
    for (int i = 0; i < 20; ++i) {
      (*opened)->Submit(Put("key" + std::to_string(i), "1"), [&](Status) { ++done; });
    }
  }
  EXPECT_EQ(done, 20);
  EXPECT_TRUE(Open()->Get("key19")->has_value());
}

TEST_F(RocksStoreTest, CountsEntriesAndBytes) {
  const auto store = Open();
  Commit(store.get(), "key", std::string(100'000, 'x'));
  EXPECT_EQ(store->Stats().entries, 2u);  // and its own format
  EXPECT_GE(store->Stats().bytes, 100'000u);
}

TEST_F(RocksStoreTest, SaysWhichFolderCannotBeMade) {
  const auto opened = RocksStore::Open(Options("/proc/no-such-place"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().exit_code, ExitCode::kStateUnreadable);
  EXPECT_THAT(opened.error().message, HasSubstr("/proc/no-such-place"));
}

TEST(FreeBytesTest, IsPositiveForAFolderAndAnErrorForNone) {
  const TemporaryFolder folder;
  EXPECT_GT(*adapters::FreeBytes(folder.path()), 0u);
  EXPECT_FALSE(adapters::FreeBytes(folder.path() + "/none"));
}

TEST(RocksBuildKindTest, IsKnownForASharedLibrary) {
  EXPECT_THAT(adapters::RocksBuildKind(), ::testing::AnyOf("release", "assertions"));
}

}  // namespace
}  // namespace touchline::test
