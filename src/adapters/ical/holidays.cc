#include "adapters/ical/holidays.h"

#include <fmt/format.h>
#include <libical/ical.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "adapters/ical/content_lines.h"
#include "base/rfc3339.h"

namespace touchline::ical {
namespace {

struct Free {
  void operator()(icalcomponent* c) const { icalcomponent_free(c); }
  void operator()(icalrecur_iterator* i) const { icalrecur_iterator_free(i); }
};
using ComponentPtr = std::unique_ptr<icalcomponent, Free>;
using IteratorPtr = std::unique_ptr<icalrecur_iterator, Free>;

constexpr CivilDate kFirstDate;  // 1970-01-01
const CivilDate kLastDate = *CivilDate::Parse("2199-12-31");

struct Rule {
  icalrecurrencetype recurrence;
  int line;
};

struct Event {
  int line = 1;  // of its BEGIN
  std::string uid;
  std::optional<CivilDate> start;
  std::optional<CivilDate> end;  // exclusive
  std::optional<int32_t> days;
  std::optional<CivilDate> replaces;  // RECURRENCE-ID
  std::vector<Rule> rules;
  std::set<CivilDate> more;    // RDATE
  std::set<CivilDate> except;  // EXDATE
  bool is_cancelled = false;
};

CivilDate ToDate(const icaltimetype& t) {
  return CivilDate::FromDays(static_cast<int32_t>(DaysFromCivil(t.year, t.month, t.day)));
}

icaltimetype ToIcal(CivilDate date) {
  const icaltimetype epoch = icaltime_from_string("19700101");
  icaltimetype t = epoch;
  icaltime_adjust(&t, date.days(), 0, 0, 0);
  return t;
}

bool IsDay(const icaltimetype& t) {
  return t.year >= 1 && t.month >= 1 && t.month <= 12 && t.day >= 1 &&
         t.day <= icaltime_days_in_month(t.month, t.year);
}

class Reader {
 public:
  Holidays Read(std::string_view text) {
    if (text.size() > kMaxTextBytes) {
      Report(1, fmt::format("is larger than {} bytes", kMaxTextBytes));
      return std::move(found_);
    }
    ReadLines(text);
    for (const Event& event : events_) CheckEvent(event);
    if (found_.problems.empty() && events_.empty()) Report(1, "has no event (BEGIN:VEVENT)");
    if (found_.problems.empty()) AddAllDates();
    return std::move(found_);
  }

 private:
  struct Open {
    std::string component;
    int line;
  };

  void Report(int line, std::string message) {
    if (found_.problems.size() < kMaxProblems) {
      found_.problems.push_back({line, std::move(message)});
    }
  }

  void ReadLines(std::string_view text) {
    ContentLines lines(text);
    ContentLine line;
    while (found_.problems.size() < kMaxProblems && lines.Next(&line)) {
      const std::string name = line.Name();
      if (open_.empty() && (name != "BEGIN" || line.Value() != "VCALENDAR")) {
        Report(line.number, "stands outside of BEGIN:VCALENDAR and END:VCALENDAR");
        return;
      }
      if (line.text.find(':') == std::string::npos) {
        Report(line.number, "is no property (NAME:VALUE)");
      } else if (name == "BEGIN") {
        Begin(line);
      } else if (name == "END") {
        if (!End(line)) return;
      } else if (open_.back().component == "VEVENT") {
        ReadProperty(name, line);
      }
    }
    if (!open_.empty() && found_.problems.size() < kMaxProblems) {
      Report(open_.back().line, fmt::format("the text ends before END:{}", open_.back().component));
    }
  }

  void Begin(const ContentLine& line) {
    open_.push_back({std::string(line.Value()), line.number});
    if (line.Value() == "VEVENT") events_.push_back({.line = line.number});
  }

  // False when it is another component's, after which nothing can be read.
  bool End(const ContentLine& line) {
    if (line.Value() != open_.back().component) {
      Report(line.number, fmt::format("ends {}, but {} began last, in line {}", line.Value(),
                                      open_.back().component, open_.back().line));
      open_.clear();
      return false;
    }
    open_.pop_back();
    return true;
  }

  void ReadProperty(const std::string& name, const ContentLine& line) {
    Event& event = events_.back();
    if (name == "DTSTART") {
      SetOnce(name, line, ReadDate(name, line), &event.start);
    } else if (name == "DTEND") {
      SetOnce(name, line, ReadDate(name, line), &event.end);
    } else if (name == "RECURRENCE-ID") {
      SetOnce(name, line, ReadDate(name, line), &event.replaces);
    } else if (name == "DURATION") {
      SetOnce(name, line, ReadDays(line), &event.days);
    } else if (name == "RDATE") {
      event.more.merge(ReadDates(name, line));
    } else if (name == "EXDATE") {
      event.except.merge(ReadDates(name, line));
    } else if (name == "RRULE") {
      ReadRule(line, &event);
    } else if (name == "EXRULE") {
      Report(line.number, "EXRULE is not supported; RFC 5545 has done away with it");
    } else if (name == "UID") {
      event.uid = line.Value();
    } else if (name == "STATUS") {
      event.is_cancelled = line.Value() == "CANCELLED";
    }
  }

  template <class T>
  void SetOnce(const std::string& name, const ContentLine& line, std::optional<T> value,
               std::optional<T>* field) {
    if (field->has_value()) Report(line.number, name + " stands in this event a second time");
    if (value) *field = value;
  }

  // A component with the line's property, once for each of its values; null after a report.
  ComponentPtr Parse(const std::string& name, const ContentLine& line) {
    if (line.text.find('\0') == std::string::npos) {
      const std::string text = "BEGIN:VEVENT\r\n" + line.text + "\r\nEND:VEVENT\r\n";
      ComponentPtr parsed(icalparser_parse_string(text.c_str()));
      if (parsed && icalcomponent_count_properties(parsed.get(), ICAL_ANY_PROPERTY) > 0 &&
          icalcomponent_count_errors(parsed.get()) == 0) {
        return parsed;
      }
    }
    Report(line.number, name + " cannot be read");
    return nullptr;
  }

  std::set<CivilDate> ReadDates(const std::string& name, const ContentLine& line) {
    std::set<CivilDate> dates;
    const ComponentPtr parsed = Parse(name, line);
    if (!parsed) return dates;
    icalcomponent* all = parsed.get();
    for (icalproperty* property = icalcomponent_get_first_property(all, ICAL_ANY_PROPERTY);
         property != nullptr;
         property = icalcomponent_get_next_property(all, ICAL_ANY_PROPERTY)) {
      if (icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER) != nullptr) {
        Report(line.number, name + " has a RANGE, which is not supported");
      }
      const icalvalue* value = icalproperty_get_value(property);
      const bool is_date = icalvalue_isa(value) == ICAL_DATE_VALUE;
      const icaltimetype t = is_date ? icalvalue_get_date(value) : icaltime_null_time();
      if (!is_date) {
        Report(line.number, name + " is no date (VALUE=DATE): a holiday is whole days, without "
                                   "times of day");
      } else if (!IsDay(t)) {
        Report(line.number, fmt::format("{} is no day: {}", name, icaltime_as_ical_string(t)));
      } else {
        dates.insert(ToDate(t));
      }
    }
    return dates;
  }

  std::optional<CivilDate> ReadDate(const std::string& name, const ContentLine& line) {
    const std::set<CivilDate> dates = ReadDates(name, line);
    return dates.empty() ? std::nullopt : std::optional(*dates.begin());
  }

  std::optional<int32_t> ReadDays(const ContentLine& line) {
    const ComponentPtr parsed = Parse("DURATION", line);
    if (!parsed) return std::nullopt;
    const icaldurationtype d = icalproperty_get_duration(
        icalcomponent_get_first_property(parsed.get(), ICAL_DURATION_PROPERTY));
    const int64_t days = int64_t{d.weeks} * 7 + d.days;
    if (d.is_neg != 0 || d.hours != 0 || d.minutes != 0 || d.seconds != 0 || days < 1 ||
        days > static_cast<int64_t>(kMaxDates)) {
      Report(line.number,
             fmt::format("DURATION is not a number of whole days, 1 to {}", kMaxDates));
      return std::nullopt;
    }
    return static_cast<int32_t>(days);
  }

  void ReadRule(const ContentLine& line, Event* event) {
    const ComponentPtr parsed = Parse("RRULE", line);
    if (!parsed) return;
    const icalrecurrencetype rule = icalproperty_get_rrule(
        icalcomponent_get_first_property(parsed.get(), ICAL_RRULE_PROPERTY));
    if (rule.freq < ICAL_DAILY_RECURRENCE) {
      Report(line.number, "RRULE repeats within a day; a holiday is whole days");
      return;
    }
    event->rules.push_back({rule, line.number});
  }

  void CheckEvent(const Event& event) {
    if (!event.start) {
      // Where it was refused, that says enough.
      if (found_.problems.empty()) Report(event.line, "this event has no DTSTART");
    } else if (event.end && event.days) {
      Report(event.line, "this event has both DTEND and DURATION");
    } else if (event.end && *event.end <= *event.start) {
      Report(event.line, "this event does not end after it begins (DTEND is exclusive)");
    } else if (event.end && event.end->days() - event.start->days() >
                                static_cast<int32_t>(kMaxDates)) {
      Report(event.line, fmt::format("this event lasts longer than {} days", kMaxDates));
    }
  }

  void AddAllDates() {
    for (const Event& event : events_) {
      if (event.is_cancelled) continue;
      const std::set<CivilDate> starts = StartsOf(event);
      if (!found_.problems.empty()) return;
      for (const CivilDate start : starts) AddDays(event, start);
      if (found_.dates.size() > kMaxDates) {
        Report(event.line, fmt::format("with this event there are more than {} dates", kMaxDates));
        return;
      }
    }
  }

  void AddDays(const Event& event, CivilDate start) {
    const int32_t days =
        event.end ? event.end->days() - event.start->days() : event.days.value_or(1);
    for (int32_t i = 0; i < days; ++i) {
      const CivilDate date = start + i;
      if (date >= kFirstDate && date <= kLastDate) found_.dates.insert(date);
    }
  }

  // Without what EXDATE names and what other events replace.
  std::set<CivilDate> StartsOf(const Event& event) {
    std::set<CivilDate> starts = event.more;
    starts.insert(*event.start);
    for (const Rule& rule : event.rules) {
      if (found_.problems.empty()) Repeat(*event.start, rule, &starts);
    }
    for (const CivilDate date : event.except) starts.erase(date);
    if (event.replaces) return starts;
    for (const Event& other : events_) {
      if (other.replaces && other.uid == event.uid) starts.erase(*other.replaces);
    }
    return starts;
  }

  void Repeat(CivilDate start, const Rule& rule, std::set<CivilDate>* starts) {
    const IteratorPtr repetition(icalrecur_iterator_new(rule.recurrence, ToIcal(start)));
    icaltimetype t = repetition ? icalrecur_iterator_next(repetition.get()) : icaltime_null_time();
    // libical looks for long before it gives a rule up: one such rule per file is enough.
    if (icaltime_is_null_time(t) != 0) Report(rule.line, "RRULE never comes true");
    for (; icaltime_is_null_time(t) == 0; t = icalrecur_iterator_next(repetition.get())) {
      const CivilDate date = ToDate(t);
      if (date > kLastDate) return;
      starts->insert(date);
      if (++repetitions_ > kMaxRepetitions || starts->size() > kMaxDates) {
        Report(rule.line, fmt::format("RRULE repeats too often: up to {} dates, and {} "
                                      "repetitions of all events together, are read",
                                      kMaxDates, kMaxRepetitions));
        return;
      }
    }
  }

  Holidays found_;
  std::vector<Open> open_;
  std::vector<Event> events_;
  int repetitions_ = 0;
};

}  // namespace

Holidays ReadHolidays(std::string_view text) {
  icalerror_set_errors_are_fatal(0);
  return Reader().Read(text);
}

}  // namespace touchline::ical
