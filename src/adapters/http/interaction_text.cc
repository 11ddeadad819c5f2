#include "adapters/http/interaction_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rfc3339.h"
#include "base/time_zone.h"
#include "base/utf8.h"
#include "domain/metrics.h"

namespace touchline::adapters {
namespace {

using domain::ClockInterval;
using domain::ClockResult;
using domain::DurationInterval;
using domain::ExplainedCause;
using domain::ExplainedClock;
using domain::ExplainedDuration;
using domain::ExplainedHandling;
using domain::Explanation;
using domain::LogRow;

std::string Instant(const std::optional<EventTime>& t) {
  return t && *t != EventTime::Min() ? FormatRfc3339(*t) : "not known";
}

// Hours, minutes, seconds: "0:45:00.000".
std::string Span(Duration span) {
  const int64_t ms = span.millis();
  return fmt::format("{}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

std::string SpanAndMillis(Duration span) {
  return fmt::format("{} ({} ms)", Span(span), span.millis());
}

// Empty where the zone's clock would say what UTC says, or its zone is not known here.
std::string LocalTimeIn(const std::string& zone, const std::optional<EventTime>& t) {
  if (!t || zone.empty() || zone == "UTC") return "";
  const auto loaded = TimeZone::Load(zone);
  if (!loaded) return "";
  const LocalTime local = loaded->ToLocal(*t);
  const int64_t ms = local.of_day.millis();
  return fmt::format("{} {:02}:{:02}:{:02}.{:03}", local.date.ToString(), ms / 3'600'000,
                     ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

std::string Cause(const ExplainedCause& cause) {
  return cause.row ? fmt::format("#{} {}", *cause.row, cause.what) : cause.what;
}

// Columns as wide as their widest cell.
class Table {
 public:
  explicit Table(std::initializer_list<std::string_view> titles) {
    rows_.emplace_back(titles.begin(), titles.end());
  }
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  void AppendTo(std::string* out) const {
    std::vector<size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
    }
    for (const auto& row : rows_) {
      std::string line = " ";
      for (size_t i = 0; i < row.size(); ++i) {
        if (widths[i] == 0) continue;
        line.append(" ").append(row[i]).append(widths[i] - WidthOf(row[i]) + 1, ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out->append(line).append("\n");
    }
  }

 private:
  // Of characters, as far as each takes one place.
  static size_t WidthOf(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
  }
  std::vector<std::vector<std::string>> rows_;
};

void AppendSummary(const ToldInteraction& told, std::string* out) {
  const Explanation& e = told.explanation;
  *out += fmt::format("{} {}  (namespace {}, {}/{})\n", domain::Name(e.kind), Printable(told.id),
                      told.found.name_space, told.found.topic, told.found.partition);
  std::string facts;
  const auto add = [&facts](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    facts += fmt::format("{}{} {}", facts.empty() ? "  " : ", ", name, Printable(value));
  };
  add("partner", e.partner);
  add("channel", domain::Name(e.channel));
  add("direction", domain::Name(e.direction));
  add("queue", e.queue);
  add("customer", e.customer);
  add("priority", e.priority);
  add("tier", e.tier);
  add("segment", e.segment);
  add("status", e.status);
  *out += facts + "\n";
  if (e.customer_is_forgotten) {
    *out += "  customer   has been forgotten: his name is not kept; what he did still counts\n";
  }
  *out += "  created    " + Instant(e.created_at) + "\n";
  if (e.ended_at) {
    *out += fmt::format("  ended      {} ({})\n", Instant(e.ended_at), domain::Name(e.end));
  }
  *out += "  complete   up to " + Instant(e.watermark) + "\n";
  if (e.compacted_until) {
    *out += "  compacted  up to " + Instant(e.compacted_until) +
            ": of that only sums are kept, and neither events nor finished cycles\n";
  }
}

void AppendLog(const Explanation& e, std::string* out) {
  *out += "\nlog (timers in brackets)\n";
  Table table({"#", "time", "what", "fields"});
  for (const LogRow& row : e.log) {
    std::string fields;
    for (const auto& [name, value] : row.fields) {
      fields += fmt::format("{}{}={}", fields.empty() ? "" : " ", name, Printable(value));
    }
    table.Add({std::to_string(&row - e.log.data()), Instant(row.at),
               row.is_timer ? "[" + row.what + "]" : row.what, std::move(fields)});
  }
  table.AppendTo(out);
}

std::string ResultText(const ExplainedClock& clock) {
  std::string text(domain::Name(clock.result));
  if (clock.result_at) text += " at " + Instant(clock.result_at);
  if (clock.result == ClockResult::kBreached) {
    text += ", held by " + Printable(clock.breach_holder);
    if (clock.superseded) text += ", superseded";
    if (clock.stopped_at) text += ", stopped at " + Instant(clock.stopped_at);
  }
  if (clock.due) text += ", due " + Instant(clock.due);
  return text;
}

// Of an interval of a clock, or of a duration in business time.
template <class T>
std::string CalendarText(const T& of) {
  if (of.time_zone.empty() || of.time_zone == "UTC") return of.calendar;
  return of.calendar + " (" + of.time_zone + ")";
}

void AppendClock(const ExplainedClock& clock, std::string* out) {
  *out += fmt::format("\nclock {}, cycle {}: {}\n  policy {}, used {} of {}\n",
                      domain::Name(clock.target), clock.cycle, ResultText(clock),
                      Printable(clock.policy), SpanAndMillis(clock.used), Span(clock.budget));
  for (const auto& [holder, used] : clock.held) {
    *out += fmt::format("  held by {}: {}\n", Printable(holder), SpanAndMillis(used));
  }
  Table table({"from", "to", "state", "open", "open ms", "calendar", "from, local", "holder",
                 "because of"});
  Duration sum;
  for (const ClockInterval& i : clock.intervals) {
    sum = sum + i.open;
    table.Add({Instant(i.from), Instant(i.to), std::string(domain::Name(i.state)), Span(i.open),
               std::to_string(i.open.millis()), CalendarText(i), LocalTimeIn(i.time_zone, i.from),
               Printable(i.holder), Cause(i.cause)});
  }
  table.Add({"sum", "", "", Span(sum), std::to_string(sum.millis())});
  table.AppendTo(out);
}

void AppendIntervals(const std::vector<DurationInterval>& intervals, std::string* out) {
  Table table({"from", "to", "state", "counted", "ms", "because of"});
  Duration sum;
  for (const DurationInterval& i : intervals) {
    sum = sum + i.counted;
    table.Add({Instant(i.from), Instant(i.to), i.state, Span(i.counted),
               std::to_string(i.counted.millis()), Cause(i.cause)});
  }
  table.Add({"sum", "", "", Span(sum), std::to_string(sum.millis())});
  table.AppendTo(out);
}

// {clock="business",resolution="full"} by office (Europe/Berlin)
std::string SeriesOf(const ExplainedDuration& duration) {
  if (duration.clock.empty()) return {};
  std::string text = fmt::format("{{clock=\"{}\"", duration.clock);
  if (!duration.resolution.empty()) {
    text += fmt::format(",resolution=\"{}\"", duration.resolution);
  }
  text += '}';
  if (!duration.calendar.empty()) text += " by " + CalendarText(duration);
  return text;
}

void AppendDuration(const ExplainedDuration& duration, std::string* out) {
  const domain::MetricSpec& spec = domain::Spec(duration.metric);
  *out += fmt::format("\n{}{}: {}, observed at {}\n", domain::ExportedName(spec),
                      SeriesOf(duration), SpanAndMillis(duration.value), Instant(duration.at));
  AppendIntervals(duration.intervals, out);
}

void AppendHandling(const ExplainedHandling& handling, std::string* out) {
  const domain::MetricSpec& spec = domain::Spec(domain::MetricId::kHandlingSeconds);
  *out += fmt::format("\n{}{{part=\"{}\"}} of {}{}: {}, observed at {}\n",
                      domain::ExportedName(spec), handling.part, Printable(handling.agent),
                      handling.queue.empty() ? "" : " in queue " + Printable(handling.queue),
                      SpanAndMillis(handling.value), Instant(handling.at));
  AppendIntervals(handling.intervals, out);
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable = ToValidUtf8(text);
  std::replace_if(printable.begin(), printable.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return printable;
}

std::string InteractionAsText(const ToldInteraction& told) {
  std::string out;
  AppendSummary(told, &out);
  AppendLog(told.explanation, &out);
  for (const ExplainedClock& clock : told.explanation.clocks) AppendClock(clock, &out);
  for (const ExplainedDuration& duration : told.explanation.durations) {
    AppendDuration(duration, &out);
  }
  for (const ExplainedHandling& handling : told.explanation.handling) {
    AppendHandling(handling, &out);
  }
  return out;
}

}  // namespace touchline::adapters
