#include "adapters/rocksdb/rocks_store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "adapters/rocksdb/table_commit.h"
#include "adapters/thread_name.h"
#include "pipeline/keys.h"

namespace touchline::adapters {
namespace {

constexpr std::string_view kMetaPrefix("\0meta\0", 6);
constexpr std::string_view kFormatName = "format";
constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kLeastMemory = 8 * kMiB;
constexpr size_t kListOverhead = 16;  // of a row in a WriteBatch: its lengths and its kind

rocksdb::Slice ToSlice(std::string_view s) { return {s.data(), s.size()}; }
std::string_view ToView(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

std::string MetaKey(std::string_view name) { return std::string(kMetaPrefix).append(name); }

tl::unexpected<Error> Unreadable(std::string message) {
  return Fatal(std::move(message), ExitCode::kStateUnreadable);
}

bool IsLockFailure(const rocksdb::Status& status) {
  if (!status.IsIOError()) return false;
  const std::string text = status.ToString();
  return text.find("lock") != std::string::npos || text.find("LOCK") != std::string::npos;
}

tl::unexpected<Error> Translate(const rocksdb::Status& status, std::string_view doing,
                                const std::string& folder) {
  if (status.IsCorruption()) {
    return Unreadable(fmt::format(
        "The state in {} is damaged ({} while {}). Put back a copy of the folder, or remove it to "
        "rebuild the state from what Kafka still retains.",
        folder, status.ToString(), doing));
  }
  return Unreadable(
      fmt::format("The state in {} failed while {}: {}.", folder, doing, status.ToString()));
}

tl::unexpected<Error> TranslateOpen(const rocksdb::Status& status, const std::string& folder) {
  if (IsLockFailure(status)) {
    return Unreadable(fmt::format(
        "The state in {} is open in another process. Stop that one, or choose another folder.",
        folder));
  }
  return Translate(status, "opening it", folder);
}

rocksdb::Options MakeOptions(const RocksOptions& ours) {
  const uint64_t memory = std::max(ours.memory_bytes, kLeastMemory);
  const uint64_t buffers = memory / 3;
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(memory);

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // Indexes and filters count against the bound, too, but stay: every new contact asks them.
  table.cache_index_and_filter_blocks = true;
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;

  rocksdb::Options options;
  options.create_if_missing = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // Buffers are charged to the cache: one bound for both.
  options.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(buffers, cache);
  options.write_buffer_size = std::min(buffers / 2, 64 * kMiB);
  options.max_write_buffer_number = 3;
  // A commit's rows come sorted, so each finds its place beside the one before; and most reads ask
  // for what is not there (a new contact), which the filter tells without a search.
  options.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(pipeline::kTablePrefixBytes));
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.02;
  options.max_background_jobs = 2;
  options.bytes_per_sync = kMiB;
  options.max_open_files = 512;
  options.compression_per_level = {rocksdb::kNoCompression, rocksdb::kNoCompression,
                                   rocksdb::kLZ4Compression};
  options.level_compaction_dynamic_level_bytes = true;
  // Keys are spread evenly, so a compaction of new tables rewrites all of the state: half as often
  // as by default. A key that is not stored is mostly known without a read.
  options.level0_file_num_compaction_trigger = 8;
  // What a compaction writes before it can delete what it read: by default 1.6 GiB, for which
  // nobody has left room.
  options.max_compaction_bytes = 256 * kMiB;
  // The default forgives damage in the middle of the log by dropping the rest, whose facts have
  // already been sent. Only a torn tail is what a crash leaves.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_total_wal_size = 128 * kMiB;
  // A start is to be quick: what the log gives back is written to a table when there is time.
  options.avoid_flush_during_recovery = true;
  options.max_log_file_size = 4 * kMiB;
  options.keep_log_file_num = 3;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

bool HasSuffix(std::string_view name, std::string_view suffix) { return name.ends_with(suffix); }

// RocksDB would create a new, empty state in a folder whose CURRENT is gone, or between a person's
// own files. Neither may happen silently.
Status CheckFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Unreadable(
        fmt::format("The state folder {} cannot be created: {}.", folder, error.message()));
  }
  if (std::filesystem::exists(std::filesystem::path(folder) / "CURRENT", error)) return {};
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (HasSuffix(name, ".sst") || HasSuffix(name, ".log")) {
      return Unreadable(fmt::format(
          "The state in {} is damaged: its file CURRENT is missing. Put back a copy of the folder, "
          "or remove it to rebuild the state from what Kafka still retains.",
          folder));
    }
    const bool left_by_an_interrupted_creation =
        name == "LOCK" || name == "IDENTITY" || name.starts_with("LOG") ||
        name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") || HasSuffix(name, ".dbtmp");
    if (!left_by_an_interrupted_creation) {
      return Unreadable(fmt::format(
          "The folder {} is not empty and holds no state (there is {}). Choose another folder.",
          folder, name));
    }
  }
  if (error) {
    return Unreadable(
        fmt::format("The state folder {} cannot be read: {}.", folder, error.message()));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<RocksStore>> RocksStore::Open(RocksOptions options) {
  if (Status folder = CheckFolder(options.folder); !folder) {
    return tl::unexpected(folder.error());
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Options theirs = MakeOptions(options);
  const rocksdb::Status status = rocksdb::DB::Open(theirs, options.folder, &db);
  if (!status.ok()) return TranslateOpen(status, options.folder);
  std::unique_ptr<RocksStore> store(
      new RocksStore(std::move(options), theirs, std::unique_ptr<rocksdb::DB>(db)));
  if (Status format = store->CheckFormat(); !format) return tl::unexpected(format.error());
  return store;
}

RocksStore::RocksStore(RocksOptions options, const rocksdb::Options& theirs,
                       std::unique_ptr<rocksdb::DB> db)
    : options_(std::move(options)),
      db_(std::move(db)),
      // Large enough not to make compactions much more frequent than full write buffers do.
      least_table_bytes_(options_.least_table_bytes.value_or(theirs.write_buffer_size / 2)),
      table_(std::make_unique<TableCommit>(db_.get(), theirs, options_.folder)),
      list_(std::make_unique<rocksdb::WriteBatch>()) {
  if (options_.own_thread) committer_ = std::thread([this] { RunCommitter(); });
}

RocksStore::~RocksStore() {
  if (committer_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    committer_.join();
  }
}

Status RocksStore::CheckFormat() {
  const auto format = ReadMeta(kFormatName);
  if (!format) return tl::unexpected(format.error());
  if (*format == kFormatVersion) return {};
  if (format->has_value()) {
    return Unreadable(fmt::format(
        "The state in {} has format {}; this version reads {}. Run the version that wrote it, or "
        "choose another folder.",
        options_.folder, **format, kFormatVersion));
  }
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions()));
  rows->SeekToFirst();
  if (!rows->status().ok()) return Translate(rows->status(), "looking at it", options_.folder);
  if (rows->Valid()) {
    return Unreadable(
        fmt::format("The folder {} holds a RocksDB that is not Touchline's.", options_.folder));
  }
  return BindMeta(kFormatName, kFormatVersion, "the format");
}

void RocksStore::Submit(std::shared_ptr<const pipeline::SealedBatch> batch,
                        std::function<void(Status)> done) {
  if (!options_.own_thread) {
    std::deque<Pending> one;
    one.push_back({.batch = std::move(batch), .done = std::move(done)});
    CommitAll(&one);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({.batch = std::move(batch), .done = std::move(done)});
  }
  wake_.notify_one();
}

void RocksStore::RunCommitter() {
  NameThread("committer");
  // Its counters cost a look at thread-local storage each, several times a row.
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  std::deque<Pending> taken;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      taken.swap(queue_);
    }
    CommitAll(&taken);
  }
}

void RocksStore::CommitAll(std::deque<Pending>* pending) {
  Status result;
  {
    const std::lock_guard lock(commit_mutex_);
    if (failure_) failure_ = Write(*pending);
    result = failure_;
  }
  for (Pending& p : *pending) {
    p.batch = nullptr;
    p.done(result);
  }
  pending->clear();
}

Status RocksStore::Write(const std::deque<Pending>& pending) {
  const size_t bytes = Gather(pending);
  if (options_.at_step) options_.at_step("before_write");
  rocksdb::Status written = rocksdb::Status::IOError();
  if (!rows_.empty() && bytes >= least_table_bytes_ && table_->HasRoom()) {
    written = table_->Write(rows_, options_.at_step);
  }
  // A full disk, say: it is the log's turn to fail, from which RocksDB recovers by itself.
  if (written.IsIOError()) written = WriteList(bytes);
  if (!written.ok()) return Translate(written, "committing", options_.folder);
  commits_.fetch_add(1, std::memory_order_relaxed);
  if (options_.at_step) options_.at_step("after_write");
  return {};
}

// The rows by key, the last one of each; returns their bytes.
size_t RocksStore::Gather(const std::deque<Pending>& pending) {
  rows_.clear();
  size_t bytes = 0;
  for (const Pending& p : pending) {
    bytes += p.batch->bytes();
    for (size_t i = 0; i < p.batch->size(); ++i) rows_.push_back(p.batch->row(i));
  }
  order_.Apply(&rows_);
  return bytes;
}

rocksdb::Status RocksStore::WriteList(size_t bytes) {
  // Memory that is new to the process costs more than what is written to it: the list keeps its
  // room, unless it is far more than is needed.
  const size_t needed = bytes + kListOverhead * rows_.size();
  const size_t room = list_->Data().capacity();
  if (room < needed || room / 4 > needed) {
    list_ = nullptr;  // first: there is no need for both
    list_ = std::make_unique<rocksdb::WriteBatch>(needed);
  }
  list_->Clear();
  for (const pipeline::SealedBatch::Row& row : rows_) {
    const rocksdb::Status added =
        row.is_delete ? list_->Delete(ToSlice(row.key))
                      : list_->Put(ToSlice(row.key), ToSlice(row.value));
    if (!added.ok()) return added;
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return db_->Write(synced, list_.get());
}

// Of which RocksDB keeps the rows for as long as it lives.
class RocksStore::SnapshotReader final : public pipeline::StateReader {
 public:
  explicit SnapshotReader(RocksStore* store) : store_(*store), rows_(store->db_.get()) {}

  Result<std::optional<std::string>> Get(std::string_view key) override {
    return store_.GetAsOf(rows_.snapshot(), key);
  }
  Status Scan(std::string_view begin, std::string_view end,
              const std::function<bool(std::string_view key, std::string_view value)>& visit)
      override {
    return store_.ScanAsOf(rows_.snapshot(), begin, end, visit);
  }

 private:
  RocksStore& store_;
  rocksdb::ManagedSnapshot rows_;
};

Result<std::unique_ptr<pipeline::StateReader>> RocksStore::Snapshot() {
  return std::make_unique<SnapshotReader>(this);
}

Result<std::optional<std::string>> RocksStore::Get(std::string_view key) {
  return GetAsOf(nullptr, key);
}

Status RocksStore::Scan(
    std::string_view begin, std::string_view end,
    const std::function<bool(std::string_view key, std::string_view value)>& visit) {
  return ScanAsOf(nullptr, begin, end, visit);
}

Result<std::optional<std::string>> RocksStore::GetAsOf(const rocksdb::Snapshot* snapshot,
                                                       std::string_view key) {
  rocksdb::ReadOptions read;
  read.snapshot = snapshot;
  std::string value;
  const rocksdb::Status status = db_->Get(read, ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return Translate(status, "reading", options_.folder);
  return std::optional<std::string>(std::move(value));
}

Status RocksStore::ScanAsOf(
    const rocksdb::Snapshot* snapshot, std::string_view begin, std::string_view end,
    const std::function<bool(std::string_view key, std::string_view value)>& visit) {
  const rocksdb::Slice upper = ToSlice(end);
  rocksdb::ReadOptions read;
  read.snapshot = snapshot;
  read.iterate_upper_bound = &upper;
  // A restore reads everything once; it must not push out what is read again and again.
  read.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(read));
  for (rows->Seek(ToSlice(begin)); rows->Valid(); rows->Next()) {
    if (!visit(ToView(rows->key()), ToView(rows->value()))) return {};
  }
  if (!rows->status().ok()) return Translate(rows->status(), "scanning", options_.folder);
  return {};
}

Result<std::optional<std::string>> RocksStore::ReadMeta(std::string_view name) {
  return Get(MetaKey(name));
}

Status RocksStore::BindMeta(std::string_view name, std::string_view value, std::string_view what) {
  const auto bound = ReadMeta(name);
  if (!bound) return tl::unexpected(bound.error());
  if (bound->has_value()) {
    if (**bound == value) return {};
    return Unreadable(fmt::format(
        "The state in {} belongs to {} \"{}\", but this start has \"{}\". Choose the folder that "
        "belongs to it, or an empty one.",
        options_.folder, what, **bound, value));
  }
  const std::lock_guard lock(commit_mutex_);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const rocksdb::Status written = db_->Put(synced, MetaKey(name), ToSlice(value));
  if (!written.ok()) return Translate(written, "binding it", options_.folder);
  return {};
}

Status RocksStore::Recover() {
  const rocksdb::Status status = db_->Resume();
  if (status.IsBusy()) return Transient("RocksDB is recovering from a full disk.");
  if (!status.ok()) return Translate(status, "recovering from a full disk", options_.folder);
  return {};
}

Status RocksStore::Flush() {
  const rocksdb::Status status = db_->Flush(rocksdb::FlushOptions());
  if (!status.ok()) return Translate(status, "flushing", options_.folder);
  return {};
}

Status RocksStore::VerifyChecksums() {
  rocksdb::ReadOptions read;
  read.fill_cache = false;
  const rocksdb::Status status = db_->VerifyChecksum(read);
  if (!status.ok()) return Translate(status, "checking its files", options_.folder);
  return {};
}

StoreStats RocksStore::Stats() const {
  const auto property = [this](const std::string& name) {
    uint64_t value = 0;
    return db_->GetIntProperty(name, &value) ? value : 0;
  };
  const uint64_t buffers = property(rocksdb::DB::Properties::kCurSizeAllMemTables);
  return {.entries = property(rocksdb::DB::Properties::kEstimateNumKeys),
          .bytes = property(rocksdb::DB::Properties::kTotalSstFilesSize) + buffers,
          .memory_bytes = property(rocksdb::DB::Properties::kBlockCacheUsage) +
                          property(rocksdb::DB::Properties::kEstimateTableReadersMem),
          .commits = commits_.load(std::memory_order_relaxed)};
}

Result<uint64_t> FreeBytes(const std::string& path) {
  struct statvfs disk = {};
  if (statvfs(path.c_str(), &disk) != 0) {
    return Transient(
        fmt::format("The free space of {} cannot be read: {}.", path, std::strerror(errno)));
  }
  return static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
}

}  // namespace touchline::adapters
