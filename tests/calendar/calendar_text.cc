#include "tests/calendar/calendar_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "base/rfc3339.h"

namespace touchline::test {
namespace {

std::vector<std::string> Words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

int32_t Minute(std::string_view text) {
  return std::stoi(std::string(text.substr(0, 2))) * 60 + std::stoi(std::string(text.substr(3, 2)));
}

size_t Weekday(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {"mon", "tue", "wed", "thu",
                                                      "fri", "sat", "sun"};
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  EXPECT_NE(found, kNames.end()) << name;
  return static_cast<size_t>(found - kNames.begin());
}

void AddRule(std::string_view rule, domain::CalendarSpec* spec) {
  const std::vector<std::string> words = Words(rule);
  const std::string& when = words.at(0);
  if (when == "24x7") {
    spec->always_open = true;
    return;
  }
  const std::string rest(rule.substr(rule.find(when) + when.size()));
  if (const auto date = CivilDate::Parse(when)) {
    const std::string parts = rest.substr(rest.find(words.at(1)) + words[1].size());
    if (words[1] == "holiday") spec->holidays.insert(*date);
    if (words[1] == "shift") spec->shifts[*date] = Parts(parts);
    if (words[1] == "break") spec->breaks[*date] = Parts(parts);
    return;
  }
  const size_t first = when == "daily" ? 0 : Weekday(when.substr(0, 3));
  const size_t last = when == "daily" ? 6 : Weekday(when.substr(when.size() - 3));
  for (size_t day = first; day <= last; ++day) spec->week.at(day) = Parts(rest);
}

}  // namespace

EventTime At(std::string_view rfc3339) {
  const auto nanos = ParseRfc3339Nanos(rfc3339);
  EXPECT_TRUE(nanos) << rfc3339;
  return EventTime::FromMillis(nanos.value_or(0) / 1'000'000);
}

EventTime Utc(std::string_view date_and_time) {
  const std::string text(date_and_time);
  return At(text.substr(0, 10) + "T" + text.substr(11) + ":00Z");
}

CivilDate Day(std::string_view date) {
  const auto parsed = CivilDate::Parse(date);
  EXPECT_TRUE(parsed) << date;
  return parsed.value_or(CivilDate());
}

std::vector<domain::DayInterval> Parts(std::string_view text) {
  std::vector<domain::DayInterval> parts;
  for (const std::string& word : Words(text)) {
    parts.push_back({Minute(word.substr(0, 5)), Minute(word.substr(6))});
  }
  return parts;
}

domain::CalendarSpec Spec(std::string_view zone, std::string_view text) {
  domain::CalendarSpec spec{.time_zone = std::string(zone)};
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    AddRule(text.substr(0, end), &spec);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return spec;
}

domain::Calendar Open(std::string_view zone, std::string_view text) {
  auto built = domain::Calendar::Build(Spec(zone, text));
  EXPECT_TRUE(built) << (built ? "" : built.error());
  return std::move(*built);
}

}  // namespace touchline::test
