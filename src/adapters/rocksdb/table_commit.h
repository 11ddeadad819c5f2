#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/sealed_batch.h"

namespace touchline::adapters {

// Writes a large commit as a table of its own, which the database then takes in: all or nothing,
// and durable. Its rows go neither through the log nor through a write buffer, and are not written
// again when that is full.
//
// Threading: one thread at a time, and no other may write to the database meanwhile.
class TableCommit {
 public:
  // Rows whose order is that of their keys, each key once.
  using Rows = std::vector<pipeline::SealedBatch::Row>;
  using Step = std::function<void(std::string_view step)>;

  // `options` are those by which `db` is open in `folder`. Removes what a crash has left.
  TableCommit(rocksdb::DB* db, rocksdb::Options options, const std::string& folder);

  // Whether there are few enough tables that wait for a compaction.
  bool HasRoom() const;
  // REQUIRES: there are rows. After an IOError the same rows may be written otherwise. Calls
  // at_step("before_ingest"), unless it is empty, when the table is written and not yet taken in.
  rocksdb::Status Write(const Rows& rows, const Step& at_step);

 private:
  rocksdb::Status WriteTable(const Rows& rows) const;

  rocksdb::DB& db_;
  const rocksdb::Options options_;
  const std::string path_;
};

}  // namespace touchline::adapters
