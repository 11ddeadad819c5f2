#include "tests/golden/policy_lines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/civil_date.h"
#include "tests/golden/story_text.h"

namespace touchline::golden {
namespace {

using domain::CalendarSpec;
using domain::DayInterval;
using domain::PolicyMatch;
using domain::PolicyVersion;
using domain::RuleSet;
using domain::SlaTarget;
using domain::TargetRule;

constexpr std::string_view kAlwaysOpen = "24x7";
constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

// "key=value" and "key:value"; the key is all of the word where there is no separator.
std::pair<std::string, std::string> Cut(const std::string& word, char separator) {
  const size_t at = std::min(word.find(separator), word.size());
  return {word.substr(0, at), at == word.size() ? "" : word.substr(at + 1)};
}

std::optional<int32_t> Number(std::string_view text) {
  int32_t v = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return v;
}

std::optional<Duration> Span(std::string_view text) {
  const auto nanos = ParseSpanNanos(text);
  return nanos ? std::optional(Duration::Millis(*nanos / 1'000'000)) : std::nullopt;
}

std::optional<int32_t> Minute(const std::string& text) {
  const auto [hour, minute] = Cut(text, ':');
  const auto h = Number(hour), m = Number(minute);
  return h && m ? std::optional(*h * 60 + *m) : std::nullopt;
}

// "08:00-13:00,14:00-18:00"
std::optional<std::vector<DayInterval>> Intervals(std::string_view text) {
  std::vector<DayInterval> intervals;
  for (const std::string& part : Split(text, ',')) {
    const auto [begin, end] = Cut(part, '-');
    const auto from = Minute(begin), until = Minute(end);
    if (!from || !until) return std::nullopt;
    intervals.push_back({.begin_minute = *from, .end_minute = *until});
  }
  return intervals;
}

bool SetDate(CivilDate date, const std::string& what, CalendarSpec* spec) {
  if (what == "holiday") return spec->holidays.insert(date).second;
  const auto [kind, text] = Cut(what, ':');
  const auto intervals = Intervals(text);
  if (!intervals || (kind != "shift" && kind != "break")) return false;
  (kind == "shift" ? spec->shifts : spec->breaks)[date] = *intervals;
  return true;
}

// "mon", "mon-fri", "daily"
bool SetWeekdays(const std::string& days, const std::string& text, CalendarSpec* spec) {
  auto [first, last] = days == "daily" ? std::pair<std::string, std::string>("mon", "sun")
                                       : Cut(days, '-');
  if (last.empty()) last = first;
  const auto begin = std::find(kWeekdays.begin(), kWeekdays.end(), first);
  const auto end = std::find(begin, kWeekdays.end(), last);
  const auto intervals = Intervals(text);
  if (end == kWeekdays.end() || !intervals) return false;
  for (auto day = begin; day <= end; ++day) {
    spec->week[static_cast<size_t>(day - kWeekdays.begin())] = *intervals;
  }
  return true;
}

bool SetCalendar(const std::string& word, CalendarSpec* spec) {
  if (word == kAlwaysOpen) return spec->always_open = true;
  const auto [key, value] = Cut(word, '=');
  if (key == "zone") {
    spec->time_zone = value;
    return true;
  }
  if (const auto date = CivilDate::Parse(key)) return SetDate(*date, value, spec);
  return SetWeekdays(key, value, spec);
}

template <class Enum>
bool AddAll(const std::string& text, std::vector<Enum>* out) {
  for (const std::string& part : Split(text, ',')) {
    const auto value = domain::ParseEnum<Enum>(part);
    if (!value) return false;
    out->push_back(*value);
  }
  return true;
}

void AddTexts(const std::string& text, std::vector<std::string>* out) {
  for (const std::string& part : Split(text, ',')) out->push_back(part == "-" ? "" : part);
}

// nullopt: the key is no label that a policy matches.
std::optional<bool> SetMatch(const std::string& key, const std::string& value,
                             PolicyMatch* match) {
  if (key == "kind") return AddAll(value, &match->kinds);
  if (key == "channel") return AddAll(value, &match->channels);
  std::vector<std::string>* texts = nullptr;
  if (key == "partner") texts = &match->partners;
  if (key == "queue") texts = &match->queues;
  if (key == "priority") texts = &match->priorities;
  if (key == "tier") texts = &match->tiers;
  if (texts == nullptr) return std::nullopt;
  AddTexts(value, texts);
  return true;
}

bool SetPause(const std::string& text, domain::StatusSet* pause) {
  *pause = 0;
  if (text == "none") return true;
  for (const std::string& part : Split(text, '+')) {
    const auto status = domain::ParseEnum<domain::TicketStatus>(part);
    if (!status) return false;
    *pause = static_cast<domain::StatusSet>(*pause | domain::BitOf(*status));
  }
  return true;
}

bool SetPart(const std::string& part, TargetRule* rule) {
  const auto [key, value] = Cut(part, '=');
  if (key == "calendar") rule->calendar = value;
  if (key == "calendar") return !value.empty();
  if (key == "pause") return SetPause(value, &rule->pause);
  if (key == "lead") return (rule->at_risk_lead = Span(value)).has_value();
  if (key == "share") {
    const auto permille = Number(value);
    rule->at_risk_permille = permille.value_or(0);
    return permille.has_value();
  }
  const auto [priority, of_priority] = Cut(part, ':');
  if (of_priority.empty()) return (rule->budget = Span(part)).has_value();
  const auto budget = Span(of_priority);
  if (budget) rule->by_priority[priority == "-" ? "" : priority] = *budget;
  return budget.has_value();
}

bool SetTarget(SlaTarget target, const std::string& text, RuleSet* rules, TargetRule* rule) {
  rule->calendar = kAlwaysOpen;
  rule->pause = domain::DefaultPause(target);
  const std::vector<std::string> parts = Split(text, ',');
  for (const std::string& part : parts) {
    if (!SetPart(part, rule)) return false;
  }
  if (rule->calendar == kAlwaysOpen) {
    rules->calendars.emplace(kAlwaysOpen, CalendarSpec{.always_open = true});
  }
  return rules->calendars.contains(rule->calendar);
}

std::optional<SlaTarget> ParseTarget(std::string_view name) {
  for (size_t i = 0; i < domain::kSlaTargets; ++i) {
    const auto target = static_cast<SlaTarget>(i);
    if (domain::Name(target) == name) return target;
  }
  return std::nullopt;
}

bool SetVersion(const std::string& word, std::optional<int64_t> day_ns, RuleSet* rules,
                PolicyVersion* version) {
  const auto [key, value] = Cut(word, '=');
  if (key == "from") {
    const auto from = ParseTime(value, day_ns, std::nullopt);
    if (from) version->effective_from = EventTime::FromMillis(*from / 1'000'000);
    return from.has_value();
  }
  if (const auto is_good = SetMatch(key, value, &version->match)) return *is_good;
  const auto target = ParseTarget(key);
  if (!target) return false;
  auto& rule = version->targets[static_cast<size_t>(*target)];
  return SetTarget(*target, value, rules, &rule.emplace());
}

}  // namespace

std::optional<std::string> ReadCalendarLine(const std::vector<std::string>& words,
                                            RuleSet* rules) {
  if (words.size() < 3) return "calendar NAME zone=ZONE DAYS=HH:MM-HH:MM...";
  CalendarSpec& spec = rules->calendars[words[1]];
  for (size_t i = 2; i < words.size(); ++i) {
    if (!SetCalendar(words[i], &spec)) return "not a part of a calendar: " + words[i];
  }
  return std::nullopt;
}

std::optional<std::string> ReadPolicyLine(const std::vector<std::string>& words,
                                          std::optional<int64_t> day_ns, RuleSet* rules) {
  if (words.size() < 3) return "policy NAME [LABEL=VALUE,...]... TARGET=BUDGET...";
  PolicyVersion version;
  for (size_t i = 2; i < words.size(); ++i) {
    if (!SetVersion(words[i], day_ns, rules, &version)) {
      return "not a part of a policy, or a calendar that no line above names: " + words[i];
    }
  }
  const auto known =
      std::find_if(rules->policies.begin(), rules->policies.end(),
                   [&words](const domain::Policy& p) { return p.name == words[1]; });
  if (known == rules->policies.end()) {
    rules->policies.push_back({.name = words[1], .versions = {version}});
  } else if (known->versions.back().effective_from < version.effective_from) {
    known->versions.push_back(version);
  } else {
    return "a version of " + words[1] + " is not later than the one before";
  }
  return std::nullopt;
}

}  // namespace touchline::golden
