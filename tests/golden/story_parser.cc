#include <algorithm>
#include <string>
#include <utility>

#include "tests/golden/policy_lines.h"
#include "tests/golden/rule_keys.h"
#include "tests/golden/run_modes.h"
#include "tests/golden/story.h"
#include "tests/golden/story_text.h"

namespace touchline::golden {
namespace {

using domain::MetricSpec;
using Words = std::vector<std::string>;

constexpr int64_t kNanosPerMilli = 1'000'000;

std::string JsonText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string JsonMember(std::string_view key, std::string_view value) {
  const bool is_flag = value == "true" || value == "false";
  return JsonText(key) + ":" + (is_flag ? std::string(value) : JsonText(value));
}

std::optional<std::pair<std::string, std::string>> KeyValue(std::string_view word) {
  const size_t at = word.find('=');
  if (at == 0 || at == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(word.substr(0, at)), std::string(word.substr(at + 1)));
}

std::string Joined(const Words& words, size_t from) {
  std::string out;
  for (size_t i = from; i < words.size(); ++i) out += (i > from ? " " : "") + words[i];
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view path) { parsed_.story.path = path; }

  ParsedStory Read(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      ++line_;
      ReadLine(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (parsed_.story.checkpoints.empty())
      Mistake("a story without `at` expects nothing");
    else if (AllChecked() < parsed_.story.events.size())
      Mistake("events after the last `at`");
    return std::move(parsed_);
  }

 private:
  void Mistake(const std::string& what) {
    parsed_.errors.push_back({parsed_.story.path + ":" + std::to_string(line_) + ": " + what});
  }
  size_t AllChecked() const { return parsed_.story.checkpoints.back().events_before; }

  void ReadLine(std::string_view line) {
    const std::optional<Words> split = SplitWords(line);
    if (!split) return Mistake("a quote is not closed");
    if (split->empty()) return;
    const Words& words = *split;
    if (words[0] == "config") return ReadConfig(words);
    if (words[0] == "calendar" || words[0] == "policy") return ReadPromise(words);
    if (words[0] == "default") return ReadDefaults(words);
    if (words[0] == "except") return ReadExcept(words);
    if (words[0] == "day") return ReadDay(words);
    if (words[0] == "at") return ReadAt(words);
    if (words[0][0] == '+' || (words[0][0] >= '0' && words[0][0] <= '9')) return ReadEvent(words);
    ReadExpectation(words, 0);
  }

  void ReadConfig(const Words& words) {
    if (!parsed_.story.events.empty()) return Mistake("config belongs before the first event");
    for (size_t i = 1; i < words.size(); ++i) {
      const auto pair = KeyValue(words[i]);
      if (!pair || !SetRule(pair->first, pair->second, &parsed_.story.rules)) {
        Mistake("no such rule, or not a value for it: " + words[i]);
      }
    }
  }

  void ReadPromise(const Words& words) {
    if (!parsed_.story.events.empty()) return Mistake("promises belong before the first event");
    const auto mistake = words[0] == "policy"
                             ? ReadPolicyLine(words, day_ns_, &parsed_.story.rules)
                             : ReadCalendarLine(words, &parsed_.story.rules);
    if (mistake) Mistake(*mistake);
  }

  void ReadDefaults(const Words& words) {
    for (size_t i = 1; i < words.size(); ++i) {
      const auto pair = KeyValue(words[i]);
      if (!pair || pair->first != "partner") {
        Mistake("only partner=NAME can be a default: " + words[i]);
      } else {
        default_partner_ = pair->second;
      }
    }
  }

  void ReadExcept(const Words& words) {
    size_t i = 1;
    for (; i < words.size() && words[i] != "because"; ++i) {
      if (!IsRunMode(words[i])) Mistake("no such run mode: " + words[i]);
      parsed_.story.except.insert(words[i]);
    }
    if (i + 1 >= words.size()) Mistake("except MODE... because REASON");
  }

  void ReadDay(const Words& words) {
    const std::optional<int64_t> day = words.size() == 2 ? ParseDay(words[1]) : std::nullopt;
    if (!day) return Mistake("day YYYY-MM-DD");
    day_ns_ = day;
  }

  // The time of a line, which later lines with +SPAN count from.
  std::optional<int64_t> TakeTime(const std::string& word) {
    const std::optional<int64_t> time = ParseTime(word, day_ns_, previous_ns_);
    if (!time)
      Mistake("not a time: " + word);
    else
      previous_ns_ = time;
    return time;
  }

  void ReadAt(const Words& words) {
    if (words.size() < 2) return Mistake("at TIME [EXPECTATION]");
    const std::optional<int64_t> time = TakeTime(words[1]);
    if (!time) return;
    if (*time % kNanosPerMilli != 0) return Mistake("a watermark has whole milliseconds");
    if (*time < latest_ns_) return Mistake("a watermark before an earlier line's time");
    latest_ns_ = *time;
    parsed_.story.checkpoints.push_back({.line = line_,
                                         .time = EventTime::FromMillis(*time / kNanosPerMilli),
                                         .events_before = parsed_.story.events.size()});
    if (words.size() > 2) ReadExpectation(words, 2);
  }

  void ReadEvent(const Words& words) {
    if (words.size() < 4) return Mistake("TIME KIND SUBJECT WHAT [KEY=VALUE]...");
    const std::optional<int64_t> time = TakeTime(words[0]);
    if (!time) return;
    // What customers do themselves may stand on any topic.
    const std::optional<domain::Kind> kind =
        words[1] == "customer" ? domain::Kind::kCall : domain::ParseEnum<domain::Kind>(words[1]);
    const std::string type = words[1] + "." + words[3];
    if (!kind || !domain::ParseEventType(type)) return Mistake("no such event type: " + type);
    latest_ns_ = std::max(latest_ns_, *time);
    parsed_.story.events.push_back({.line = line_,
                                    .kind = *kind,
                                    .subject = words[2],
                                    .time_ns = *time,
                                    .payload = Payload(words, type, *time)});
  }

  // id, source, sequence and partner are the envelope's; all else is data.
  std::string Payload(const Words& words, const std::string& type, int64_t time_ns) {
    std::map<std::string, std::string> envelope = {
        {"specversion", "1.0"}, {"id", "line-" + std::to_string(line_)}, {"source", "/golden"},
        {"type", type},         {"time", FormatTime(time_ns)},           {"subject", words[2]}};
    if (!default_partner_.empty()) envelope["partner"] = default_partner_;
    std::string data;
    for (size_t i = 4; i < words.size(); ++i) {
      const auto pair = KeyValue(words[i]);
      if (!pair) {
        Mistake("not KEY=VALUE: " + words[i]);
      } else if (pair->first == "partner" || pair->first == "sequence" || pair->first == "id" ||
                 pair->first == "source") {
        envelope[pair->first] = pair->second;
      } else {
        data += (data.empty() ? "" : ",") + JsonMember(pair->first, pair->second);
      }
    }
    if (envelope.contains("partner")) parsed_.story.partners.insert(envelope["partner"]);
    std::string payload = "{";
    for (const auto& [key, value] : envelope) {
      payload += JsonText(key) + ":" + JsonText(value) + ",";
    }
    return payload + "\"data\":{" + data + "}}";
  }

  void ReadExpectation(const Words& words, size_t i) {
    if (parsed_.story.checkpoints.empty() || AllChecked() != parsed_.story.events.size()) {
      return Mistake("neither an event nor an expectation under an `at`: " + words[i]);
    }
    Expectation expectation{.line = line_};
    const EventTime now = parsed_.story.checkpoints.back().time;
    if (!ReadRange(words, &i, now, &expectation)) return;
    if (i < words.size() && (words[i] == "none" || words[i] == "total")) {
      expectation.quantifier = words[i] == "none" ? Quantifier::kNone : Quantifier::kTotal;
      ++i;
    }
    if (i >= words.size() || !ReadSeries(words[i], &expectation)) return;
    if (!ReadValue(Joined(words, i + 1), &expectation)) return;
    parsed_.story.checkpoints.back().expectations.push_back(std::move(expectation));
  }

  // "interval START", "interval START/30m", "window=5m", "within=1h".
  bool ReadRange(const Words& words, size_t* i, EventTime now, Expectation* expectation) {
    if (words[*i] == "interval") {
      if (*i + 1 >= words.size() || !ReadInterval(words[*i + 1], expectation)) {
        Mistake("interval START[/LENGTH], on quarter hours");
        return false;
      }
      *i += 2;
    } else if (words[*i].starts_with("window=")) {
      if (!ReadWindow(words[*i].substr(7), now, expectation)) {
        Mistake("window=5m|15m|1h|today, for a metric that has windows");
        return false;
      }
      *i += 1;
    } else if (words[*i].starts_with("within=")) {
      if (!ReadForecast(words[*i].substr(7), now, expectation)) {
        Mistake("within=5m|15m|1h, for a metric that is a forecast");
        return false;
      }
      *i += 1;
    }
    return true;
  }

  // Buckets that start in [floor15(now), floor15(now) + length).
  static bool ReadForecast(const std::string& name, EventTime now, Expectation* expectation) {
    if (name != "5m" && name != "15m" && name != "1h") return false;
    expectation->kind = pipeline::RowKind::kBucket;
    expectation->from = FloorTo(now, pipeline::kBucket);
    expectation->until =
        expectation->from + Duration::Millis(*ParseSpanNanos(name) / kNanosPerMilli);
    return true;
  }

  bool ReadInterval(const std::string& word, Expectation* expectation) {
    const size_t slash = word.find('/');
    const auto from = ParseTime(word.substr(0, slash), day_ns_, std::nullopt);
    const auto length =
        slash == std::string::npos ? ParseSpanNanos("15m") : ParseSpanNanos(word.substr(slash + 1));
    if (!from || !length) return false;
    expectation->kind = pipeline::RowKind::kQuarterHour;
    expectation->from = EventTime::FromMillis(*from / kNanosPerMilli);
    expectation->until = expectation->from + Duration::Millis(*length / kNanosPerMilli);
    return FloorTo(expectation->from, pipeline::kQuarterHour) == expectation->from &&
           FloorTo(expectation->until, pipeline::kQuarterHour) == expectation->until;
  }

  // Buckets that start in [floor15(now) - length, floor15(now)]; today is the quarter hours since
  // midnight, UTC.
  static bool ReadWindow(const std::string& name, EventTime now, Expectation* expectation) {
    if (name == "today") {
      expectation->kind = pipeline::RowKind::kQuarterHour;
      expectation->from = FloorTo(now, Duration::Days(1));
      expectation->until = FloorTo(now, pipeline::kQuarterHour) + pipeline::kQuarterHour;
      return true;
    }
    const EventTime last = FloorTo(now, pipeline::kBucket);
    expectation->kind = pipeline::RowKind::kBucket;
    expectation->until = last + pipeline::kBucket;
    if (name == "5m")
      expectation->from = last - Duration::Minutes(5);
    else if (name == "15m")
      expectation->from = last - Duration::Minutes(15);
    else if (name == "1h")
      expectation->from = last - Duration::Hours(1);
    else
      return false;
    return true;
  }

  // "metric{label=value,...}" or "metric".
  bool ReadSeries(const std::string& word, Expectation* expectation) {
    const size_t brace = word.find('{');
    const std::string name = word.substr(0, brace);
    const std::optional<domain::MetricId> metric = domain::ParseMetricId(name);
    if (!metric) {
      Mistake("neither a metric nor anything else known: " + name);
      return false;
    }
    expectation->metric = *metric;
    if (brace == std::string::npos) return true;
    if (word.back() != '}') {
      Mistake("no blanks inside {...}: " + word);
      return false;
    }
    std::string_view rest = std::string_view(word).substr(brace + 1, word.size() - brace - 2);
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(','), rest.size());
      if (!ReadLabel(rest.substr(0, end), expectation)) return false;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return true;
  }

  bool ReadLabel(std::string_view word, Expectation* expectation) {
    const auto pair = KeyValue(word);
    const SeriesKey any{.metric = expectation->metric};
    if (!pair || !Labels(any).contains(pair->first)) {
      Mistake("not a label of this metric: " + std::string(word) + "; it has " + LabelsText(any));
      return false;
    }
    for (const auto& closed : domain::Spec(expectation->metric).closed) {
      if (closed.name != pair->first) continue;
      if (std::find(closed.values.begin(), closed.values.end(), pair->second) ==
          closed.values.end()) {
        Mistake("not a value of the label: " + std::string(word));
        return false;
      }
    }
    if (!expectation->labels.insert(*pair).second) {
      Mistake("a label twice: " + std::string(word));
      return false;
    }
    return true;
  }

  bool ReadValue(const std::string& text, Expectation* expectation) {
    if (expectation->quantifier == Quantifier::kNone) {
      if (!text.empty()) Mistake("none has no value");
      return text.empty();
    }
    const std::optional<std::string> value = Canonical(text, expectation->metric);
    if (!value) {
      Mistake("not a value of this metric: " + (text.empty() ? "nothing" : text));
      return false;
    }
    if (*value == "0" || *value == "0s" || value->starts_with("count=0 ")) {
      Mistake("no value is `none`, not 0");
      return false;
    }
    expectation->value = *value;
    return true;
  }

  // Values are compared as the text that ValueText would write: "90s" becomes "1m30s".
  std::optional<std::string> Canonical(const std::string& text, domain::MetricId metric) const {
    const MetricSpec& spec = domain::Spec(metric);
    if (spec.merge == domain::Merge::kMin) {
      const auto time = ParseTime(text, day_ns_, std::nullopt);
      return time ? std::optional(FormatTime(*time)) : std::nullopt;
    }
    if (spec.type != domain::MetricType::kHistogram) return CanonicalNumber(text, spec.unit);
    const size_t blank = text.find(' ');
    if (!text.starts_with("count=") || blank == std::string::npos) return std::nullopt;
    if (text.compare(blank, 5, " sum=") != 0) return std::nullopt;
    const auto count = CanonicalNumber(text.substr(6, blank - 6), domain::Unit::kCount);
    const auto sum = CanonicalNumber(text.substr(blank + 5), spec.unit);
    if (!count || !sum) return std::nullopt;
    return "count=" + *count + " sum=" + *sum;
  }

  static std::optional<std::string> CanonicalNumber(const std::string& text, domain::Unit unit) {
    if (unit == domain::Unit::kMilliseconds) {
      const auto nanos = ParseSpanNanos(text);
      return nanos ? std::optional(FormatSpan(*nanos / kNanosPerMilli)) : std::nullopt;
    }
    const char* allowed = unit == domain::Unit::kMilliPoints ? "0123456789." : "0123456789";
    if (text.empty() || text.find_first_not_of(allowed) != std::string::npos) return std::nullopt;
    return text;
  }

  ParsedStory parsed_;
  size_t line_ = 0;
  int64_t latest_ns_ = 0;
  std::optional<int64_t> day_ns_;
  std::optional<int64_t> previous_ns_;
  std::string default_partner_;
};

}  // namespace

ParsedStory ParseStory(std::string_view path, std::string_view text) {
  return Parser(path).Read(text);
}

}  // namespace touchline::golden
