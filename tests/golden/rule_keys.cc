#include "tests/golden/rule_keys.h"

#include <charconv>
#include <optional>

#include "tests/golden/story_text.h"

namespace touchline::golden {
namespace {

using domain::EffortWeights;
using domain::QueueRules;
using domain::RuleSet;

struct SpanKey {
  std::string_view name;
  Duration RuleSet::*field;
};
constexpr SpanKey kSpans[] = {
    {"reap_call_after", &RuleSet::reap_call_after},
    {"reap_chat_after", &RuleSet::reap_chat_after},
    {"reopen_window", &RuleSet::reopen_window},
    {"retention", &RuleSet::retention},
    {"max_wrap_up", &RuleSet::max_wrap_up},
    {"silent_abandon_after", &RuleSet::silent_abandon_after},
    {"journey_quiet_period", &RuleSet::journey_quiet_period},
    {"journey_retention", &RuleSet::journey_retention},
    {"effort_repeat_within", &RuleSet::effort_repeat_within},
};

struct WeightKey {
  std::string_view name;
  int64_t EffortWeights::*field;
};
constexpr WeightKey kWeights[] = {
    {"waiting", &EffortWeights::waiting_milli},
    {"repeat_contact", &EffortWeights::repeat_contact_milli},
    {"channel_switch", &EffortWeights::channel_switch_milli},
    {"transfer", &EffortWeights::transfer_milli},
    {"reopening", &EffortWeights::reopening_milli},
    {"abandoned", &EffortWeights::abandoned_milli},
    {"repeated_info", &EffortWeights::repeated_info_milli},
};

std::optional<int64_t> Number(std::string_view text) {
  int64_t v = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return v;
}

bool SetSpan(std::string_view text, Duration* out) {
  const std::optional<int64_t> nanos = ParseSpanNanos(text);
  if (nanos) *out = Duration::Millis(*nanos / 1'000'000);
  return nanos.has_value();
}

bool SetQueueRule(std::string_view key, std::string_view value, QueueRules* queue) {
  if (key == "answer_threshold") return SetSpan(value, &queue->answer_threshold);
  if (key == "short_abandon") return SetSpan(value, &queue->short_abandon);
  if (key != "threshold_inclusive" || (value != "true" && value != "false")) return false;
  queue->threshold_inclusive = value == "true";
  return true;
}

// Weights are written in points: "2", "0.5".
bool SetWeight(std::string_view key, std::string_view value, EffortWeights* weights) {
  const std::optional<int64_t> nanos = ParseSpanNanos(std::string(value) + "s");
  if (!nanos) return false;
  for (const WeightKey& known : kWeights) {
    if (known.name != key) continue;
    weights->*known.field = *nanos / 1'000'000;
    return true;
  }
  return false;
}

template <class Integer>
bool SetCount(std::string_view value, Integer* out) {
  const std::optional<int64_t> number = Number(value);
  if (!number || *number < 0) return false;
  *out = static_cast<Integer>(*number);
  return true;
}

}  // namespace

bool SetRule(std::string_view key, std::string_view value, RuleSet* rules) {
  for (const SpanKey& known : kSpans) {
    if (known.name == key) return SetSpan(value, &(rules->*known.field));
  }
  if (key == "max_log_entries") return SetCount(value, &rules->max_log_entries);
  if (key == "max_contacts_per_journey") return SetCount(value, &rules->max_contacts_per_journey);
  const size_t last_dot = key.rfind('.');
  if (last_dot == std::string_view::npos) return false;
  const std::string_view field = key.substr(last_dot + 1);
  const std::string_view group = key.substr(0, last_dot);
  if (group == "effort") return SetWeight(field, value, &rules->effort);
  const bool is_calendar = field == "business_calendar";
  if (is_calendar && !rules->calendars.contains(std::string(value))) return false;
  if (group == "default_queue") {
    if (is_calendar) rules->default_queue.business_calendar = value;
    return is_calendar || SetQueueRule(field, value, &rules->default_queue);
  }
  if (group.starts_with("agents.") && field == "team") {
    rules->agents[std::string(group.substr(7))].team = value;
    return true;
  }
  if (!group.starts_with("queues.")) return false;
  const auto it = rules->queues.emplace(group.substr(7), rules->default_queue).first;
  if (is_calendar) it->second.business_calendar = value;
  return is_calendar || SetQueueRule(field, value, &it->second);
}

}  // namespace touchline::golden
