#pragma once

#include <cstdint>
#include <optional>

#include "base/small_vector.h"
#include "base/time.h"
#include "domain/calendar/calendar.h"

namespace touchline::domain {

// What a stretch of a contact's life counts for.
// Numbers are part of the state format; there is room for four.
enum class StretchKind : uint8_t {
  kWork,  // of a ticket: new, open; of a call or chat: not solved
  kOnHold,
  kPending,
  kSolved,  // closed, too
};
using StretchKinds = uint8_t;  // bits: 1 << StretchKind
constexpr StretchKinds BitOf(StretchKind kind) {
  return static_cast<StretchKinds>(1u << static_cast<unsigned>(kind));
}
inline constexpr StretchKinds kRequesterWaits =
    BitOf(StretchKind::kWork) | BitOf(StretchKind::kOnHold);
inline constexpr StretchKinds kAgentWorks = BitOf(StretchKind::kWork);
inline constexpr StretchKinds kUnsolved =
    BitOf(StretchKind::kWork) | BitOf(StretchKind::kOnHold) | BitOf(StretchKind::kPending);

// Where the stretches of one contact begin: by which calendar its sums count is only known when
// they are observed.
// Source: docs/folding_rules.md section 12. A contact begins with kWork.
class StretchLog {
 public:
  // Changes that are kept; a contact that changes more often has no business value of its sums.
  static constexpr size_t kMost = 1000;

  // From `at` on. No change if the last stretch is of the kind.
  // REQUIRES: `at` is not before the last change.
  void Begin(StretchKind kind, EventTime at);
  // Open time in [from, to) in stretches of these kinds; nullopt: there were too many changes.
  // REQUIRES: `from` is not before the contact's creation.
  // Cost:     O(changes) questions to the calendar.
  std::optional<Duration> OpenBetween(EventTime from, EventTime to, StretchKinds kinds,
                                      const Calendar& calendar) const;

  size_t heap_bytes() const { return HeapBytes(changes_); }

  // Names every field in the order of the state format.
  template <class A, class T>
  static void Visit(A& a, T& log) {
    a(log.overflowed_);
    a.Each(log.changes_, [&a](auto& change) { a(change.packed); });
  }

 private:
  // Few contacts change more often.
  static constexpr size_t kPlaces = 6;
  // In eight bytes, for every contact has room for some: ms, and the kind in the lowest two bits.
  struct Change {
    int64_t packed = 0;
    static Change Of(StretchKind kind, EventTime at) {
      return {at.millis() * 4 + static_cast<int64_t>(kind)};
    }
    EventTime at() const { return EventTime::FromMillis(packed >> 2); }
    StretchKind kind() const { return static_cast<StretchKind>(packed & 3); }
  };
  StretchKind last() const {
    return changes_.empty() ? StretchKind::kWork : changes_.back().kind();
  }

  bool overflowed_ = false;  // and changes_ is empty, for good
  SmallVector<Change, kPlaces> changes_;
};

}  // namespace touchline::domain
