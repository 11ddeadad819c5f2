#include "tests/property/case.h"

#include <algorithm>
#include <set>

namespace touchline::property {
namespace {

using domain::ApplyResult;
using naive::Consumed;
using naive::InputLog;

bool ConsumedEarlier(const Consumed& a, const Consumed& b) { return a.consumed_at < b.consumed_at; }

}  // namespace

Case Straightened(Case c) {
  c.knobs += "; straightened";
  for (InputLog& input : c.inputs) {
    std::stable_sort(input.records.begin(), input.records.end(),
                     [](const Consumed& a, const Consumed& b) {
                       return a.event.scalars().order() < b.event.scalars().order();
                     });
    std::set<Hash128> known;
    std::erase_if(input.records, [&](const Consumed& record) {
      return record.read == ApplyResult::kApplied &&
             !known.insert(record.event.scalars().id_hash).second;
    });
    WallTime now = WallTime::Min();
    for (Consumed& record : input.records) {
      now = std::max(now, WallTime::FromMillis(record.event.scalars().time().millis()));
      record.consumed_at = now;
    }
  }
  return c;
}

Case Shuffled(Case c, uint64_t seed, Duration within) {
  c.knobs += "; shuffled within " + std::to_string(within.millis()) + " ms";
  Dice dice(seed);
  for (InputLog& input : c.inputs) {
    for (Consumed& record : input.records) {
      record.consumed_at = record.consumed_at + Duration::Millis(dice.Below(within.millis() + 1));
    }
    std::stable_sort(input.records.begin(), input.records.end(), ConsumedEarlier);
  }
  return c;
}

Case Duplicated(Case c, uint64_t seed) {
  c.knobs += "; duplicated";
  Dice dice(seed);
  for (InputLog& input : c.inputs) {
    std::vector<Consumed> again = input.records;
    for (Consumed& record : again) {
      if (dice.Percent(50)) continue;
      record.consumed_at = record.consumed_at + Duration::Millis(dice.Below(600'000));
    }
    input.records.insert(input.records.end(), again.begin(), again.end());
    std::stable_sort(input.records.begin(), input.records.end(), ConsumedEarlier);
  }
  return c;
}

}  // namespace touchline::property
