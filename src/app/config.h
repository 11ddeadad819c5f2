#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/calendar/calendar_spec.h"
#include "domain/rules.h"

namespace touchline::app {

// The configuration as the program uses it. The initialisers here are the defaults: the reference
// in docs/ and the schema's checks take them from a default-constructed Config. What each key means
// to a user, its unit and its range stand in config_schema.cc.

struct KafkaConfig {
  std::string bootstrap_servers = "127.0.0.1:9092";
  std::string client_id = "touchline";
  std::string group_id = "touchline";  // only to report progress to lag tools
  std::map<std::string, std::string> properties;  // handed to librdkafka as they are
  bool operator==(const KafkaConfig&) const = default;
};

enum class TopicMode : uint8_t { kLive, kRecorded };

// How a topic's events get their partner. Exactly one way is set after loading.
enum class PartnerSource : uint8_t {
  kFixed,  // `partner`; an event that claims another is dead-lettered
  kField,  // the event's `partner`, which must be one of `partners`
  kQueue,  // by the event's queue; `partner`, if set, for queues that are not named
  kAgent,  // by the event's agent; `partner`, if set, for agents that are not named
};

struct TopicConfig {
  std::string name;
  std::string alias;  // the label `source`; the topic's name unless configured
  std::string name_space = "default";
  TopicMode mode = TopicMode::kLive;
  Duration allowed_skew = Duration::Seconds(2);  // live only
  std::optional<EventTime> recorded_until;       // recorded only
  Duration heartbeat_silence = Duration::Seconds(60);
  PartnerSource partner_source = PartnerSource::kFixed;
  std::string partner;
  std::vector<std::string> partners;
  std::map<std::string, std::string> partner_by_queue;
  std::map<std::string, std::string> partner_by_agent;
  bool is_partner_of_agents = false;  // partner_by_agent is then what the list `agents` says
  int64_t max_event_bytes = int64_t{1} << 20;
  bool operator==(const TopicConfig&) const = default;
};

// The topics that Touchline creates: <prefix>contacts, <prefix>alerts, <prefix>dead-letters.
struct InternalTopicsConfig {
  std::string prefix = "touchline.";
  int32_t partitions = 8;
  Duration retention = Duration::Days(7);
  bool operator==(const InternalTopicsConfig&) const = default;
};

enum class Durability : uint8_t { kLocal };

struct StateConfig {
  std::string folder = "/var/lib/touchline";
  Durability durability = Durability::kLocal;
  int64_t cache_bytes = int64_t{256} << 20;  // write-back cache, all workers together
  int64_t store_bytes = int64_t{192} << 20;  // RocksDB's block cache and write buffers
  int64_t min_free_disk_bytes = int64_t{3} << 29;
  bool operator==(const StateConfig&) const = default;
};

struct CommitConfig {
  Duration interval = Duration::Millis(200);
  Duration max_interval = Duration::Seconds(2);
  int64_t max_dirty_bytes = int64_t{64} << 20;  // of one worker
  bool operator==(const CommitConfig&) const = default;
};

// This process owns the partitions p of every input with p % of == index.
struct ShardConfig {
  int32_t index = 0;
  int32_t of = 1;
  bool operator==(const ShardConfig&) const = default;
};

struct HttpConfig {
  std::string listen = "127.0.0.1:9464";
  int32_t max_connections = 256;
  int64_t max_header_bytes = int64_t{16} << 10;
  Duration request_timeout = Duration::Seconds(10);
  bool reload = false;  // whether POST /-/reload is served
  bool operator==(const HttpConfig&) const = default;
};

struct MetricsConfig {
  int32_t max_label_values = 1000;  // per label; the rest is `other`
  int32_t max_label_bytes = 128;
  bool operator==(const MetricsConfig&) const = default;
};

struct PartnerConfig {
  std::string name;
  std::string time_zone = "UTC";  // IANA; where the partner's `today` begins
  bool operator==(const PartnerConfig&) const = default;
};

// A business calendar as its keys write it, and what they say.
struct CalendarConfig {
  std::string time_zone;
  bool open_24x7 = false;
  std::map<std::string, std::string> hours;   // weekdays to intervals
  std::map<std::string, std::string> shifts;  // dates to intervals
  std::map<std::string, std::string> breaks;  // dates to intervals
  std::vector<std::string> holidays;          // dates
  std::vector<std::string> holiday_files;     // iCalendar
  domain::CalendarSpec spec;                  // after loading
};

// What a policy matches, as its keys write it. An empty list is any.
struct MatchConfig {
  std::vector<std::string> partner, kind, channel, queue, priority, tier;
};

// What a policy promises for one target, as its keys write it.
struct TargetConfig {
  std::optional<Duration> budget;
  std::map<std::string, std::string> by_priority;  // to durations
  std::string calendar;
  std::vector<std::string> pause;  // statuses
  std::string at_risk = "80%";     // or a duration
};

struct PolicyVersionConfig {
  std::optional<EventTime> effective_from;
  MatchConfig match;
  std::string calendar;  // of targets that name none
  std::map<std::string, TargetConfig> targets;
};

// A policy has either one version, in keys of its own, or several.
struct PolicyConfig {
  std::string name;
  PolicyVersionConfig single;
  std::vector<PolicyVersionConfig> versions;
};

struct Config {
  KafkaConfig kafka;
  std::vector<TopicConfig> topics;
  InternalTopicsConfig internal_topics;
  StateConfig state;
  CommitConfig commit;
  int32_t workers = 0;  // 0: one per core
  ShardConfig shard;
  HttpConfig http;
  MetricsConfig metrics;
  std::vector<PartnerConfig> partners;
  std::map<std::string, CalendarConfig> calendars;
  std::vector<PolicyConfig> policies;
  domain::RuleSet rules;  // after loading with the calendars and policies above
};

}  // namespace touchline::app
