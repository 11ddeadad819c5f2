#pragma once

// The metric catalogue: one row per metric that Touchline publishes. /metrics, docs/metrics.md, the
// API and `explain METRIC` all read this table. METRICS.md is what the rows promise.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/event.h"

namespace touchline::domain {

// Numbers are part of the state format: append only.
enum class MetricId : uint16_t {
  // queues: METRICS.md section 1
  kContactsOffered,
  kContactOutcomes,
  kAnswerSeconds,
  kAbandonSeconds,
  kWaitingContacts,
  kLongestWaitingSince,
  kMissedOffers,
  kTransfers,
  kConsults,
  kConferences,
  kOutbound,
  kContacts,
  kSilentAbandons,
  kUnendedContacts,
  // handling: section 2
  kHandlingSeconds,
  kHandlingContacts,
  kHandledContacts,
  // response and resolution: section 3
  kFirstResponseSeconds,
  kHandoffResponseSeconds,
  kResponseSeconds,
  kRequesterWaitSeconds,
  kAgentWorkSeconds,
  kResolutionSeconds,
  kResolved,
  kResolutionUnknown,
  kReopened,
  kReassigned,
  kOpenContacts,
  kUnattendedContacts,
  kReplies,
  // per agent
  kAgentOffers,
  kAgentMissedOffers,
  kAgentAnswers,
  kAgentHandlingSeconds,
  kAgentHandlingContacts,
  kAgentReplies,
  kAgentResponses,
  kAgentResponseSeconds,
  kAgentFirstResponses,
  kAgentFirstResponseSeconds,
  kAgentResolved,
  kAgentReopened,
  kAgentTransfers,
  // journeys: section 5
  kJourneysOpen,
  kJourneyContacts,
  kJourneySeconds,
  kChannelSwitches,
  kRepeatContacts,
  kEffortPoints,
  // trust, kept in the state: section 7
  kEvents,
  kLateEvents,
  kRestatements,
  // queues again
  kSelfService,
  // SLA clocks: section 4
  kSlaRunning,
  kSlaAtRisk,
  kSlaOverdue,
  kSlaDue,
  kSlaMet,
  kSlaBreached,
  kSlaCancelled,
  kSlaOvershootSeconds,
  kSlaBudgetSeconds,
  // trust again
  kAlerts,
};
inline constexpr size_t kMetricCount = 63;

enum class MetricType : uint8_t { kCounter, kGauge, kHistogram };
// The base unit of the integers in the state; export converts.
enum class Unit : uint8_t { kCount, kMilliseconds, kMilliPoints };
enum class Merge : uint8_t { kSum, kMin, kMax };
// Which open labels a metric has, in this order.
enum class ScopeKind : uint8_t {
  kQueue,    // partner, kind, channel, queue, direction
  kContact,  // partner, kind, channel, queue
  kAgent,    // partner, kind, channel, agent; on the agents page
  kJourney,  // partner, segment
  kSource,   // source
  kStage,    // stage
  kSla,      // partner, kind, channel, queue, policy
  kHolder,   // partner, kind, channel, holder, policy
};

// A label whose values are known beforehand.
struct ClosedLabel {
  std::string_view name;
  std::span<const std::string_view> values;
};

struct MetricSpec {
  MetricId id = MetricId::kContactsOffered;
  std::string_view name = {};  // without "touchline_" and without "_total"
  MetricType type = MetricType::kCounter;
  Unit unit = Unit::kCount;
  Merge merge = Merge::kSum;
  ScopeKind scope = ScopeKind::kQueue;
  std::span<const ClosedLabel> closed = {};  // at most three; the product of their sizes is <= 255
  bool in_intervals = false;            // counted per quarter hour, served by the API
  bool in_windows = false;              // has rolling gauges
  bool is_forecast = false;             // in_windows, which lie ahead of now: label `within`
  // Which combinations of closed labels can occur in a contact of the kind; null: all. Those are
  // born together, at zero, with the first that is needed (IsMember).
  bool (*can_occur)(Kind kind, uint8_t closed) = nullptr;
  // They are needed already when their scope has this metric, which comes first and announces them.
  std::optional<MetricId> born_with = std::nullopt;
  std::string_view help = {};     // one sentence
  std::string_view formula = {};  // how it is counted
  std::string_view source = {};   // where the definition comes from
};

// The whole table, indexed by MetricId.
std::span<const MetricSpec> Catalogue();
const MetricSpec& Spec(MetricId id);
// By name without prefix and suffix.
std::optional<MetricId> ParseMetricId(std::string_view name);
// "touchline_contacts_offered_total".
std::string ExportedName(const MetricSpec& spec);
// "touchline_contacts_offered_withdrawn_total", "touchline_answer_withdrawn_seconds".
// REQUIRES: a counter or a histogram.
std::string WithdrawnName(const MetricSpec& spec);

// A value's place among the closed labels of its metric: mixed radix, the last label fastest.
// REQUIRES: as many indices as the metric has closed labels, each in range.
uint8_t ClosedIndex(const MetricSpec& spec, std::span<const uint8_t> indices);
// The inverse: the texts in label order.
std::vector<std::string_view> ClosedValues(const MetricSpec& spec, uint8_t index);

// The place of a business value beside the calendar's. REQUIRES: a metric by the clock, whose label
// `clock` is the last one.
constexpr uint8_t BusinessTwin(uint8_t closed) { return static_cast<uint8_t>(closed + 1); }
// Whether it is a value by the business clock. Those are born together, apart from the calendar's.
bool IsBusiness(const MetricSpec& spec, uint8_t closed);

// Whether the metric is to be shown with these closed labels once one of its members is needed.
bool IsMember(const MetricSpec& spec, Kind kind, uint8_t closed);

// Upper bounds (<=) of a histogram's buckets in base units, ascending, without +Inf. They sit on
// the thresholds of the field and differ by kind for the time histograms.
std::span<const int64_t> BucketBounds(MetricId id, Kind kind);
// The bucket that counts `value`: the first whose bound is >= value; bounds.size() for +Inf.
uint8_t BucketOf(std::span<const int64_t> bounds, int64_t value);

// One integer of the ledger within a scope. For a histogram `bucket` is the bucket's index (not
// cumulative) or kSumCell for the sum; otherwise 0.
struct Cell {
  static constexpr uint8_t kSumCell = 255;
  MetricId metric = MetricId::kContactsOffered;
  uint8_t closed = 0;
  uint8_t bucket = 0;
  constexpr uint32_t packed() const {
    return (static_cast<uint32_t>(metric) << 16) | (uint32_t{closed} << 8) | bucket;
  }
  static constexpr Cell FromPacked(uint32_t v) {
    return {.metric = static_cast<MetricId>(v >> 16),
            .closed = static_cast<uint8_t>(v >> 8),
            .bucket = static_cast<uint8_t>(v)};
  }
  constexpr bool operator==(const Cell&) const = default;
};

// Indices into the closed label sets, in the order of their values.
enum class Entry : uint8_t { kFirst, kTransfer };
enum class QueueOutcome : uint8_t {
  kAnsweredInTarget,
  kAnsweredLate,
  kAbandonedShort,
  kAbandonedInTarget,
  kAbandonedLate,
  kFlowOut,
  kTransferred,
  kDropped,
};
enum class Part : uint8_t { kRing, kTalk, kHold, kWrapUp, kHandle };
enum class TransferTo : uint8_t { kQueue, kAgent, kExternal };
enum class OpenStatus : uint8_t {
  kSelfService,  // a call in the IVR, a chat with a bot or nobody
  kWaiting,      // in a queue
  kActive,       // with a person
  kNew,
  kOpen,
  kPending,
  kOnHold,
  kSolved,
};
enum class EffortDriver : uint8_t {
  kWaiting,
  kRepeatContact,
  kChannelSwitch,
  kTransfer,
  kReopening,
  kAbandoned,
  kRepeatedInfo,
};
inline constexpr std::array<int, 5> kRepeatWithinDays = {1, 3, 7, 14, 30};

}  // namespace touchline::domain
