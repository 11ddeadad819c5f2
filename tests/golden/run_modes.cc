#include "tests/golden/run_modes.h"

#include <algorithm>
#include <map>
#include <random>

#include "tests/golden/story_text.h"

namespace touchline::golden {
namespace {

using Batch = std::vector<const StoryEvent*>;

// Puts each contact's events into another order, at the places that this contact holds.
template <class Permute>
Batch WithinContacts(const Batch& batch, Permute permute) {
  std::map<std::pair<domain::Kind, std::string_view>, std::vector<size_t>> places;
  for (size_t i = 0; i < batch.size(); ++i) {
    places[{batch[i]->kind, batch[i]->subject}].push_back(i);
  }
  Batch out = batch;
  for (const auto& [contact, at] : places) {
    std::vector<size_t> from = at;
    permute(&from);
    for (size_t i = 0; i < at.size(); ++i) out[at[i]] = batch[from[i]];
  }
  return out;
}

// The order in which the events between two checkpoints arrive.
Batch Arrivals(const Batch& batch, const RunMode& mode) {
  Batch out;
  switch (mode.delivery) {
    case Delivery::kAsTold:
    case Delivery::kStrangers:
      return batch;
    case Delivery::kTwice:
      for (const StoryEvent* event : batch) out.insert(out.end(), 2, event);
      return out;
    case Delivery::kReplayed:
      out = batch;
      out.insert(out.end(), batch.rbegin(), batch.rend());
      return out;
    case Delivery::kReversed:
      return WithinContacts(batch,
                            [](auto* places) { std::reverse(places->begin(), places->end()); });
    case Delivery::kShuffled: {
      std::mt19937 random(mode.seed);
      return WithinContacts(
          batch, [&](auto* places) { std::shuffle(places->begin(), places->end(), random); });
    }
  }
  return batch;
}

// Another partner's call, told in steps beside the story's events and at their instants.
class Strangers {
 public:
  Status PushOne(int64_t time_ns, TimelineSystem* system) {
    static constexpr std::string_view kSteps[] = {
        R"("call.queued","data":{"queue":"elsewhere","customer":"stranger"})",
        R"("call.ringing","data":{"agent":"zoe"})", R"("call.answered","data":{"agent":"zoe"})",
        R"("call.ended","data":{"by":"customer","resolved":true})",
        R"("call.wrapped_up","data":{"agent":"zoe"})"};
    const std::string id = std::to_string(step_);
    const std::string subject = "stranger-" + std::to_string(step_ / std::size(kSteps));
    const std::string payload =
        R"({"specversion":"1.0","source":"/strangers","partner":"strangers","id":")" + id +
        R"(","subject":")" + subject + R"(","time":")" + FormatTime(time_ns) + R"(","type":)" +
        std::string(kSteps[step_ % std::size(kSteps)]) + "}";
    ++step_;
    return system->Push(domain::Kind::kCall, subject, payload);
  }

 private:
  size_t step_ = 0;
};

class Teller {
 public:
  Teller(const RunMode& mode, TimelineSystem* system) : mode_(mode), system_(system) {}

  Status Push(const StoryEvent& event) {
    if (mode_.delivery == Delivery::kStrangers) {
      if (Status s = strangers_.PushOne(event.time_ns, system_); !s) return s;
    }
    if (Status s = system_->Push(event.kind, event.subject, event.payload); !s) return s;
    ++pushed_;
    if (mode_.crash_after_each) {
      if (pushed_ % 2 == 0) {
        if (Status s = system_->Commit(); !s) return s;
      }
      return system_->CrashAndRestore();
    }
    if (mode_.commit_every > 0 && pushed_ % mode_.commit_every == 0) return system_->Commit();
    return {};
  }

 private:
  const RunMode& mode_;
  TimelineSystem* system_;
  Strangers strangers_;
  int pushed_ = 0;
};

}  // namespace

const std::vector<RunMode>& RunModes() {
  static const std::vector<RunMode> modes = {
      {.name = "straight"},
      {.name = "straight_over_4", .partitions = 4},
      {.name = "batches_of_1", .commit_every = 1},
      {.name = "batches_of_7", .commit_every = 7, .partitions = 4},
      {.name = "crashed", .crash_after_each = true},
      {.name = "crashed_over_4", .crash_after_each = true, .partitions = 4},
      {.name = "twice", .delivery = Delivery::kTwice},
      {.name = "twice_crashed", .delivery = Delivery::kTwice, .crash_after_each = true},
      {.name = "replayed", .delivery = Delivery::kReplayed, .commit_every = 7},
      {.name = "reversed", .delivery = Delivery::kReversed},
      {.name = "shuffled", .delivery = Delivery::kShuffled, .seed = 1},
      {.name = "shuffled_over_4", .delivery = Delivery::kShuffled, .partitions = 4, .seed = 2},
      {.name = "shuffled_crashed",
       .delivery = Delivery::kShuffled,
       .crash_after_each = true,
       .seed = 3},
      {.name = "strangers", .delivery = Delivery::kStrangers},
      {.name = "strangers_over_4",
       .delivery = Delivery::kStrangers,
       .commit_every = 7,
       .partitions = 4},
  };
  return modes;
}

bool IsRunMode(std::string_view name) {
  const auto& modes = RunModes();
  return std::any_of(modes.begin(), modes.end(),
                     [&](const RunMode& mode) { return mode.name.starts_with(name); });
}

bool IsExcept(const Story& story, const RunMode& mode) {
  return std::any_of(story.except.begin(), story.except.end(),
                     [&](const std::string& name) { return mode.name.starts_with(name); });
}

namespace {

tl::unexpected<Error> At(const Story& story, size_t line, Error error) {
  error.message = story.path + ":" + std::to_string(line) + ": " + error.message;
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<Telling> Tell(const Story& story, const RunMode& mode, TimelineSystem* system) {
  Telling telling;
  Teller teller(mode, system);
  size_t told = 0;
  for (const Checkpoint& checkpoint : story.checkpoints) {
    Batch batch;
    for (; told < checkpoint.events_before; ++told) batch.push_back(&story.events[told]);
    for (const StoryEvent* event : Arrivals(batch, mode)) {
      if (Status s = teller.Push(*event); !s) return At(story, event->line, s.error());
    }
    Status rest = system->AdvanceTo(checkpoint.time);
    if (!rest) return At(story, checkpoint.line, rest.error());
    Result<NetValues> values = system->Read();
    if (!values) return At(story, checkpoint.line, values.error());
    telling.seen.push_back(mode.delivery == Delivery::kStrangers ? WithoutStrangers(*values)
                                                                 : *std::move(values));
  }
  return telling;
}

}  // namespace touchline::golden
