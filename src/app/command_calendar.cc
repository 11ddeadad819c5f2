#include "app/command_calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "app/config_mistakes.h"
#include "app/config_text.h"
#include "base/rfc3339.h"
#include "domain/calendar/calendar.h"

namespace touchline::app {
namespace {

using domain::Calendar;

// RFC 3339, or a local time; a date is its midnight.
Parsed<EventTime> ParseTime(const std::string& text, const TimeZone& zone) {
  if (const auto instant = ParseInstant(text)) return *instant;
  for (const char* pattern : {"%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%d %H:%M",
                              "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d"}) {
    if (const auto nanos = zone.ParseNanos(pattern, text)) {
      return EventTime::FromMillis(*nanos / 1'000'000);
    }
  }
  return tl::unexpected(fmt::format("is '{}'; write 2026-12-24T16:00, which is local time, or an "
                                    "instant such as 2026-12-24T15:00:00Z",
                                    text));
}

// "Thu 2026-12-24 16:00", with seconds and milliseconds where there are any.
std::string LocalText(EventTime t, const TimeZone& zone) {
  constexpr std::array<const char*, 7> kNames = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const LocalTime local = zone.ToLocal(t);
  const int64_t ms = local.of_day.millis();
  const char* weekday = kNames[static_cast<size_t>(local.date.weekday())];
  std::string text = fmt::format("{} {} {:02}:{:02}", weekday, local.date.ToString(),
                                 ms / 3'600'000, ms / 60'000 % 60);
  if (ms % 60'000 != 0) text += fmt::format(":{:02}", ms / 1000 % 60);
  if (ms % 1000 != 0) text += fmt::format(".{:03}", ms % 1000);
  return text;
}

std::string InstantText(EventTime t, const TimeZone& zone) {
  return fmt::format("{} ({})", LocalText(t, zone), FormatRfc3339(t));
}

// "39h 30m", "1m 2.5s".
std::string SpanText(Duration span) {
  const int64_t ms = span.millis();
  std::string text;
  if (ms >= 3'600'000) text += fmt::format("{}h ", ms / 3'600'000);
  if (ms / 60'000 % 60 != 0) text += fmt::format("{}m ", ms / 60'000 % 60);
  if (ms % 60'000 != 0) text += fmt::format("{}s ", FormatThousandths(ms % 60'000));
  if (text.empty()) return "0s";
  text.pop_back();
  return text;
}

void PrintStretches(const Calendar& calendar, EventTime from, EventTime to,
                    const Console& console) {
  for (auto open = calendar.NextOpen(from); open && open->begin < to;
       open = calendar.NextOpen(open->end)) {
    const EventTime end = std::min(open->end, to);
    fmt::print(console.out, "  {}  to  {}  {}\n", LocalText(open->begin, calendar.zone()),
               LocalText(end, calendar.zone()), SpanText(end - open->begin));
  }
}

// What is wrong with the question, if anything.
std::optional<std::string> PrintOpenTime(const CalendarOptions& options, const Calendar& calendar,
                           const Console& console) {
  const auto from = ParseTime(options.from, calendar.zone());
  if (!from) return "--from " + from.error();
  const auto to = ParseTime(options.to, calendar.zone());
  if (!to) return "--to " + to.error();
  const Duration open = calendar.OpenBetween(*from, *to);
  fmt::print(console.out, "from      {}\nto        {}\nopen      {} ({} ms)\n",
             InstantText(*from, calendar.zone()), InstantText(*to, calendar.zone()),
             SpanText(open), open.millis());
  if (options.list) PrintStretches(calendar, *from, *to, console);
  return std::nullopt;
}

std::optional<std::string> PrintDue(const CalendarOptions& options, const Calendar& calendar,
                      const Console& console) {
  const auto after = ParseTime(options.after, calendar.zone());
  if (!after) return "--after " + after.error();
  EventTime due;
  std::string label;
  if (options.working_days) {
    due = calendar.AfterWorkingDays(*after, *options.working_days);
    label = fmt::format("days      {} working\n", *options.working_days);
  } else {
    const auto open = ParseDuration(options.open);
    if (!open) return "--open " + open.error();
    if (*open < Duration()) return "--open is negative";
    due = calendar.AfterOpen(*after, *open);
    label = fmt::format("open      {}\n", SpanText(*open));
  }
  fmt::print(console.out, "after     {}\n{}due       {}\n", InstantText(*after, calendar.zone()),
             label, due == EventTime::Max() ? "never" : InstantText(due, calendar.zone()));
  return std::nullopt;
}

// nullopt: well asked.
std::optional<std::string> FindMisuse(const CalendarOptions& options) {
  const bool asks_open = !options.from.empty() || !options.to.empty() || options.list;
  const bool asks_due =
      !options.after.empty() || !options.open.empty() || options.working_days.has_value();
  const bool is_whole_open = !options.from.empty() && !options.to.empty();
  const bool is_whole_due =
      !options.after.empty() && options.open.empty() == options.working_days.has_value();
  if (asks_open != asks_due && (is_whole_open || is_whole_due)) return std::nullopt;
  return "give --from and --to, or --after with either --open or --working-days";
}

std::string UnknownName(const std::string& name, const Config& config) {
  if (config.calendars.empty()) return "the configuration has no 'calendars'";
  std::vector<std::string_view> known;
  for (const auto& [calendar_name, calendar] : config.calendars) known.push_back(calendar_name);
  const std::string_view nearest = Nearest(name, known);
  return fmt::format("there is no calendar '{}'; {}", name,
                     nearest.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                                     : fmt::format("did you mean '{}'?", nearest));
}

ExitCode Misused(const std::string& why, const Console& console) {
  fmt::print(console.err, "touchline calendar: {}\n", why);
  return ExitCode::kUsage;
}

}  // namespace

ExitCode RunCalendar(const CalendarOptions& options, const Console& console) {
  if (const auto misuse = FindMisuse(options)) return Misused(*misuse, console);
  const auto config = LoadOrExplain(options.config, console);
  if (!config) return ExitCode::kConfiguration;
  const auto found = config->calendars.find(options.name);
  if (found == config->calendars.end()) {
    return Misused(UnknownName(options.name, *config), console);
  }
  const auto calendar = Calendar::Build(found->second.spec);
  if (!calendar) {
    fmt::print(console.err, "touchline calendar: '{}' {}\n", options.name, calendar.error());
    return ExitCode::kConfiguration;
  }
  const auto wrong = options.after.empty() ? PrintOpenTime(options, *calendar, console)
                                           : PrintDue(options, *calendar, console);
  return wrong ? Misused(*wrong, console) : ExitCode::kOk;
}

}  // namespace touchline::app
