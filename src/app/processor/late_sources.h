#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "pipeline/interaction_source.h"
#include "pipeline/intervals.h"
#include "pipeline/waiting_source.h"

namespace touchline::app {

// The pages are served before the tasks are known. Until then these stand in for what the API
// reads. May be asked and set by several threads; a question under way keeps what it began with.
template <class Source>
class Late {
 public:
  void Set(std::shared_ptr<const Source> source) {
    const std::lock_guard lock(mutex_);
    source_ = std::move(source);
  }
  // nullptr: not yet.
  std::shared_ptr<const Source> Get() const {
    const std::lock_guard lock(mutex_);
    return source_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Source> source_;
};

inline tl::unexpected<Error> NotYet() {
  return Transient("The state is being restored, or topics are missing.");
}

// None, until they are known.
class LateIntervals final : public pipeline::IntervalSource {
 public:
  void Set(std::shared_ptr<const pipeline::IntervalSource> source) { late_.Set(std::move(source)); }
  Status VisitIntervals(EventTime from, EventTime until, const Visitor& visit) const override {
    const auto source = late_.Get();
    return source ? source->VisitIntervals(from, until, visit) : Status();
  }

 private:
  Late<pipeline::IntervalSource> late_;
};

// Cannot be told, until they are known.
class LateInteractions final : public pipeline::InteractionSource {
 public:
  void Set(std::shared_ptr<const pipeline::InteractionSource> source) {
    late_.Set(std::move(source));
  }
  Result<std::vector<pipeline::FoundInteraction>> Find(
      const pipeline::InteractionQuery& query) const override {
    if (const auto source = late_.Get()) return source->Find(query);
    return NotYet();
  }

 private:
  Late<pipeline::InteractionSource> late_;
};

// Cannot be told, until they are known.
class LateWaiting final : public pipeline::WaitingSource {
 public:
  void Set(std::shared_ptr<const pipeline::WaitingSource> source) { late_.Set(std::move(source)); }
  Status VisitWaiting(const Visitor& visit) const override {
    if (const auto source = late_.Get()) return source->VisitWaiting(visit);
    return NotYet();
  }

 private:
  Late<pipeline::WaitingSource> late_;
};

}  // namespace touchline::app
