#include "tests/support/explanation_check.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>

#include "base/rfc3339.h"
#include "domain/metrics.h"
#include "pipeline/keys.h"

namespace touchline::test {
namespace {

using domain::ClockResult;
using domain::Explanation;
using domain::ExplainedClock;
using domain::ExplainedDuration;
using domain::ExplainedHandling;
using domain::MetricId;

// What explanations say together: (metric, closed labels, the holder, queue or agent where they are
// told apart) to a count or a sum of ms.
using Sums = std::map<std::tuple<MetricId, std::string, std::string>, int64_t>;

std::string Closed(MetricId metric, uint8_t closed) {
  std::string text;
  for (const std::string_view value : domain::ClosedValues(domain::Spec(metric), closed)) {
    text.append(value).append("/");
  }
  return text;
}

std::string Text(const ExplainedClock& clock) {
  std::string text = std::string(domain::Name(clock.target)) + " " + std::to_string(clock.cycle) +
                     ", used " + std::to_string(clock.used.millis()) + " ms:";
  for (const auto& i : clock.intervals) {
    text += "\n  " + (i.from ? FormatRfc3339(*i.from) : "?") + " " + FormatRfc3339(i.to) + " " +
            std::string(domain::Name(i.state)) + " " + i.holder + " " +
            std::to_string(i.open.millis()) + " by " + i.cause.what;
  }
  return text;
}

// A store that nobody writes to meanwhile is its own snapshot.
class AtRest final : public pipeline::SnapshotSource {
 public:
  explicit AtRest(FakeStore* store) : store_(*store) {}
  Result<std::unique_ptr<pipeline::StateReader>> Snapshot() override {
    return std::make_unique<Reader>(&store_);
  }

 private:
  class Reader final : public pipeline::StateReader {
   public:
    explicit Reader(FakeStore* store) : store_(*store) {}
    Result<std::optional<std::string>> Get(std::string_view key) override {
      return store_.Get(key);
    }
    Status Scan(std::string_view begin, std::string_view end,
                const std::function<bool(std::string_view, std::string_view)>& visit) override {
      return store_.Scan(begin, end, visit);
    }

   private:
    FakeStore& store_;
  };

  FakeStore& store_;
};

class Checker {
 public:
  std::string Check(const std::string& id, const Explanation& e) {
    for (const ExplainedClock& clock : e.clocks) {
      if (auto wrong = Check(clock); !wrong.empty()) return id + ": " + wrong + Text(clock);
      Add(clock);
    }
    for (const ExplainedDuration& duration : e.durations) {
      if (auto wrong = Check(duration); !wrong.empty()) {
        return id + ": " + std::string(domain::Spec(duration.metric).name) + wrong;
      }
      const std::string resolution =
          duration.resolution.empty() ? "" : std::string(duration.resolution) + "/";
      const std::string clock = duration.clock.empty() ? "" : std::string(duration.clock) + "/";
      sums_[{duration.metric, resolution + clock, ""}] += duration.value.millis();
    }
    for (const ExplainedHandling& handling : e.handling) {
      if (auto wrong = Check(handling, e.created_at); !wrong.empty()) {
        return id + ": " + std::string(handling.part) + " of " + handling.agent + wrong;
      }
      const std::string part = std::string(handling.part) + "/";
      sums_[{MetricId::kHandlingSeconds, part, handling.queue}] += handling.value.millis();
      sums_[{MetricId::kAgentHandlingSeconds, part, handling.agent}] += handling.value.millis();
    }
    if (e.compacted_until) is_whole_ = false;
    ++contacts_;
    return "";
  }
  void SawTombstone() { is_whole_ = false; }

  std::string CompareWith(const pipeline::PublishedLedger& published) const {
    Sums shown;
    int64_t contacts = 0;
    published.VisitTotals([&](const pipeline::ScopeLabels& labels,
                              const std::vector<pipeline::PublishedCell>& cells) {
      for (const pipeline::PublishedCell& c : cells) {
        const auto cell = domain::Cell::FromPacked(c.cell);
        if (cell.metric == MetricId::kContacts) contacts += c.added - c.withdrawn;
        if (!IsExplained(cell)) continue;
        shown[{cell.metric, Closed(cell.metric, cell.closed),
               HasSubject(cell.metric) ? labels.subject : ""}] += c.added - c.withdrawn;
      }
    });
    if (!is_whole_ || contacts != contacts_) return "";
    Sums all = shown;
    all.insert(sums_.begin(), sums_.end());
    for (const auto& [key, ignored] : all) {
      const int64_t published_sum = Of(shown, key), explained = Of(sums_, key);
      if (published_sum == explained) continue;
      return std::string(domain::Spec(std::get<0>(key)).name) + " {" + std::get<1>(key) + " " +
             std::get<2>(key) + "} is " + std::to_string(published_sum) + ", but explained are " +
             std::to_string(explained);
    }
    return "";
  }

 private:
  static std::string Check(const ExplainedClock& clock) {
    Duration open, held;
    for (size_t i = 0; i < clock.intervals.size(); ++i) {
      const auto& interval = clock.intervals[i];
      open = open + interval.open;
      if (interval.open < Duration()) return "an interval is negative: ";
      if (interval.from && interval.to - *interval.from < interval.open) {
        return "more open time than time: ";
      }
      if (i > 0 && interval.from != clock.intervals[i - 1].to) return "there is a gap: ";
      if (interval.cause.what.empty()) return "an interval has no cause: ";
    }
    for (const auto& [holder, ms] : clock.held) held = held + ms;
    if (held != clock.used) return "the holders' sum is not what was used: ";
    return open == clock.used ? "" : "the intervals' sum is not what was used: ";
  }

  // `told`: a duration or a part of a leg.
  template <class T>
  static std::string CheckSum(const T& told) {
    Duration sum;
    for (const domain::DurationInterval& interval : told.intervals) {
      sum = sum + interval.counted;
      if (interval.counted > interval.to - interval.from) return ": more counted than time";
      if (interval.cause.what.empty()) return ": an interval has no cause";
    }
    if (sum == told.value) return "";
    return ": the intervals' sum is " + std::to_string(sum.millis()) + ", but the value " +
           std::to_string(told.value.millis());
  }

  static std::string Check(const ExplainedDuration& duration) {
    for (size_t i = 1; i < duration.intervals.size(); ++i) {
      if (duration.intervals[i].from != duration.intervals[i - 1].to) return ": there is a gap";
    }
    return CheckSum(duration);
  }

  static std::string Check(const ExplainedHandling& handling, EventTime created_at) {
    const bool is_whole = handling.part == "handle";
    for (size_t i = 0; i < handling.intervals.size(); ++i) {
      const auto& interval = handling.intervals[i];
      const bool is_cut = interval.state == "capped" || interval.state == "compacted";
      if (!is_cut && interval.counted != interval.to - interval.from) return ": time is missing";
      if (interval.from < created_at) return ": an interval begins before the contact";
      if (interval.to > handling.at) return ": an interval is not over yet";
      if (i == 0) continue;
      const EventTime last = handling.intervals[i - 1].to;
      if (is_whole ? interval.from != last : interval.from < last) return ": the order is wrong";
    }
    return CheckSum(handling);
  }

  void Add(const ExplainedClock& clock) {
    const std::string target = std::string(domain::Name(clock.target)) + "/";
    const bool is_breached = clock.result == ClockResult::kBreached;
    if (is_breached) ++sums_[{MetricId::kSlaBreached, target, ""}];
    if (clock.result == ClockResult::kMet) ++sums_[{MetricId::kSlaMet, target, ""}];
    if (clock.result == ClockResult::kCancelled) ++sums_[{MetricId::kSlaCancelled, target, ""}];
    if (!clock.stopped_at || clock.result == ClockResult::kCancelled) return;
    if (is_breached) {
      sums_[{MetricId::kSlaOvershootSeconds, target, ""}] += clock.overshoot.millis();
    }
    for (const auto& [holder, ms] : clock.held) {
      sums_[{MetricId::kSlaBudgetSeconds, target, holder}] += ms.millis();
    }
  }

  static bool HasSubject(MetricId metric) {
    return metric == MetricId::kSlaBudgetSeconds || metric == MetricId::kHandlingSeconds ||
           metric == MetricId::kAgentHandlingSeconds;
  }

  static bool IsExplained(domain::Cell cell) {
    switch (cell.metric) {
      case MetricId::kHandlingSeconds:
      case MetricId::kAgentHandlingSeconds:
      case MetricId::kSlaBreached:
      case MetricId::kSlaMet:
      case MetricId::kSlaCancelled:
      case MetricId::kSlaBudgetSeconds:
        return true;
      case MetricId::kSlaOvershootSeconds:
      case MetricId::kAnswerSeconds:
      case MetricId::kAbandonSeconds:
      case MetricId::kFirstResponseSeconds:
      case MetricId::kHandoffResponseSeconds:
      case MetricId::kResponseSeconds:
      case MetricId::kRequesterWaitSeconds:
      case MetricId::kAgentWorkSeconds:
      case MetricId::kResolutionSeconds:
        return cell.bucket == domain::Cell::kSumCell;
      default:
        return false;
    }
  }

  static int64_t Of(const Sums& sums, const Sums::key_type& key) {
    const auto it = sums.find(key);
    return it == sums.end() ? 0 : it->second;
  }

  Sums sums_;
  int64_t contacts_ = 0;
  bool is_whole_ = true;
};

}  // namespace

std::string FindUnexplained(FakeStore* store,
                            const std::vector<pipeline::InteractionsPlace>& places,
                            const pipeline::PublishedLedger& published) {
  Checker checker;
  AtRest at_rest(store);
  for (const pipeline::InteractionsPlace& place : places) {
    const pipeline::StoreInteractions interactions(&at_rest, {place});
    const std::string prefix = pipeline::TablePrefix(place.task, pipeline::Table::kEntities);
    const auto end = store->rows().lower_bound(pipeline::PrefixEnd(prefix));
    for (auto row = store->rows().lower_bound(prefix); row != end; ++row) {
      const std::string key = row->first.substr(prefix.size());
      const auto kind = static_cast<domain::Kind>(key[0] - 'a');
      const auto found =
          interactions.Find({.id = key.substr(1), .kind = kind, .name_space = {}, .topic = {}});
      if (!found) return found.error().message;
      if (found->size() != 1) return key + " is not found, or several times";
      if (!found->front().explanation) {
        checker.SawTombstone();
        continue;
      }
      const std::string wrong = checker.Check(key, *found->front().explanation);
      if (!wrong.empty()) return wrong;
    }
  }
  return checker.CompareWith(published);
}

}  // namespace touchline::test
