#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/rocksdb/row_order.h"
#include "base/result.h"
#include "pipeline/ports.h"
#include "pipeline/sealed_batch.h"

namespace rocksdb {
class DB;
class Snapshot;
class Status;
class WriteBatch;
struct Options;
}

namespace touchline::adapters {

class TableCommit;

struct RocksOptions {
  std::string folder;  // created when missing, parents too
  // All of RocksDB's memory that grows with the data: block cache and write buffers together. The
  // buffers may take up to a third of it. At least 8 MiB.
  uint64_t memory_bytes = uint64_t{192} << 20;
  // A commit of so many bytes becomes a table of its own (table_commit.h), unless too many tables
  // wait already. nullopt: half of a write buffer, a twelfth of memory_bytes but at most 32 MiB.
  std::optional<uint64_t> least_table_bytes = std::nullopt;
  // false: no committer thread; Submit writes and calls `done` before it returns. For tests and
  // for commands that only look.
  bool own_thread = true;
  // A test hook: called on the committing thread at named steps: "before_write", "before_ingest"
  // (only of a commit that is a table of its own) and "after_write".
  std::function<void(std::string_view step)> at_step;
};

// What `state` and the metrics show. Estimates: RocksDB counts without reading.
struct StoreStats {
  uint64_t entries = 0;  // overwritten and deleted rows count until compacted
  uint64_t bytes = 0;    // on disk, plus what is still only in write buffers
  uint64_t memory_bytes = 0;
  uint64_t commits = 0;  // synced writes since Open; one may carry several batches
};

// The state on this machine's disk: one RocksDB for the process. The sealed list becomes one
// WriteBatch, or one table when it is large, synced before `done`, so a crash loses whole batches
// from the end and nothing else.
//
// Keys that begin with byte 0x00 belong to the store (its format and what it is bound to); batches
// must not contain them.
//
// Errors: kFatal with exit code 74 for everything that says the state cannot be trusted or written.
// Threading: all methods from any thread.
class RocksStore final : public pipeline::Committer,
                         public pipeline::StateReader,
                         public pipeline::SnapshotSource {
 public:
  // Of the layout of keys and values; another one on disk refuses to open.
  static constexpr std::string_view kFormatVersion = "4";

  // Opens or creates. Refuses, and changes nothing: a folder that another process has open; a
  // folder with other files in it; another format version; damage (only a torn last write of a
  // crash is forgiven).
  static Result<std::unique_ptr<RocksStore>> Open(RocksOptions options);

  // Writes what was submitted, calls every `done`, then closes.
  ~RocksStore() override;
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  // Batches that wait together share one sync. After a failed write every batch, queued or later,
  // gets the same failure.
  void Submit(std::shared_ptr<const pipeline::SealedBatch> batch,
              std::function<void(Status)> done) override;

  Result<std::unique_ptr<pipeline::StateReader>> Snapshot() override;
  Result<std::optional<std::string>> Get(std::string_view key) override;
  Status Scan(
      std::string_view begin, std::string_view end,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) override;

  // Facts about the whole store, beside the tasks' rows.
  Result<std::optional<std::string>> ReadMeta(std::string_view name);
  // Binds the store to `value` at first use; kFatal (74) when it is bound to another one.
  // `what` names the thing for a person: "the Kafka cluster". Durable when it returns.
  Status BindMeta(std::string_view name, std::string_view value, std::string_view what);

  // There is room on the disk again: takes up background work that a full one has stopped, without
  // which commits fail. Nothing to do, and cheap, when none was stopped. kTransient: RocksDB is at
  // it by itself, which takes some seconds; ask again, and commit nothing before.
  Status Recover();
  // Empties the write buffers into files, so that the next start has no log to replay.
  Status Flush();
  // Reads every file and checks its checksums; minutes for a large state. kFatal (74) on damage.
  Status VerifyChecksums();
  StoreStats Stats() const;
  const std::string& folder() const { return options_.folder; }

 private:
  struct Pending {
    std::shared_ptr<const pipeline::SealedBatch> batch;
    std::function<void(Status)> done;
  };

  class SnapshotReader;

  RocksStore(RocksOptions options, const rocksdb::Options& theirs,
             std::unique_ptr<rocksdb::DB> db);
  // As of the snapshot; nullptr: now.
  Result<std::optional<std::string>> GetAsOf(const rocksdb::Snapshot* snapshot,
                                             std::string_view key);
  Status ScanAsOf(
      const rocksdb::Snapshot* snapshot, std::string_view begin, std::string_view end,
      const std::function<bool(std::string_view key, std::string_view value)>& visit);
  Status CheckFormat();
  void RunCommitter();
  void CommitAll(std::deque<Pending>* pending);
  Status Write(const std::deque<Pending>& pending);
  size_t Gather(const std::deque<Pending>& pending);
  rocksdb::Status WriteList(size_t bytes);

  const RocksOptions options_;
  std::unique_ptr<rocksdb::DB> db_;
  std::atomic<uint64_t> commits_{0};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Pending> queue_;  // guarded by mutex_
  bool stopping_ = false;      // guarded by mutex_
  std::mutex commit_mutex_;    // held while writing
  Status failure_;             // guarded by commit_mutex_; the first failed write
  const uint64_t least_table_bytes_;
  // Guarded by commit_mutex_.
  std::vector<pipeline::SealedBatch::Row> rows_;  // that are being written
  RowOrder order_;
  std::unique_ptr<TableCommit> table_;
  std::unique_ptr<rocksdb::WriteBatch> list_;
  std::thread committer_;
};

// Bytes that an ordinary user may still write on the disk of `path`, which must exist.
// kTransient when the system does not say.
Result<uint64_t> FreeBytes(const std::string& path);

}  // namespace touchline::adapters
