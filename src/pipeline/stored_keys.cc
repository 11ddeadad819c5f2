#include "pipeline/stored_keys.h"

#include <string_view>

namespace touchline::pipeline {

Status StoredKeys::Restore(uint64_t last_seal) {
  const auto row = reader_.Get(TablePrefix(task_, Table::kKnownKeys));
  if (!row) return tl::unexpected(row.error());
  if (!*row) return {};
  ByteReader in(**row);
  // Of another seal: something was stored since.
  if (in.Varint() != last_seal || !in.ok()) return {};
  if (filter_.Decode(&in)) state_ = State::kKnowsAll;
  return {};
}

void StoredKeys::Put(uint64_t seal, const KeyFilter& all, SealedBatch* batch) const {
  std::string row;
  ByteWriter out(&row);
  out.Varint(seal);
  all.Encode(&out);
  batch->Put(TablePrefix(task_, Table::kKnownKeys), row);
}

Result<bool> StoredKeys::MayHave(uint64_t hash) {
  if (state_ == State::kUnasked) {
    state_ = State::kKnowsAll;
    const std::string prefix = TablePrefix(task_, Table::kEntities);
    const auto has_some = [this](std::string_view, std::string_view) {
      state_ = State::kLearning;
      return false;
    };
    if (auto s = reader_.Scan(prefix, PrefixEnd(prefix), has_some); !s) {
      return tl::unexpected(s.error());
    }
  }
  return state_ != State::kKnowsAll || filter_.MayHave(hash);
}

void StoredKeys::Add(uint64_t hash) {
  if (state_ == State::kTooMany || filter_.Add(hash)) return;
  // Full of keys that are long gone, or of all that there are? The next walk over them will tell.
  if (sweep_.is_on()) return GiveUp();
  state_ = State::kLearning;
  filter_.Clear();
}

void StoredKeys::GiveUp() {
  state_ = State::kTooMany;
  filter_.Clear();
}

}  // namespace touchline::pipeline
