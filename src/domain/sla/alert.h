#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "base/small_vector.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/sla/clock.h"
#include "domain/sla/policy.h"
#include "domain/symbols.h"

namespace touchline::domain {

// What a fold says of a clock for which somebody may be paged.
struct SlaNotice {
  enum class Kind : uint8_t { kAtRisk, kBreached };

  Kind kind = Kind::kAtRisk;
  SlaTarget target = SlaTarget::kAnswer;
  uint32_t cycle = 0;
  Symbol policy = 0;
  EventTime at;  // when it was so, in event time

  EventTime due;
  Duration budget;
  Symbol holder = 0;
  SlaClock::Labels labels;

  // Tells the same of the same clock; in whose hands and queue may have come out differently.
  bool IsSame(const SlaNotice& o) const {
    return kind == o.kind && target == o.target && cycle == o.cycle && policy == o.policy &&
           at == o.at;
  }
};
using SlaNotices = SmallVector<SlaNotice, 4>;

// Numbers are indices of the closed label `alert`.
enum class SlaAlertKind : uint8_t { kAtRisk, kBreached, kRetracted };
// "sla.at_risk" and so on: the CloudEvents type.
std::string_view Name(SlaAlertKind kind);

// An alert as it leaves, in texts. A retraction repeats what it takes back.
struct SlaAlert {
  SlaAlertKind kind = SlaAlertKind::kAtRisk;
  uint64_t revision = 0;          // counts the alerts of the contact from 1
  uint64_t retracts = 0;          // the revision of the one that it takes back; 0: none
  SlaAlertKind retracted = SlaAlertKind::kAtRisk;
  Kind contact = Kind::kCall;
  std::string id;                 // the interaction's
  uint64_t birth = 0;             // tells it from one that was forgotten and had the same id
  std::string customer, partner, queue, policy, holder;
  Channel channel = Channel::kNone;
  SlaTarget target = SlaTarget::kAnswer;
  uint32_t cycle = 0;
  EventTime at, due;
  Duration budget;
  // What was due fell after the last that its source, now silent, said to be complete.
  bool is_stale = false;
};

// The alert's id: the same whenever it is sent again. 32 hexadecimal digits.
// Source: DESIGN section 4, "Alert ids".
std::string AlertId(std::string_view name_space, const SlaAlert& alert, uint64_t revision);

// What one contact's alerts have said and have yet to say. What a refold takes back before it was
// said is not said at all.
// No allocation to note something, unless more is to be said at once than kPending.
class AlertLog {
 public:
  void Add(const SlaNotice& notice, bool is_stale);
  // Nothing, if it was never said or cannot change any more.
  void Retract(const SlaNotice& notice);

  // Calls give(notice, is_stale, revision, retracts) for all that is to be said, in the order in
  // which it came to be, and takes it for said. `retracts`: the revision of what is taken back.
  template <class Give>
  void Take(Give give) {
    for (const Pending& p : pending_) {
      give(p.notice, p.is_stale, ++revision_, p.retracts);
      if (p.retracts == 0) said_.push_back({.notice = p.notice, .revision = revision_});
    }
    pending_.clear();
  }
  // What was said of instants before `t` stands: nothing can come that changes it.
  void ForgetBefore(EventTime t);

  size_t heap_bytes() const {
    return HeapBytes(pending_) + said_.capacity() * sizeof(Said);
  }
  // REQUIRES: nothing is to be said.
  void Encode(RecordWriter* out) const;
  bool Decode(ByteReader* in);

 private:
  static constexpr size_t kPending = 2;
  struct Pending {
    SlaNotice notice;
    bool is_stale = false;
    uint64_t retracts = 0;  // the revision of what is taken back; 0: this is something new
  };
  struct Said {
    SlaNotice notice;
    uint64_t revision = 0;
  };
  SmallVector<Pending, kPending> pending_;
  std::vector<Said> said_;
  uint64_t revision_ = 0;
};

}  // namespace touchline::domain
