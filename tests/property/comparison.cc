#include "tests/property/comparison.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "base/rfc3339.h"
#include "tests/property/promises_text.h"

namespace touchline::property {
namespace {

using domain::Cell;
using domain::Event;
using domain::MetricId;
using naive::ContactHistory;
using naive::ModelResult;
using naive::NetKey;

constexpr size_t kMostDifferences = 20;
constexpr size_t kMostContacts = 3;
constexpr size_t kMostEvents = 60;

// What is certain to be kept: the longest rolling window that is made of buckets is an hour, and
// quarter hours are kept for 40 days.
constexpr Duration kBucketsCompared = Duration::Hours(1);
constexpr Duration kQuartersCompared = Duration::Days(40);

// The latest instant that the run can have measured age by.
EventTime LatestInstant(const Case& c, const Published& got) {
  EventTime latest = EventTime::Min();
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    latest = std::max({latest, got.watermarks.at(i), naive::HighestTime(c.inputs[i])});
  }
  return latest;
}

bool IsCompared(const std::set<std::string>& aliases, EventTime latest, const NetKey& key) {
  if (key.row == pipeline::RowKind::kBucket && key.start < latest - kBucketsCompared) return false;
  if (key.row == pipeline::RowKind::kQuarterHour && key.start < latest - kQuartersCompared) {
    return false;
  }
  const MetricId metric = Cell::FromPacked(key.cell).metric;
  if (metric == MetricId::kLateEvents || metric == MetricId::kRestatements ||
      metric == MetricId::kAlerts) {
    return false;
  }
  return key.labels.scope != domain::ScopeKind::kSource || aliases.contains(key.labels.subject);
}

std::string InstantText(std::optional<EventTime> t) { return t ? FormatRfc3339(*t) : "nobody"; }

void AppendContacts(const Case& c, const ModelResult& expected, const NetKey& key,
                    std::string* text) {
  size_t shown = 0;
  for (const ContactHistory& contact : expected.contacts) {
    const auto it = contact.result.values.find(key);
    if (it == contact.result.values.end()) continue;
    if (shown++ == kMostContacts) {
      *text += "  ... and more contacts\n";
      return;
    }
    *text += "  the model counts " + std::to_string(it->second) + " of it in " + contact.id +
             " of " + c.inputs[contact.input].alias + ":\n";
    const int64_t origin = contact.events.front().time_ns;
    for (size_t i = 0; i < std::min(kMostEvents, contact.events.size()); ++i) {
      *text += "    " + DescribeEvent(contact.events[i], origin) + "\n";
    }
  }
}

}  // namespace

ModelResult Expected(const Case& c, const Published& got) {
  return naive::Recompute(c.inputs, got.watermarks, got.journeys_watermark, c.rules);
}

Comparison Compare(const Case& c, const ModelResult& expected, const Published& got) {
  std::set<std::string> aliases;
  for (const naive::InputLog& input : c.inputs) aliases.insert(input.alias);
  naive::NetValues differences = expected.values;
  for (const auto& [key, value] : got.values) naive::AddTo(&differences, key, -value);

  const EventTime latest = LatestInstant(c, got);
  Comparison comparison;
  const auto value_in = [](const naive::NetValues& values, const NetKey& key) {
    const auto it = values.find(key);
    return it == values.end() ? 0 : it->second;
  };
  for (const auto& [key, difference] : differences) {
    if (!IsCompared(aliases, latest, key)) continue;
    comparison.values.push_back({.key = key,
                                 .expected = value_in(expected.values, key),
                                 .got = value_in(got.values, key)});
  }
  std::set<pipeline::ScopeLabels> scopes;
  for (const auto& [labels, since] : expected.waiting) scopes.insert(labels);
  for (const auto& [labels, since] : got.waiting) scopes.insert(labels);
  for (const pipeline::ScopeLabels& labels : scopes) {
    const auto find = [&](const naive::LongestWaiting& waiting) -> std::optional<EventTime> {
      const auto it = waiting.find(labels);
      if (it == waiting.end()) return std::nullopt;
      return it->second;
    };
    const auto want = find(expected.waiting), have = find(got.waiting);
    if (want == have) continue;
    comparison.waiting.push_back("longest waiting of partner " + labels.partner + " queue " +
                                 labels.subject + ": expected " + InstantText(want) + ", got " +
                                 InstantText(have));
  }
  return comparison;
}

std::string DescribeEvent(const Event& e, int64_t origin_ns) {
  char time[64];
  std::snprintf(time, sizeof time, "%+.6f ", static_cast<double>(e.time_ns - origin_ns) / 1e9);
  std::string text = time + std::string(domain::Name(e.type)) + " " + std::string(e.subject);
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) text += " " + std::string(name) + "=" + std::string(value);
  };
  if (e.sequence) add("sequence", std::to_string(*e.sequence));
  add("id", e.id);
  add("partner", e.partner);
  add("customer", e.customer);
  add("queue", e.queue);
  add("agent", e.agent);
  add("team", e.team);
  add("priority", e.priority);
  add("tier", e.tier);
  add("by", domain::Name(e.by));
  add("by_agent", e.by_agent);
  add("to_queue", e.to_queue);
  add("to_agent", e.to_agent);
  add("to_external", e.to_external);
  add("transfer", e.transfer_kind == domain::TransferKind::kWarm ? "warm" : "");
  add("cause", domain::Name(e.cause));
  add("author", domain::Name(e.author));
  add("visibility", domain::Name(e.visibility));
  add("automated", e.automated ? "true" : "");
  add("status", domain::Name(e.status));
  add("resolved", e.resolved ? (*e.resolved ? "true" : "false") : "");
  add("reason", e.reason);
  add("segment", e.segment);
  add("initiator", domain::Name(e.initiator));
  add("created_by", domain::Name(e.created_by));
  add("relation", domain::Name(e.relation));
  add("channel", domain::Name(e.channel));
  add("direction", domain::Name(e.direction));
  add("bot", e.bot ? "true" : "");
  add("repeated_info", e.repeated_info ? "true" : "");
  return text;
}

std::string Report(const Case& c, const ModelResult& expected, const Published& got,
                   const Comparison& comparison) {
  std::string text = "case " + c.name + ", seed " + std::to_string(c.seed) + " (" + c.knobs +
                     ")\nagain: TOUCHLINE_SEED=" + std::to_string(c.seed) +
                     " pipeline_property_test --gtest_filter='*" + c.name + "*'\n";
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    text += c.inputs[i].alias + ": " + std::to_string(c.inputs[i].records.size()) +
            " records, watermark " + FormatRfc3339(got.watermarks.at(i)) + "\n";
  }
  text += std::to_string(comparison.values.size()) + " values differ:\n";
  for (size_t i = 0; i < std::min(kMostDifferences, comparison.values.size()); ++i) {
    const Difference& d = comparison.values[i];
    text += "  " + naive::Describe(d.key) + ": expected " + std::to_string(d.expected) +
            ", got " + std::to_string(d.got) + "\n";
  }
  for (const std::string& line : comparison.waiting) text += "  " + line + "\n";
  if (!comparison.values.empty()) {
    AppendContacts(c, expected, comparison.values.front().key, &text);
  }
  return text;
}

std::string Transcript(const Case& c) {
  int64_t origin_ns = INT64_MAX;
  for (const naive::InputLog& input : c.inputs) {
    for (const naive::Consumed& record : input.records) {
      origin_ns = std::min(origin_ns, record.event.scalars().time_ns);
    }
  }
  std::string text = "promises:\n" + DescribePromises(c.rules, origin_ns) +
                     "records in the order of their offsets:\n";
  for (const naive::InputLog& input : c.inputs) {
    for (const naive::Consumed& record : input.records) {
      const int64_t at_ns = record.consumed_at.millis() * 1'000'000;
      char consumed[64];
      std::snprintf(consumed, sizeof consumed, "  %s at %+.3f: ", input.alias.c_str(),
                    static_cast<double>(at_ns - origin_ns) / 1e9);
      text += consumed + (record.read == domain::ApplyResult::kApplied
                              ? DescribeEvent(record.event.view(), origin_ns)
                              : record.raw) + "\n";
    }
  }
  return text;
}

}  // namespace touchline::property
