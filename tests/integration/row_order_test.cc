#include "adapters/rocksdb/row_order.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace touchline::adapters {
namespace {

// Keys that are short, or the same for long, and often come again; with the bytes 0 and 255.
TEST(RowOrderTest, IsThatOfAMapInWhichTheLastWriterWins) {
  std::mt19937 random(7);
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  RowOrder order;
  for (int round = 0; round < 2000; ++round) {
    pipeline::SealedBatch batch;
    std::map<std::string, std::string> expected;
    for (unsigned n = below(60); n > 0; --n) {
      static constexpr char kBytes[] = {'\0', '\x01', 'a', '\x7F', '\x80', '\xFF'};
      std::string key(below(2) == 0 ? below(24) : 19 + below(4), kBytes[below(2)]);
      for (unsigned changed = below(3); changed > 0 && !key.empty(); --changed) {
        key[below(static_cast<unsigned>(key.size()))] = kBytes[below(sizeof(kBytes))];
      }
      if (below(4) == 0) {
        batch.Delete(key);
        expected[key] = "deleted";
      } else {
        const std::string value = std::to_string(n);
        batch.Put(key, value);
        expected[key] = value;
      }
    }
    std::vector<RowOrder::Row> rows;
    for (size_t i = 0; i < batch.size(); ++i) rows.push_back(batch.row(i));
    order.Apply(&rows);
    std::vector<std::pair<std::string, std::string>> got;
    for (const RowOrder::Row& row : rows) {
      got.emplace_back(row.key, row.is_delete ? "deleted" : row.value);
    }
    ASSERT_EQ(got, (std::vector<std::pair<std::string, std::string>>(expected.begin(),
                                                                     expected.end())));
  }
}

}  // namespace
}  // namespace touchline::adapters
