#include "app/calendar_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/ical/holidays.h"
#include "app/config_text.h"
#include "domain/calendar/calendar.h"

namespace touchline::app {
namespace {

using domain::DayInterval;
using Day = std::vector<DayInterval>;

constexpr size_t kMaxDates = 10'000;  // of one key of one calendar
constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "08:30" to minutes; 24:00 is the last.
std::optional<int32_t> ParseTimeOfDay(std::string_view text) {
  constexpr std::string_view kForm = "00:00";
  if (text.size() != kForm.size() || text[2] != ':') return std::nullopt;
  std::array<int32_t, 5> digit{};
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 2) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    digit[i] = text[i] - '0';
  }
  const int32_t hour = digit[0] * 10 + digit[1], minute = digit[3] * 10 + digit[4];
  if (minute > 59 || hour * 60 + minute > DayInterval::kMidnight) return std::nullopt;
  return hour * 60 + minute;
}

Parsed<DayInterval> ParseInterval(std::string_view text) {
  const size_t dash = text.find('-');
  const auto begin = ParseTimeOfDay(Trimmed(text.substr(0, dash)));
  const auto end = dash == std::string_view::npos
                       ? std::nullopt
                       : ParseTimeOfDay(Trimmed(text.substr(dash + 1)));
  if (!begin || !end) {
    return tl::unexpected(fmt::format(
        "has '{}', which is not an interval such as 08:30-12:00 (00:00 to 24:00)", text));
  }
  if (*end <= *begin) {
    return tl::unexpected(fmt::format("has '{}', which does not end after it begins; hours past "
                                      "midnight are two: 22:00-24:00, and 00:00-06:00 of the day "
                                      "after",
                                      text));
  }
  return DayInterval{*begin, *end};
}

// "08:00-12:00, 13:00-18:00".
Parsed<Day> ParseIntervals(std::string_view text) {
  Day day;
  for (std::string_view rest = text;;) {
    const size_t comma = rest.find(',');
    const auto interval = ParseInterval(Trimmed(rest.substr(0, comma)));
    if (!interval) return tl::unexpected(interval.error());
    day.push_back(*interval);
    if (domain::FindBadInterval(day) >= 0) {
      return tl::unexpected(fmt::format("has '{}', which overlaps one before it",
                                        Trimmed(rest.substr(0, comma))));
    }
    if (comma == std::string_view::npos) return day;
    rest.remove_prefix(comma + 1);
  }
}

Parsed<Day> ParseHours(std::string_view text) {
  if (text == "closed") return Day();
  return ParseIntervals(text);
}

// The weekdays that a key names, Monday 0; empty when it names none.
std::vector<size_t> ParseWeekdays(std::string_view key) {
  const auto find = [](std::string_view name) {
    return static_cast<size_t>(std::find(kWeekdays.begin(), kWeekdays.end(), name) -
                               kWeekdays.begin());
  };
  if (key == "daily") return {0, 1, 2, 3, 4, 5, 6};
  const size_t dash = key.find('-');
  const size_t first = find(key.substr(0, dash));
  const size_t last = dash == std::string_view::npos ? first : find(key.substr(dash + 1));
  std::vector<size_t> weekdays;
  if (first == kWeekdays.size() || last == kWeekdays.size()) return weekdays;
  for (size_t day = first;; day = (day + 1) % kWeekdays.size()) {
    weekdays.push_back(day);
    if (day == last) return weekdays;
  }
}

// Of a larger file, one byte more than is allowed.
std::optional<std::string> ReadSmallFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(ical::kMaxTextBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) return std::nullopt;
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

class CalendarReader {
 public:
  CalendarReader(const std::string& path, const std::string& folder, CalendarConfig* calendar,
                 Mistakes* mistakes)
      : path_(path),
        folder_(folder),
        calendar_(*calendar),
        spec_(calendar->spec),
        mistakes_(mistakes) {}

  void Read() {
    spec_.always_open = calendar_.open_24x7;
    if (!calendar_.time_zone.empty()) spec_.time_zone = calendar_.time_zone;
    if (calendar_.open_24x7) {
      RefuseKeysBeside24x7();
    } else if (!mistakes_->IsPresent(path_ + ".time_zone")) {
      Wrong(".time_zone", "is required: the IANA name of where the hours are local time");
    }
    ReadHours();
    ReadDates(".shifts", calendar_.shifts, ParseHours, &spec_.shifts);
    ReadDates(".breaks", calendar_.breaks, ParseIntervals, &spec_.breaks);
    ReadHolidays();
    for (size_t i = 0; i < calendar_.holiday_files.size(); ++i) {
      ReadHolidayFile(fmt::format(".holiday_files[{}]", i), calendar_.holiday_files[i]);
    }
    if (mistakes_->HasAny(path_)) return;
    const auto built = domain::Calendar::Build(spec_);
    if (!built) Wrong("", built.error());
  }

 private:
  void Wrong(const std::string& key, const std::string& message) {
    mistakes_->AddAt(path_ + key, message);
  }

  void RefuseKeysBeside24x7() {
    for (const char* key : {".hours", ".shifts", ".breaks", ".holidays", ".holiday_files"}) {
      if (!mistakes_->IsPresent(path_ + key)) continue;
      Wrong(key, "is not allowed beside 'open_24x7'; write 'hours: {daily: 00:00-24:00}' instead "
                 "if some dates differ");
    }
  }

  void ReadHours() {
    std::array<std::string_view, 7> named_by{};
    for (const auto& [key, text] : calendar_.hours) {
      const std::string place = ".hours." + key;
      const std::vector<size_t> weekdays = ParseWeekdays(key);
      if (weekdays.empty()) {
        const std::vector<std::string_view> known(kWeekdays.begin(), kWeekdays.end());
        const std::string_view nearest = Nearest(key, known);
        Wrong(place, fmt::format("is not a weekday or several: mon, mon-fri, sun-thu, daily{}",
                                 nearest.empty() ? "" : fmt::format("; did you mean '{}'?",
                                                                    nearest)));
        continue;
      }
      const auto day = ParseHours(text);
      if (!day) Wrong(place, day.error());
      for (const size_t weekday : weekdays) {
        if (!named_by[weekday].empty()) {
          Wrong(place, fmt::format("names {} a second time, after '{}'", kWeekdays[weekday],
                                   named_by[weekday]));
          break;
        }
        named_by[weekday] = key;
        if (day) spec_.week[weekday] = *day;
      }
    }
  }

  void ReadDates(const std::string& key, const std::map<std::string, std::string>& texts,
                 Parsed<Day> (*parse)(std::string_view), std::map<CivilDate, Day>* days) {
    if (texts.size() > kMaxDates) Wrong(key, fmt::format("names more than {} dates", kMaxDates));
    for (const auto& [date_text, text] : texts) {
      const auto date = ReadDate(key + "." + date_text, date_text);
      const auto day = parse(text);
      if (!day) Wrong(key + "." + date_text, day.error());
      if (date && day) (*days)[*date] = *day;
    }
  }

  void ReadHolidays() {
    if (calendar_.holidays.size() > kMaxDates) {
      Wrong(".holidays", fmt::format("names more than {} dates", kMaxDates));
    }
    for (size_t i = 0; i < calendar_.holidays.size(); ++i) {
      const auto date = ReadDate(fmt::format(".holidays[{}]", i), calendar_.holidays[i]);
      if (date) spec_.holidays.insert(*date);
    }
  }

  void ReadHolidayFile(const std::string& place, const std::string& file) {
    const std::filesystem::path path = std::filesystem::path(folder_) / file;
    const auto text = ReadSmallFile(path);
    if (!text) {
      Wrong(place, fmt::format("{} cannot be read", path.string()));
      return;
    }
    ical::Holidays found = ical::ReadHolidays(*text);
    for (const ical::Problem& problem : found.problems) {
      Wrong(place, fmt::format("{}:{}: {}", path.string(), problem.line, problem.message));
    }
    spec_.holidays.merge(found.dates);
  }

  std::optional<CivilDate> ReadDate(const std::string& place, const std::string& text) {
    auto date = CivilDate::Parse(text);
    if (!date) {
      Wrong(place, fmt::format("is '{}', which is not a date such as 2026-12-24 (years 1970 to "
                               "2199)",
                               text));
    }
    return date;
  }

  const std::string& path_;
  const std::string& folder_;
  const CalendarConfig& calendar_;
  domain::CalendarSpec& spec_;
  Mistakes* mistakes_;
};

}  // namespace

void ReadCalendar(const std::string& path, const std::string& folder, CalendarConfig* calendar,
                  Mistakes* mistakes) {
  CalendarReader(path, folder, calendar, mistakes).Read();
}

void AddAlwaysOpen(domain::RuleSet* rules) {
  rules->calendars.try_emplace(kAlwaysOpen, domain::CalendarSpec{.always_open = true});
}

void CheckCalendarName(const Config& config, const std::string& key, const std::string& name,
                       Mistakes* mistakes) {
  if (name.empty() || name == kAlwaysOpen || config.calendars.contains(name)) return;
  std::vector<std::string_view> known = {kAlwaysOpen};
  for (const auto& [calendar, _] : config.calendars) known.push_back(calendar);
  mistakes->AddAt(key, NotOneOf(name, known));
}

void ReadBusinessCalendars(Config* config, Mistakes* mistakes) {
  domain::RuleSet& rules = config->rules;
  for (const auto& [name, calendar] : config->calendars) rules.calendars[name] = calendar.spec;
  const auto read = [&](const std::string& path, const domain::QueueRules& queue) {
    const std::string key = path + ".business_calendar";
    if (queue.business_calendar == kAlwaysOpen) AddAlwaysOpen(&rules);
    // A queue that has it from all queues has its mistakes from there, too.
    if (!mistakes->IsPresent(key)) return;
    CheckCalendarName(*config, key, queue.business_calendar, mistakes);
  };
  read("rules", rules.default_queue);
  for (const auto& [name, queue] : rules.queues) read("rules.queues." + name, queue);
}

}  // namespace touchline::app
