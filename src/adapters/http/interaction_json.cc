#include "adapters/http/interaction_json.h"

#include <optional>
#include <string_view>

#include "adapters/http/json.h"
#include "base/rfc3339.h"
#include "domain/metrics.h"

namespace touchline::adapters {
namespace {

using domain::ClockInterval;
using domain::DurationInterval;
using domain::ExplainedCause;
using domain::ExplainedClock;
using domain::ExplainedDuration;
using domain::ExplainedHandling;
using domain::Explanation;
using domain::LogRow;

void Add(JsonObject* object, std::string_view name, const std::optional<EventTime>& t) {
  if (!t || *t == EventTime::Min()) return object->AddNull(name);
  object->Add(name, std::string_view(FormatRfc3339(*t)));
}

void AddBool(std::string_view name, bool value, JsonObject* object, std::string* out) {
  object->AddName(name);
  *out += value ? "true" : "false";
}

// An array of objects, one a line.
template <class List, class Write>
void AddList(std::string_view name, const List& list, Write write, JsonObject* object,
             std::string* out) {
  object->AddName(name);
  *out += "[";
  for (const auto& element : list) {
    *out += &element == &list.front() ? "\n" : ",\n";
    JsonObject member(out);
    write(element, &member);
    member.Close();
  }
  *out += "]";
}

void AddCause(const ExplainedCause& cause, JsonObject* object) {
  object->Add("cause", std::string_view(cause.what));
  if (cause.row) {
    object->Add("row", static_cast<int64_t>(*cause.row));
  } else {
    object->AddNull("row");
  }
}

void AddRow(size_t number, const LogRow& row, JsonObject* object) {
  object->Add("row", static_cast<int64_t>(number));
  Add(object, "time", row.at);
  object->Add(row.is_timer ? "timer" : "event", std::string_view(row.what));
  for (const auto& [name, value] : row.fields) object->Add(name, std::string_view(value));
}

void AddInterval(const ClockInterval& interval, JsonObject* object) {
  Add(object, "from", interval.from);
  Add(object, "to", interval.to);
  object->Add("state", domain::Name(interval.state));
  object->Add("open_ms", interval.open.millis());
  object->Add("policy", std::string_view(interval.policy));
  object->Add("budget_ms", interval.budget.millis());
  object->Add("calendar", std::string_view(interval.calendar));
  object->Add("time_zone", std::string_view(interval.time_zone));
  object->Add("holder", std::string_view(interval.holder));
  AddCause(interval.cause, object);
}

void AddInterval(const DurationInterval& interval, JsonObject* object) {
  Add(object, "from", interval.from);
  Add(object, "to", interval.to);
  object->Add("state", std::string_view(interval.state));
  object->Add("ms", interval.counted.millis());
  AddCause(interval.cause, object);
}

void AddClock(const ExplainedClock& clock, JsonObject* object, std::string* out) {
  object->Add("target", domain::Name(clock.target));
  object->Add("cycle", clock.cycle);
  object->Add("policy", std::string_view(clock.policy));
  object->Add("budget_ms", clock.budget.millis());
  object->Add("result", domain::Name(clock.result));
  Add(object, "result_at", clock.result_at);
  Add(object, "stopped_at", clock.stopped_at);
  Add(object, "due", clock.due);
  object->Add("used_ms", clock.used.millis());
  object->Add("overshoot_ms", clock.overshoot.millis());
  if (clock.result == domain::ClockResult::kBreached) {
    object->Add("breached_by", std::string_view(clock.breach_holder));
    AddBool("superseded", clock.superseded, object, out);
  }
  object->AddName("held_ms");
  JsonObject held(out);
  for (const auto& [holder, used] : clock.held) {
    held.AddText(holder);
    *out += std::to_string(used.millis());
  }
  held.Close();
  AddList("intervals", clock.intervals,
          [](const ClockInterval& i, JsonObject* member) { AddInterval(i, member); }, object, out);
}

void AddDuration(const ExplainedDuration& duration, JsonObject* object, std::string* out) {
  const auto name = domain::ExportedName(domain::Spec(duration.metric));
  object->Add("metric", std::string_view(name));
  if (!duration.resolution.empty()) object->Add("resolution", duration.resolution);
  if (!duration.clock.empty()) object->Add("clock", duration.clock);
  if (!duration.calendar.empty()) {
    object->Add("calendar", std::string_view(duration.calendar));
    object->Add("time_zone", std::string_view(duration.time_zone));
  }
  Add(object, "observed_at", duration.at);
  object->Add("value_ms", duration.value.millis());
  AddList("intervals", duration.intervals,
          [](const DurationInterval& i, JsonObject* member) { AddInterval(i, member); }, object,
          out);
}

void AddHandling(const ExplainedHandling& handling, JsonObject* object, std::string* out) {
  const auto name = domain::ExportedName(domain::Spec(domain::MetricId::kHandlingSeconds));
  object->Add("metric", std::string_view(name));
  object->Add("part", handling.part);
  object->Add("agent", std::string_view(handling.agent));
  object->Add("queue", std::string_view(handling.queue));
  Add(object, "observed_at", handling.at);
  object->Add("value_ms", handling.value.millis());
  AddList("intervals", handling.intervals,
          [](const DurationInterval& i, JsonObject* member) { AddInterval(i, member); }, object,
          out);
}

}  // namespace

std::string InteractionAsJson(const ToldInteraction& told) {
  const Explanation& e = told.explanation;
  std::string out;
  JsonObject object(&out);
  const auto add = [&object](std::string_view name, std::string_view text) {
    object.Add(name, text);
  };
  add("id", told.id);
  add("namespace", told.found.name_space);
  add("kind", domain::Name(e.kind));
  add("topic", told.found.topic);
  object.Add("partition", told.found.partition);
  Add(&object, "watermark", e.watermark);
  add("partner", e.partner);
  add("channel", domain::Name(e.channel));
  add("direction", domain::Name(e.direction));
  add("queue", e.queue);
  add("customer", e.customer);
  AddBool("customer_forgotten", e.customer_is_forgotten, &object, &out);
  add("priority", e.priority);
  add("tier", e.tier);
  add("segment", e.segment);
  add("status", e.status);
  Add(&object, "created_at", e.created_at);
  add("end", domain::Name(e.end));
  Add(&object, "ended_at", e.ended_at);
  Add(&object, "compacted_until", e.compacted_until);
  AddList("log", e.log,
          [&e](const LogRow& row, JsonObject* member) {
            AddRow(static_cast<size_t>(&row - e.log.data()), row, member);
          },
          &object, &out);
  AddList("clocks", e.clocks,
          [&out](const ExplainedClock& c, JsonObject* member) { AddClock(c, member, &out); },
          &object, &out);
  AddList("durations", e.durations,
          [&out](const ExplainedDuration& d, JsonObject* member) { AddDuration(d, member, &out); },
          &object, &out);
  AddList("handling", e.handling,
          [&out](const ExplainedHandling& h, JsonObject* member) { AddHandling(h, member, &out); },
          &object, &out);
  object.Close();
  return out + "\n";
}

}  // namespace touchline::adapters
