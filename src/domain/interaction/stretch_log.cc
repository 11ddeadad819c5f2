#include "domain/interaction/stretch_log.h"

#include <algorithm>

namespace touchline::domain {

void StretchLog::Begin(StretchKind kind, EventTime at) {
  if (overflowed_ || kind == last()) return;
  if (changes_.size() < kMost) {
    changes_.push_back(Change::Of(kind, at));
    return;
  }
  overflowed_ = true;
  changes_.clear();
  changes_.shrink_to_fit();
}

std::optional<Duration> StretchLog::OpenBetween(EventTime from, EventTime to, StretchKinds kinds,
                                                const Calendar& calendar) const {
  if (overflowed_) return std::nullopt;
  Duration open;
  EventTime begin = from;
  StretchKind kind = StretchKind::kWork;
  const auto add_until = [&](EventTime end) {
    if ((kinds & BitOf(kind)) != 0) open = open + calendar.OpenBetween(begin, std::min(end, to));
    begin = std::max(begin, end);
  };
  for (const Change& change : changes_) {
    add_until(change.at());
    kind = change.kind();
  }
  add_until(to);
  return open;
}

}  // namespace touchline::domain
