#include "pipeline/pending_counts.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/hash.h"

namespace touchline::pipeline {
namespace {

// Two words are compared and mixed where seven fields would be. They were written field by field,
// but by the time that an event's contributions are counted, that is long ago.
std::array<uint64_t, 2> WordsOf(const domain::Scope& scope) {
  return std::bit_cast<std::array<uint64_t, 2>>(scope);
}

}  // namespace

size_t PendingCounts::KeyHash::operator()(const Key& key) const {
  const auto [labels, subject] = WordsOf(key.scope);
  constexpr int kCellBits = 24;
  const uint64_t rest = (static_cast<uint64_t>(key.at.millis()) << kCellBits) ^ key.cell;
  return MixIn(rest, MixIn(subject, MixIn(labels)));
}

bool PendingCounts::SameKey::operator()(const Key& a, const Key& b) const {
  return ((a.cell ^ b.cell) | static_cast<uint64_t>(a.at.millis() ^ b.at.millis())) == 0 &&
         WordsOf(a.scope) == WordsOf(b.scope);
}

void PendingCounts::Add(const domain::Contribution& c) {
  Sums& sums = sums_[{.scope = c.scope, .at = c.at, .cell = c.cell.packed()}];
  // Without branches: what comes is as good as random.
  const bool adds = c.value > 0 || domain::Spec(c.cell.metric).type == domain::MetricType::kGauge;
  const int64_t in_total = c.rows != domain::Rows::kWindowsOnly ? c.value : 0;
  sums.added += adds ? in_total : 0;
  sums.withdrawn -= adds ? 0 : in_total;
  sums.in_windows += c.rows != domain::Rows::kTotalOnly ? c.value : 0;
}

const std::vector<const PendingCounts::Entry*>& PendingCounts::InOrder() {
  in_order_.clear();
  for (const Entry& entry : sums_) in_order_.push_back(&entry);
  std::sort(in_order_.begin(), in_order_.end(),
            [](const Entry* a, const Entry* b) { return a->first < b->first; });
  return in_order_;
}

}  // namespace touchline::pipeline
