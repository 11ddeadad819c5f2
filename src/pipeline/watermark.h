#pragma once

#include <algorithm>
#include <map>
#include <optional>

#include "base/codec.h"
#include "base/time.h"
#include "domain/symbols.h"

namespace touchline::pipeline {

// How a topic's time moves; fixed for a state folder.
enum class TimeMode : uint8_t { kLive, kRecorded, kInternal };

// The watermark of one task that reads partner events: never goes back, never passes what the
// source may still send (DESIGN section 3). Single-threaded.
class Watermark {
 public:
  struct Options {
    TimeMode mode = TimeMode::kLive;
    Duration skew = Duration::Seconds(2);          // live
    std::optional<EventTime> recorded_until;       // recorded
    Duration heartbeat_silence = Duration::Seconds(60);
    Duration future_limit = Duration::Minutes(5);  // live: further ahead is not believed
  };
  explicit Watermark(Options options) : options_(options) {}

  EventTime value() const { return value_; }
  // The highest credible event time seen.
  EventTime highest() const { return highest_; }
  bool is_final() const { return final_; }
  Duration skew() const {
    return options_.mode == TimeMode::kLive ? options_.skew : Duration();
  }

  // An event was read. Live: one that is further ahead of `now` than the limit moves nothing.
  void Saw(EventTime t, WallTime now) {
    if (options_.mode == TimeMode::kLive &&
        t.millis() - now.millis() > options_.future_limit.millis()) {
      return;
    }
    highest_ = std::max(highest_, t);
    Raise(highest_ - skew());
  }
  // Live: at `asked_at` there was nothing that we had not read.
  void CaughtUp(WallTime asked_at) {
    if (options_.mode != TimeMode::kLive) return;
    Raise(EventTime::FromMillis(asked_at.millis()) - options_.skew);
  }
  // A source says that it has sent everything before `complete_until`; all is final once every
  // source that has ever said so has said its last.
  void Heartbeat(domain::Symbol source, EventTime complete_until, bool is_final) {
    if (!is_final) {
      auto& known = complete_until_.try_emplace(source, complete_until).first->second;
      known = std::max(known, complete_until);
      return Raise(candidate_);
    }
    complete_until_.erase(source);
    final_ = final_ || complete_until_.empty();
    Raise(complete_until);
  }
  // Up to when the sources that send heartbeats have sent everything, by their own word: the least
  // over those that have not yet said their last. nullopt: there is none.
  std::optional<EventTime> complete_until() const {
    std::optional<EventTime> least;
    for (const auto& [source, until] : complete_until_) {
      if (!least || until < *least) least = until;
    }
    return least;
  }
  // Internal: the least of what feeds the topic.
  void RaiseTo(EventTime t) {
    value_ = std::max(value_, t);
    highest_ = std::max(highest_, t);
  }
  // Recorded: the partition has been read to its end. That is the recording's, where it is
  // configured when that lies; an empty partition has yet to be filled.
  void ReachedEnd() {
    if (options_.mode != TimeMode::kRecorded || !options_.recorded_until) return;
    if (highest_ == EventTime::Min()) return;
    final_ = true;
    value_ = std::max(value_, *options_.recorded_until);
  }

  void Encode(ByteWriter* out) const {
    out->Time(value_);
    out->Time(highest_);
    out->Time(candidate_);
    out->Bool(final_);
    out->Varint(complete_until_.size());
    for (const auto& [source, until] : complete_until_) {
      out->Varint(source);
      out->Time(until);
    }
  }
  void Decode(ByteReader* in) {
    value_ = in->Time();
    highest_ = in->Time();
    candidate_ = in->Time();
    final_ = in->Bool();
    for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
      const domain::Symbol source = in->Varint32();
      complete_until_[source] = in->Time();
    }
  }

 private:
  void Raise(EventTime candidate) {
    candidate_ = std::max(candidate_, candidate);
    EventTime limit = candidate_;
    // A source that has gone silent holds it back for so long and no longer.
    for (const auto& [source, until] : complete_until_) {
      limit = std::min(limit, std::max(until, candidate_ - options_.heartbeat_silence));
    }
    value_ = std::max(value_, limit);
  }

  Options options_;
  EventTime value_ = EventTime::Min();
  EventTime highest_ = EventTime::Min();
  EventTime candidate_ = EventTime::Min();  // before sources hold it back
  bool final_ = false;
  std::map<domain::Symbol, EventTime> complete_until_;
};

}  // namespace touchline::pipeline
