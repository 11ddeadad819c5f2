#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "domain/metrics.h"
#include "domain/rules.h"
#include "pipeline/published.h"
#include "tests/golden/net_values.h"

// A story is one .timeline file, read: events in the order in which they arrive, and what must be
// seen at chosen instants. The form is in README.md.
namespace touchline::golden {

struct StoryEvent {
  size_t line = 0;
  domain::Kind kind = domain::Kind::kCall;
  std::string subject;
  int64_t time_ns = 0;
  std::string payload;  // the CloudEvent, structured JSON
};

enum class Quantifier : uint8_t {
  kOne,    // exactly one series with a value matches, and has this value
  kTotal,  // the sum over all series that match; none is zero
  kNone,   // no series with a value matches
};

struct Expectation {
  size_t line = 0;
  Quantifier quantifier = Quantifier::kOne;
  // Which rows are summed: those of `kind` that start in [from, until). Totals: ignored.
  pipeline::RowKind kind = pipeline::RowKind::kTotal;
  EventTime from;
  EventTime until;
  domain::MetricId metric = domain::MetricId::kContactsOffered;
  std::map<std::string, std::string> labels;  // a part of the metric's labels
  std::string value;                          // in the form that ValueText writes
};

// All events up to here have arrived, and the watermark is `time`.
struct Checkpoint {
  size_t line = 0;
  EventTime time;
  size_t events_before = 0;
  std::vector<Expectation> expectations;
};

struct Story {
  std::string path;
  domain::RuleSet rules;
  std::set<std::string> partners;  // that its events name
  std::set<std::string> except;    // names of run modes that this story is outside of
  std::vector<StoryEvent> events;
  std::vector<Checkpoint> checkpoints;
};

// A mistake in a story; `text` begins with "path:line: ".
struct StoryError {
  std::string text;
};

// Reads a whole file's text. All mistakes at once.
// REQUIRES: `path` is for messages only.
struct ParsedStory {
  Story story;
  std::vector<StoryError> errors;
};
ParsedStory ParseStory(std::string_view path, std::string_view text);

// What the values say of an expectation: nullopt when it holds, else one sentence. `actual` gets
// the value as it would have to be written, where there is one to write.
std::optional<std::string> Check(const Expectation& expectation, const NetValues& values,
                                 std::string* actual);

}  // namespace touchline::golden
