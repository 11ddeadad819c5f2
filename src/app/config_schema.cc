#include "app/config_schema.h"

#include <fmt/format.h>

#include <string_view>

#include "adapters/kafka/client.h"
#include "app/config_fields.h"
#include "app/policy_schema.h"
#include "base/time_zone.h"

namespace touchline::app {
namespace {

using namespace schema;  // NOLINT: the rows below are its whole use

constexpr Duration kYear = Duration::Days(366);
constexpr Range kName{1, 128};

std::optional<std::string> CheckProperties(const Value& value) {
  std::string all;
  for (const auto& mistake : adapters::CheckKafkaProperties(value.map)) {
    all += fmt::format("{}'{}': {}", all.empty() ? "" : "; ", mistake.name, mistake.message);
  }
  return all.empty() ? std::nullopt : std::optional(all);
}

std::optional<std::string> CheckZone(const Value& value) {
  if (TimeZone::Load(value.text)) return std::nullopt;
  return fmt::format("is '{}', which is not in this machine's time zone database", value.text);
}

std::optional<std::string> CheckDurability(const Value& value) {
  if (value.text == "replicated") return "is 'replicated', which is not available yet; use local";
  return std::nullopt;
}

std::optional<std::string> CheckTopicName(const Value& value) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (value.text.find_first_not_of(kAllowed) == std::string::npos && value.text != "." &&
      value.text != "..") {
    return std::nullopt;
  }
  return fmt::format("is '{}'; Kafka allows letters, digits, '.', '_' and '-'", value.text);
}

std::optional<std::string> CheckListen(const Value& value) {
  const size_t colon = value.text.rfind(':');
  if (colon != std::string::npos && colon > 0) {
    const auto port = ParseInteger(std::string_view(value.text).substr(colon + 1));
    if (port && *port >= 0 && *port <= 65535) return std::nullopt;
  }
  return fmt::format("is '{}'; write ADDRESS:PORT such as 127.0.0.1:9464, port 0 to 65535",
                     value.text);
}

Field PartnerFrom() {
  return {.name = "partner_from",
          .type = ValueType::kChoice,
          .presence = Field::Presence::kOptional,
          .choices = {"field", "agents"},
          .help = "`field`: each event names its partner in the CloudEvents attribute `partner`, "
                  "which must be one of `partners`. `agents`: the partner is the one that the list "
                  "`agents` gives the event's agent; `partner`, if also given, takes the others.",
          .set = [](void* o, const Value& v) {
            auto* topic = static_cast<TopicConfig*>(o);
            topic->is_partner_of_agents = v.text == "agents";
            topic->partner_source =
                topic->is_partner_of_agents ? PartnerSource::kAgent : PartnerSource::kField;
          },
          .show = [](const void*) { return std::string(); }};
}

Field PartnerByQueue() {
  Field field = Optional(TextMapField(
      "partner_by_queue", &TopicConfig::partner_by_queue,
      "Queue name to partner: the partner follows from the event's queue. `partner`, if also "
      "given, takes the queues that are not named."));
  field.set = [](void* o, const Value& v) {
    auto* topic = static_cast<TopicConfig*>(o);
    topic->partner_by_queue = v.map;
    topic->partner_source = PartnerSource::kQueue;
  };
  return field;
}

Field PartnerByAgent() {
  Field field = Optional(TextMapField(
      "partner_by_agent", &TopicConfig::partner_by_agent,
      "Agent to partner: the partner follows from the event's agent. `partner`, if also given, "
      "takes the agents that are not named."));
  field.set = [](void* o, const Value& v) {
    auto* topic = static_cast<TopicConfig*>(o);
    topic->partner_by_agent = v.map;
    topic->partner_source = PartnerSource::kAgent;
  };
  return field;
}

Section Kafka() {
  using C = KafkaConfig;
  return GroupOf(
      "kafka", &Config::kafka, "Where the events come from.",
      {TextField("bootstrap_servers", &C::bootstrap_servers, {1, 4096},
                 "Brokers to ask first: HOST:PORT, separated by commas."),
       TextField("client_id", &C::client_id, kName, "How the brokers' logs call this process."),
       TextField("group_id", &C::group_id, {1, 255},
                 "The consumer group under which progress is reported to lag tools. Nothing is "
                 "read back from it: offsets live in the state."),
       Checked(CheckProperties,
               TextMapField("properties", &C::properties,
                            "Handed to librdkafka as they are: security.protocol, sasl.username, "
                            "ssl.ca.location and so on. Those that Touchline's promises rest on "
                            "are refused."))});
}

Section Topics() {
  using C = TopicConfig;
  Section topics = ListOf(
      "topics", &Config::topics,
      "The topics to read. One process reads either live or recorded topics, not both. Each topic "
      "needs `partner`, or `partner_from`, or `partner_by_queue`, or `partner_by_agent`.",
      R"(- name: support.calls
  alias: support.calls
  namespace: default
  mode: live
  allowed_skew: 2s
  # recorded_until: "2026-11-22T08:00:00Z"
  heartbeat_silence: 1m
  partner: house
  # partner_from: field
  # partners: [house, north-bpo]
  # partner_by_queue: {billing: house, returns: north-bpo}
  # partner_by_agent: {ann: house, bob: north-bpo}
  max_event_bytes: 1MiB
- name: support.chats
  partner: house
- name: support.tickets
  partner: house
)",
      {Required(Checked(CheckTopicName, TextField("name", &C::name, {1, 249}, "The Kafka topic."))),
       DefaultNote("the topic's name",
                   TextField("alias", &C::alias, kName,
                             "The value of the label `source` in metrics about this feed.")),
       TextField("namespace", &C::name_space, kName,
                 "Where the ids of this topic's interactions, agents and customers are unique. Two "
                 "partners' ticket 1001 never meet when their namespaces differ."),
       ChoiceField("mode", &C::mode, {"live", "recorded"},
                   "`live`: time moves with the wall clock once the topic's end is reached. "
                   "`recorded`: time moves only with the events (imports, replay)."),
       DurationField("allowed_skew", &C::allowed_skew, Between({}, Duration::Hours(1)),
                     "Live topics: how late an event may come and still be in time for timers."),
       OptionalInstantField("recorded_until", &C::recorded_until,
                            "Recorded topics: the instant at which the recording ends. Without "
                            "it, a heartbeat with `final` ends it."),
       DurationField("heartbeat_silence", &C::heartbeat_silence,
                     Between(Duration::Seconds(1), Duration::Days(1)),
                     "A source that sends heartbeats holds time back to the last one's "
                     "`complete_until`, at most for so long."),
       Optional(TextField("partner", &C::partner, kName, "The partner of every event.")),
       PartnerFrom(),
       Optional(TextListField("partners", &C::partners,
                              "The partners that events may name with `partner_from: field`.")),
       PartnerByQueue(),
       PartnerByAgent(),
       NumberField("max_event_bytes", ValueType::kSize, &C::max_event_bytes, {256, 64 << 20},
                   "A larger event goes to the dead letters as `too_large`.")});
  topics.required = true;
  return topics;
}

Section InternalTopics() {
  using C = InternalTopicsConfig;
  return GroupOf(
      "internal_topics", &Config::internal_topics,
      "The topics that Touchline creates for itself (contacts, alerts, dead-letters; control, "
      "which has one partition and is compacted instead of being cut). "
      "Do not change the prefix or the partitions of a state that exists.",
      {Checked(CheckTopicName, TextField("prefix", &C::prefix, kName, "How their names begin.")),
       NumberField("partitions", ValueType::kInteger, &C::partitions, {1, 1024},
                   "Partitions of each."),
       DurationField("retention", &C::retention, Between(Duration::Hours(1), kYear),
                     "How long Kafka keeps their records.")});
}

Section State() {
  using C = StateConfig;
  return GroupOf(
      "state", &Config::state, "What Touchline knows, on this machine's disk.",
      {TextField("folder", &C::folder, {1, 4096},
                 "The RocksDB folder; created when missing. One process at a time."),
       Checked(CheckDurability,
               ChoiceField("durability", &C::durability, {"local"},
                           "`local`: commits are durable on this disk, and partitions are "
                           "assigned to this process.")),
       NumberField("cache_bytes", ValueType::kSize, &C::cache_bytes,
                   {int64_t{1} << 20, int64_t{1} << 40},
                   "Bound of the write-back caches of all workers together."),
       NumberField("store_bytes", ValueType::kSize, &C::store_bytes,
                   {int64_t{8} << 20, int64_t{1} << 40},
                   "Bound of RocksDB's block cache and write buffers."),
       NumberField("min_free_disk_bytes", ValueType::kSize, &C::min_free_disk_bytes,
                   {int64_t{16} << 20, int64_t{1} << 44},
                   "With less free disk than this, consumption pauses and readiness fails: a full "
                   "disk would abort RocksDB.")});
}

Section Commit() {
  using C = CommitConfig;
  return GroupOf(
      "commit", &Config::commit, "How often state, outbox, totals and offsets become durable.",
      {DurationField("interval", &C::interval, Between(Duration::Millis(10), Duration::Seconds(10)),
                     "Between commits while caught up; what a number on /metrics waits at most."),
       DurationField("max_interval", &C::max_interval,
                     Between(Duration::Millis(10), Duration::Minutes(5)),
                     "Between commits while a backlog is worked off, if no bound asks for one "
                     "before: what changes again and again is written once."),
       NumberField("max_dirty_bytes", ValueType::kSize, &C::max_dirty_bytes,
                   {int64_t{1} << 20, int64_t{4} << 30},
                   "A worker with more changed bytes than this commits at once.")});
}

Section Shard() {
  using C = ShardConfig;
  return GroupOf("shard", &Config::shard,
                 "Which partitions are this process's, when several share the work: those whose "
                 "number modulo `of` is `index`.",
                 {NumberField("index", ValueType::kInteger, &C::index, {0, 1023},
                              "This process's place; below `of`."),
                  NumberField("of", ValueType::kInteger, &C::of, {1, 1024},
                              "How many processes share the work.")});
}

Section Http() {
  using C = HttpConfig;
  return GroupOf(
      "http", &Config::http, "The pages: /metrics, /metrics/agents, /-/ready, /api/v1.",
      {Checked(CheckListen, TextField("listen", &C::listen, {3, 256},
                                      "ADDRESS:PORT. There is no authentication: reach beyond "
                                      "this machine through a proxy.")),
       NumberField("max_connections", ValueType::kInteger, &C::max_connections, {1, 65536},
                   "At the bound, a new connection is closed at once."),
       NumberField("max_header_bytes", ValueType::kSize, &C::max_header_bytes,
                   {1 << 10, 1 << 20}, "Bound of a request's header."),
       DurationField("request_timeout", &C::request_timeout,
                     Between(Duration::Seconds(1), Duration::Minutes(10)),
                     "Bound of one request, and of an idle connection."),
       BoolField("reload", &C::reload,
                 "Whether POST /-/reload reads this file anew, as SIGHUP always does: "
                 "docs/policies.md.")});
}

Section Metrics() {
  using C = MetricsConfig;
  return GroupOf("metrics", &Config::metrics, "Bounds of what /metrics shows; the state keeps all.",
                 {NumberField("max_label_values", ValueType::kInteger, &C::max_label_values,
                              {1, 1'000'000},
                              "Values of one label; what comes later is shown as `other`."),
                  NumberField("max_label_bytes", ValueType::kInteger, &C::max_label_bytes,
                              {8, 1024}, "Length of a label's value in bytes; the rest is cut.")});
}

Section Partners() {
  using C = PartnerConfig;
  return ListOf("partners", &Config::partners,
                "The partners and their time zones. Where the list is not empty, topics may name "
                "no other partner; where it is, each partner's day is that of UTC.",
                R"(- name: house
  time_zone: UTC
)",
                {Required(TextField("name", &C::name, kName, "As in the label `partner`.")),
                 Checked(CheckZone, TextField("time_zone", &C::time_zone, kName,
                                              "IANA name. Where the partner's `today` begins."))});
}

Section Calendars() {
  using C = CalendarConfig;
  return MapOf(
      "calendars", &Config::calendars, nullptr,
      "Business calendars by name: when work is done. `touchline calendar NAME` shows what one "
      "says; docs/calendars.md explains the rules. A date is decided by `shifts` if they name it, "
      "else by `holidays`, else by its weekday in `hours`; `breaks` are then taken out.",
      R"(# support:
#   time_zone: Europe/Berlin
#   hours:
#     mon-fri: 08:00-12:00, 13:00-18:00
#     sat: 10:00-14:00
#   shifts:
#     2026-12-24: 08:00-12:00
#     2026-12-31: closed
#   breaks:
#     2026-06-12: 15:00-16:30
#   holidays: [2026-12-25, 2026-12-26]
#   holiday_files: [holidays/bavaria.ics]
# always:
#   open_24x7: true
)",
      {Checked(CheckZone,
               Optional(TextField("time_zone", &C::time_zone, kName,
                                  "IANA name. Required, except with `open_24x7`."))),
       BoolField("open_24x7", &C::open_24x7,
                 "Always open; the keys below are then not allowed."),
       TextMapField("hours", &C::hours,
                    "Weekday (mon, mon-fri, sun-thu, daily) to intervals of local time: "
                    "HH:MM-HH:MM, separated by commas; 24:00 is the day's end. What is not named "
                    "is closed."),
       TextMapField("shifts", &C::shifts,
                    "Date (YYYY-MM-DD) to the intervals that replace its day, or `closed`. They "
                    "go before holidays."),
       TextMapField("breaks", &C::breaks,
                    "Date to intervals that are taken out of what is open then."),
       TextListField("holidays", &C::holidays, "Dates that are closed for the whole local day."),
       TextListField("holiday_files", &C::holiday_files,
                     "iCalendar files (RFC 5545) whose all-day events are holidays, too; relative "
                     "to this file's folder.")});
}

std::vector<Field> QueueFields() {
  using C = domain::QueueRules;
  const Range day = Between({}, Duration::Days(1));
  return {DurationField("answer_threshold", &C::answer_threshold, day,
                        "An answer within this is in target."),
          DurationField("short_abandon", &C::short_abandon, day,
                        "A customer who leaves within this counts as a short abandon."),
          BoolField("threshold_inclusive", &C::threshold_inclusive,
                    "Whether exactly at a threshold is within it. Serves both limits.")};
}

Field BusinessCalendar(std::string help) {
  return TextField("business_calendar", &domain::QueueRules::business_calendar, kName,
                   std::move(help));
}

// Of a queue that is named. What holds for the others stands in `rules` itself.
std::vector<Field> NamedQueueFields() {
  std::vector<Field> fields = QueueFields();
  fields.push_back(
      DefaultNote("as in `rules`", BusinessCalendar("The queue's own business calendar.")));
  return fields;
}

Section Effort() {
  using C = domain::EffortWeights;
  const auto points = [](std::string name, int64_t C::*member, std::string help) {
    return NumberField(std::move(name), ValueType::kPoints, member, {0, 1'000'000},
                       std::move(help));
  };
  return GroupOf(
      "effort", &domain::RuleSet::effort, "Points of customer effort per driver.",
      {points("waiting", &C::waiting_milli, "Each started five minutes of waiting."),
       points("repeat_contact", &C::repeat_contact_milli, "Having to make contact again."),
       points("channel_switch", &C::channel_switch_milli, "Having to change the medium."),
       points("transfer", &C::transfer_milli, "Each transfer."),
       points("reopening", &C::reopening_milli, "Each reopening."),
       points("abandoned", &C::abandoned_milli, "Each attempt given up unanswered."),
       points("repeated_info", &C::repeated_info_milli, "Having to say it again.")});
}

Section Rules() {
  using C = domain::RuleSet;
  Field effective_from{
      .name = "effective_from",
      .type = ValueType::kInstant,
      .presence = Field::Presence::kOptional,
      .help = "The event time from which these rules decide, at the earliest: what a task has "
              "decided when it first loads them stays.",
      .set = [](void* o, const Value& v) {
        static_cast<C*>(o)->effective_from = EventTime::FromMillis(v.number);
      },
      .show = [](const void*) { return std::string(); }};
  return GroupOf(
      "rules", &Config::rules,
      "Everything that decides a number. A change is kept in the state with the event time from "
      "which it is in force; earlier results stay as they were.",
      {std::move(effective_from),
       DurationField("reap_call_after", &C::reap_call_after,
                     Between(Duration::Minutes(1), Duration::Days(7)),
                     "A call without an end is ended so long after its last event."),
       DurationField("reap_chat_after", &C::reap_chat_after,
                     Between(Duration::Minutes(1), Duration::Days(30)),
                     "The same for a chat."),
       DurationField("reopen_window", &C::reopen_window, Between(Duration::Minutes(1), kYear),
                     "A ticket ends so long after it was last solved."),
       DurationField("retention", &C::retention, Between(Duration::Hours(1), kYear),
                     "An interaction can be corrected or revived so long after its end; then a "
                     "tombstone stays as long again."),
       DurationField("max_wrap_up", &C::max_wrap_up, Between({}, Duration::Days(1)),
                     "Longer after-call work counts only so much."),
       DurationField("silent_abandon_after", &C::silent_abandon_after,
                     Between(Duration::Seconds(1), Duration::Days(30)),
                     "A waiting chat whose customer is silent for so long is estimated as "
                     "abandoned, apart from the certain ones."),
       NumberField("max_log_entries", ValueType::kInteger, &C::max_log_entries, {16, 1 << 20},
                   "Events kept per interaction; the older half then folds into a base, and an "
                   "event before it is too late."),
       DurationField("journey_quiet_period", &C::journey_quiet_period,
                     Between(Duration::Minutes(1), kYear),
                     "A journey ends when all its contacts are closed and so much time has "
                     "passed."),
       DurationField("journey_retention", &C::journey_retention,
                     Between(Duration::Hours(1), kYear * 2),
                     "How long a closed journey's contacts are kept."),
       DurationField("effort_repeat_within", &C::effort_repeat_within,
                     Between(Duration::Minutes(1), kYear),
                     "A contact so soon after the last one counts as effort."),
       NumberField("max_contacts_per_journey", ValueType::kInteger, &C::max_contacts_per_journey,
                   {2, 1 << 20}, "Contacts kept per journey."),
       Within(&C::default_queue,
              Optional(BusinessCalendar(
                  "The calendar by whose open time response and resolution have a second value, "
                  "`clock=\"business\"`: one of `calendars`, or `24x7`, which needs no definition. "
                  "Without one there is no such value.")))},
      {GroupOf("queue_defaults", &C::default_queue, "Thresholds of queues that are not named.",
               QueueFields()),
       BeginsAs("queue_defaults",
                MapOf("queues", &C::queues, &C::default_queue,
                      "Rules by queue name; keys left out are as in `queue_defaults`, and "
                      "`business_calendar` as in `rules`.",
                      R"(# billing:
#   answer_threshold: 30s
#   short_abandon: 10s
#   threshold_inclusive: false
#   business_calendar: support
)",
                      NamedQueueFields())),
       Effort()});
}

Section Root() {
  return {.name = "",
          .shape = Section::Shape::kGroup,
          .fields = {NumberField("workers", ValueType::kInteger, &Config::workers, {0, 256},
                                 "Threads that fold events; 0: one per core.")},
          .sections = {Kafka(), Topics(), InternalTopics(), State(), Commit(), Shard(), Http(),
                       Metrics(), Partners(), AgentsSection(), Calendars(), PoliciesSection(),
                       Rules()},
          .enter = [](void* o, const std::string&) { return o; },
          .sample = [](const void*) -> std::shared_ptr<const void> {
            return std::make_shared<const Config>();
          }};
}

}  // namespace

const Section& ConfigSchema() {
  static const Section root = Root();
  return root;
}

}  // namespace touchline::app
