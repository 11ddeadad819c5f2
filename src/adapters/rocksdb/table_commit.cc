#include "adapters/rocksdb/table_commit.h"

#include <rocksdb/sst_file_writer.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace touchline::adapters {
namespace {

// RocksDB's own tables have numbers for names; it looks at no other file.
constexpr std::string_view kName = "commit.sst";
// So many tables that overlap wait for a compaction at most: reads ask each of them, and the
// compaction needs room for all. What goes through the log is slowed down by RocksDB itself when
// there are too many; this is not.
constexpr unsigned long kMostWaiting = 10;

rocksdb::Slice ToSlice(std::string_view s) { return {s.data(), s.size()}; }

rocksdb::Options TableOptions(rocksdb::Options options) {
  // As a full write buffer is written. A table by itself would be compressed like the last level.
  options.compression_per_level.clear();
  options.compression = rocksdb::kNoCompression;
  return options;
}

}  // namespace

TableCommit::TableCommit(rocksdb::DB* db, rocksdb::Options options, const std::string& folder)
    : db_(*db),
      options_(TableOptions(std::move(options))),
      path_((std::filesystem::path(folder) / kName).string()) {
  std::error_code ignored;  // the next table is written over it
  std::filesystem::remove(path_, ignored);
}

bool TableCommit::HasRoom() const {
  std::string waiting;  // a number, which RocksDB tells as a text only
  return db_.GetProperty(rocksdb::DB::Properties::kNumFilesAtLevelPrefix + "0", &waiting) &&
         std::stoul(waiting) < kMostWaiting;
}

rocksdb::Status TableCommit::Write(const Rows& rows, const Step& at_step) {
  // RocksDB empties a write buffer that holds one of the keys; one that holds none stays, and when
  // it is written later, with rows from before and after this commit, this version takes that for
  // a damaged order of its tables (facebook/rocksdb#10922, in 7.10). So it is always emptied.
  if (auto status = db_.Flush(rocksdb::FlushOptions()); !status.ok()) return status;
  rocksdb::Status status = WriteTable(rows);
  if (status.ok() && at_step) at_step("before_ingest");
  if (status.ok()) {
    rocksdb::IngestExternalFileOptions ingest;
    ingest.move_files = true;
    ingest.write_global_seqno = false;  // it is known from the manifest
    status = db_.IngestExternalFile({path_}, ingest);
  }
  if (!status.ok()) {
    std::error_code ignored;  // the next table is written over it
    std::filesystem::remove(path_, ignored);
  }
  return status;
}

rocksdb::Status TableCommit::WriteTable(const Rows& rows) const {
  // The compaction that will read it finds it in the page cache.
  constexpr bool kInvalidatePageCache = false;
  rocksdb::SstFileWriter table(rocksdb::EnvOptions(options_), options_, db_.DefaultColumnFamily(),
                               kInvalidatePageCache);
  if (auto status = table.Open(path_); !status.ok()) return status;
  for (const pipeline::SealedBatch::Row& row : rows) {
    const auto status = row.is_delete ? table.Delete(ToSlice(row.key))
                                      : table.Put(ToSlice(row.key), ToSlice(row.value));
    if (!status.ok()) return status;
  }
  return table.Finish();  // synced
}

}  // namespace touchline::adapters
