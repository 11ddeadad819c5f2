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

bool IsSame(const PendingCounts::Key& a, const PendingCounts::Key& b) {
  return ((a.cell ^ b.cell) | static_cast<uint64_t>(a.at.millis() ^ b.at.millis())) == 0 &&
         WordsOf(a.scope) == WordsOf(b.scope);
}

PendingCounts::Key KeyOf(const domain::Contribution& c) {
  return {.scope = c.scope, .at = c.at, .cell = c.cell.packed()};
}

void Sum(const domain::Contribution& c, PendingCounts::Sums* sums) {
  // Without branches: what comes is as good as random.
  const bool adds = c.value > 0 || domain::Spec(c.cell.metric).type == domain::MetricType::kGauge;
  const int64_t in_total = c.rows != domain::Rows::kWindowsOnly ? c.value : 0;
  sums->added += adds ? in_total : 0;
  sums->withdrawn -= adds ? 0 : in_total;
  sums->in_windows += c.rows != domain::Rows::kTotalOnly ? c.value : 0;
}

}  // namespace

static_assert(sizeof(PendingCounts::Entry) == 64);

[[gnu::always_inline]] inline uint64_t PendingCounts::HashOf(const Key& key) {
  const auto [labels, subject] = WordsOf(key.scope);
  constexpr int kCellBits = 24;
  const uint64_t rest = (static_cast<uint64_t>(key.at.millis()) << kCellBits) ^ key.cell;
  return MixIn(rest, MixIn(subject, MixIn(labels)));
}

PendingCounts::Entry& PendingCounts::Search(uint64_t hash, const Key& key) {
  size_t at = HomeOf(hash);
  while (places_[at].round == round_ && !IsSame(places_[at].key, key)) {
    at = (at + 1) & (places_.size() - 1);
  }
  return places_[at];
}

PendingCounts::Entry& PendingCounts::Take(uint64_t hash, const Key& key) {
  Entry* entry = &Search(hash, key);
  if (entry->round == round_) return *entry;
  if (2 * (taken_.size() + 1) > places_.size()) {
    Grow();
    entry = &Search(hash, key);
  }
  taken_.push_back(static_cast<uint32_t>(entry - places_.data()));
  entry->key = key;
  entry->sums = {};
  entry->round = round_;
  return *entry;
}

void PendingCounts::Grow() {
  std::vector<Entry> old(2 * places_.size());
  old.swap(places_);
  for (uint32_t& place : taken_) {
    Entry& entry = Search(HashOf(old[place].key), old[place].key);
    entry = old[place];
    place = static_cast<uint32_t>(&entry - places_.data());
  }
}

void PendingCounts::Add(std::span<const domain::Contribution> contributions) {
  constexpr size_t kAtOnce = 16;  // lines that a processor can wait for
  std::array<uint64_t, kAtOnce> hashes;
  while (!contributions.empty()) {
    const auto some = contributions.first(std::min(kAtOnce, contributions.size()));
    for (size_t i = 0; i < some.size(); ++i) {
      hashes[i] = HashOf(KeyOf(some[i]));
      __builtin_prefetch(&places_[HomeOf(hashes[i])], 1);
    }
    for (size_t i = 0; i < some.size(); ++i) {
      const Key key = KeyOf(some[i]);
      Entry& home = places_[HomeOf(hashes[i])];
      const bool is_home = home.round == round_ && IsSame(home.key, key);
      Sum(some[i], is_home ? &home.sums : &Take(hashes[i], key).sums);
    }
    contributions = contributions.subspan(some.size());
  }
}

const std::vector<const PendingCounts::Entry*>& PendingCounts::InOrder() {
  in_order_.clear();
  for (const uint32_t place : taken_) in_order_.push_back(&places_[place]);
  std::sort(in_order_.begin(), in_order_.end(),
            [](const Entry* a, const Entry* b) { return a->key < b->key; });
  return in_order_;
}

void PendingCounts::Clear() {
  ++round_;
  taken_.clear();
}

}  // namespace touchline::pipeline
