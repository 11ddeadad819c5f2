#include "domain/contribution.h"

#include <algorithm>
#include <tuple>

namespace touchline::domain {
namespace {

auto CellKey(const Contribution& c) { return std::tuple(c.scope, c.cell.packed()); }
auto InstantKey(const Contribution& c) {
  return std::tuple(c.scope, c.cell.packed(), c.at);
}

// Takes off both ends what the two have in common there: it sums to nothing.
void DropCommon(Contributions* a, Contributions* b) {
  const auto behind = std::mismatch(a->rbegin(), a->rend(), b->rbegin(), b->rend());
  a->erase(behind.first.base(), a->end());
  b->erase(behind.second.base(), b->end());
  const auto ahead = std::mismatch(a->begin(), a->end(), b->begin(), b->end());
  a->erase(a->begin(), ahead.first);
  b->erase(b->begin(), ahead.second);
}

}  // namespace

size_t Restate(Contributions* before, Contributions* after, Contributions* out) {
  DropCommon(before, after);
  for (Contribution& c : *before) c.value = -c.value;
  after->insert(after->end(), before->begin(), before->end());
  std::sort(after->begin(), after->end(), [](const Contribution& a, const Contribution& b) {
    return InstantKey(a) < InstantKey(b);
  });

  size_t corrected = 0;
  for (auto cell = after->begin(); cell != after->end();) {
    int64_t total = 0;
    auto it = cell;
    while (it != after->end() && CellKey(*it) == CellKey(*cell)) {
      int64_t at_instant = 0;
      const auto instant = it;
      for (; it != after->end() && InstantKey(*it) == InstantKey(*instant); ++it) {
        at_instant += it->value;
      }
      total += at_instant;
      if (at_instant != 0) {
        out->push_back({.scope = instant->scope, .cell = instant->cell,
                        .rows = Rows::kWindowsOnly, .at = instant->at, .value = at_instant});
      }
    }
    if (total != 0) {
      out->push_back({.scope = cell->scope, .cell = cell->cell, .rows = Rows::kTotalOnly,
                      .at = cell->at, .value = total});
      ++corrected;
    }
    cell = it;
  }
  return corrected;
}

}  // namespace touchline::domain
