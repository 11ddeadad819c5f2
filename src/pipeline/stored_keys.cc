#include "pipeline/stored_keys.h"

#include <string_view>

namespace touchline::pipeline {

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
