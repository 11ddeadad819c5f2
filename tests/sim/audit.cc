#include "tests/sim/audit.h"

#include <algorithm>

#include "base/hash.h"
#include "domain/metrics.h"
#include "pipeline/control_note.h"
#include "pipeline/internal_record.h"
#include "tests/support/murmur2.h"

namespace touchline::sim {
namespace {

using pipeline::Offset;
using pipeline::RowKind;
using pipeline::StageId;
using Problem = std::optional<std::string>;

std::string Text(EventTime t) { return std::to_string(t.millis()); }

uint64_t Mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0x9E3779B97F4A7C15u;
  return h ^ (h >> 29);
}

uint64_t FingerprintOf(const pipeline::PublishedLedger& published) {
  uint64_t h = 0;
  published.VisitTotals([&h](const pipeline::ScopeLabels&,
                             const std::vector<pipeline::PublishedCell>& cells) {
    for (const pipeline::PublishedCell& c : cells) {
      h = Mix(h, c.cell);
      h = Mix(h, static_cast<uint64_t>(c.added));
      h = Mix(h, static_cast<uint64_t>(c.withdrawn));
    }
  });
  published.VisitWaiting([&h](const pipeline::ScopeLabels&, EventTime since) {
    h = Mix(h, static_cast<uint64_t>(since.millis()));
  });
  return h;
}

std::string FirstDifference(naive::NetValues durable, const naive::NetValues& published) {
  for (const auto& [key, value] : published) naive::AddTo(&durable, key, -value);
  if (durable.empty()) return "";
  const auto& [key, difference] = *durable.begin();
  return naive::Describe(key) + ": published is less than durable by " +
         std::to_string(difference) + ", and " + std::to_string(durable.size() - 1) +
         " more values";
}

std::string HeaderOf(const test::LogRecord& record, std::string_view name) {
  for (const auto& [known, value] : record.headers) {
    if (known == name) return value;
  }
  return "";
}

// Where facts with this key, and customers to be forgotten, belong. A pseudonym lies where the
// customer's name did: his key's hash stands in it.
int32_t PartitionOf(std::string_view key, int32_t partitions) {
  const size_t form = key.find('\x1f') + 1;
  if (key.at(form) != 'f') return test::PartitionOfKey(key, partitions);
  int64_t hash = 0;
  for (size_t i = 0; i < 4; ++i) {
    hash = hash << 8 | static_cast<unsigned char>(key.at(form + 2 + i));
  }
  return static_cast<int32_t>(hash % partitions);
}

// How many facts the record holds, or one watermark or customer; nullopt if it is damaged, or a key
// chooses another one of the partitions.
std::optional<size_t> Told(const pipeline::InternalRecord& record, int32_t partition,
                           int32_t partitions) {
  if (record.kind == pipeline::InternalKind::kWatermark) return 1;
  if (record.kind == pipeline::InternalKind::kForgotten) {
    pipeline::ForgottenCustomer forgotten;
    const bool good = pipeline::DecodeForgotten(record.body, &forgotten) &&
                      PartitionOf(forgotten.key, partitions) == partition;
    return good ? std::optional<size_t>(1) : std::nullopt;
  }
  std::vector<pipeline::KeyedFact> facts;
  if (!pipeline::DecodeFacts(record.body, &facts)) return std::nullopt;
  for (const pipeline::KeyedFact& one : facts) {
    if (PartitionOf(one.key, partitions) != partition) return std::nullopt;
  }
  return facts.size();
}

}  // namespace

Audit::Audit(World* world)
    : world_(*world),
      alerts_(world),
      tasks_(world->plan().seats.size()),
      sent_at_(world->plan().seats.size()),
      processes_(world->plan().processes()),
      read_(static_cast<size_t>(world->plan().contacts_partitions)),
      told_(read_.size()) {}

void Audit::Sent(const std::string& topic, int32_t partition, WallTime at) {
  const Seat* seat = SeatOf(topic, partition);
  sent_at_[static_cast<size_t>(seat - world_.plan().seats.data())].push_back(at);
}

Problem Audit::Check() {
  for (size_t p = 0; p < processes_.size(); ++p) {
    if (auto problem = CheckTasks(p)) return problem;
    if (auto problem = CheckPublished(p)) return problem;
    processes_[p].releases = world_.process(p).releases;
  }
  for (int32_t i = 0; i < world_.plan().contacts_partitions; ++i) {
    if (auto problem = CheckContacts(i)) return problem;
  }
  if (auto problem = CheckDeadLetters()) return problem;
  if (auto problem = CheckControl()) return problem;
  return alerts_.Check();
}

Problem Audit::CheckTasks(size_t p) {
  const Process& process = world_.process(p);
  if (process.releases == processes_[p].releases) return std::nullopt;
  for (size_t i = 0; i < tasks_.size(); ++i) {
    const Seat& seat = world_.plan().seats[i];
    if (world_.process_of(seat.worker) != p) continue;
    const std::string name = seat.topic + "/" + std::to_string(seat.partition);
    SeenTask now{.position = ReadPosition(process.released, seat.key),
                 .upstream = ReadUpstream(process.released, seat.key)};
    SeenTask& seen = tasks_[i];
    if (now.position.next_offset < seen.position.next_offset) {
      return "the stored offset of " + name + " goes back from " +
             std::to_string(seen.position.next_offset) + " to " +
             std::to_string(now.position.next_offset);
    }
    if (now.position.watermark < seen.position.watermark) {
      return "the stored watermark of " + name + " goes back from " +
             Text(seen.position.watermark) + " to " + Text(now.position.watermark);
    }
    if (now.position.next_sequence < seen.position.next_sequence) {
      return "the outbox sequence of " + name + " goes back";
    }
    for (const auto& [sender, sequence] : seen.upstream) {
      const auto it = now.upstream.find(sender);
      if (it == now.upstream.end() || it->second < sequence) {
        return name + " has forgotten what " + sender + " has sent";
      }
    }
    if (auto problem = CheckWatermark(i, now.position)) return name + problem.value();
    seen = std::move(now);
  }
  return std::nullopt;
}

// A proof can only have been asked for before the first unread record was sent.
Problem Audit::CheckWatermark(size_t i, const Position& position) const {
  const Seat& seat = world_.plan().seats[i];
  const auto unread = static_cast<size_t>(position.next_offset);
  if (seat.key.stage != StageId::kInteractions || position.is_final ||
      unread >= sent_at_[i].size()) {
    return std::nullopt;
  }
  const naive::InputLog& told = world_.plan().story.inputs[world_.told_of(seat)];
  const Duration skew = told.live ? told.skew : Duration();
  EventTime limit = position.highest - skew;
  if (told.live) {
    limit = std::max(limit, EventTime::FromMillis(sent_at_[i][unread].millis()) - skew);
  }
  if (position.watermark <= limit) return std::nullopt;
  return ": its watermark " + Text(position.watermark) + " has passed " + Text(limit) +
         ", where it has not read all";
}

Problem Audit::CheckPublished(size_t p) {
  const Process& process = world_.process(p);
  SeenProcess& seen = processes_[p];
  const bool was_up = std::exchange(seen.up, process.life != nullptr);
  if (process.life == nullptr) return std::nullopt;
  const uint64_t fingerprint = FingerprintOf(process.life->published);
  if (was_up && process.releases == seen.releases) {
    if (fingerprint == seen.fingerprint) return std::nullopt;
    return "process " + std::to_string(p) + " publishes something new, and nothing has been "
           "called durable";
  }
  seen.fingerprint = fingerprint;
  naive::NetValues durable;
  naive::LongestWaiting waiting;
  for (const Seat& seat : world_.plan().seats) {
    if (world_.process_of(seat.worker) != p) continue;
    ReadValues(process.released, seat.key, RowKind::kTotal, &durable);
    ReadWaiting(process.released, seat.key, &waiting);
  }
  const std::string difference =
      FirstDifference(std::move(durable), PublishedTotals(process.life->published));
  if (!difference.empty()) {
    return "process " + std::to_string(p) + " publishes what is not durable: " + difference;
  }
  if (waiting != PublishedWaiting(process.life->published)) {
    return "process " + std::to_string(p) + " publishes other longest waits than are durable";
  }
  return std::nullopt;
}

const Seat* Audit::SeatOf(const std::string& topic, int32_t partition) const {
  for (const Seat& seat : world_.plan().seats) {
    if (seat.topic == topic && seat.partition == partition) return &seat;
  }
  return nullptr;
}

const test::FakeStore::Rows& Audit::RowsOf(const Seat& seat) const {
  return world_.process(world_.process_of(seat.worker)).store.rows();
}

Problem Audit::CheckContacts(int32_t partition) {
  Offset& next = read_[static_cast<size_t>(partition)];
  for (; next < world_.log.End(kContacts, partition); ++next) {
    const test::LogRecord& record = *world_.log.At(kContacts, partition, next);
    pipeline::InternalRecord internal;
    if (!pipeline::DecodeInternal(record.payload, &internal)) return "an unreadable contact fact";
    const std::optional<size_t> told = Told(internal, partition, world_.plan().contacts_partitions);
    if (!told) return "unreadable facts, or one in the wrong partition";
    told_[static_cast<size_t>(partition)] += *told;
    const std::string sender(internal.upstream);
    const std::string name = "record " + std::to_string(internal.sequence) + " of " + sender;
    uint64_t content = Mix(static_cast<uint64_t>(partition), Hash64(record.key));
    content = Mix(content, Hash64(record.payload));
    const auto [it, is_new] =
        sent_[sender].emplace(internal.sequence, SentRecord{.content = content, .told = *told});
    if (it->second.content != content) return name + " has been sent with two contents";
    uint64_t& highest = highest_in_[{sender, partition}];
    if (is_new && internal.sequence <= highest) return name + " comes after later ones";
    if (internal.sequence > highest) first_sendings_ += static_cast<int64_t>(*told);
    highest = std::max(highest, internal.sequence);
    if (!is_new) continue;
    const size_t slash = sender.rfind('/');
    const Seat* seat = SeatOf(sender.substr(0, slash), std::stoi(sender.substr(slash + 1)));
    if (seat == nullptr) return name + ": no such task";
    if (internal.sequence >= ReadPosition(RowsOf(*seat), seat->key).next_sequence) {
      return name + " has left before its commit was durable";
    }
  }
  return std::nullopt;
}

Problem Audit::CheckDeadLetters() {
  for (; letters_read_ < world_.log.End(kDeadLetters, 0); ++letters_read_) {
    const test::LogRecord& letter = *world_.log.At(kDeadLetters, 0, letters_read_);
    const std::string topic = HeaderOf(letter, "touchline_topic");
    const int32_t partition = std::stoi(HeaderOf(letter, "touchline_partition"));
    const Offset offset = std::stoll(HeaderOf(letter, "touchline_offset"));
    const std::string reason = HeaderOf(letter, "touchline_reason");
    const std::string name =
        "the dead letter of " + topic + "/" + std::to_string(partition) + "@" +
        std::to_string(offset);
    const Seat* seat = SeatOf(topic, partition);
    if (seat == nullptr) return name + ": no such partition";
    if (offset >= ReadPosition(RowsOf(*seat), seat->key).next_offset) {
      return name + " has left before its commit was durable";
    }
    const test::LogRecord* original = world_.log.At(topic, partition, offset);
    if (original == nullptr || original->payload != letter.payload ||
        original->key != letter.key) {
      return name + " is not the record that was there";
    }
    const auto [it, is_new] = dead_letters_.emplace(std::tuple(topic, partition, offset), reason);
    if (it->second != reason) return name + " has two reasons";
  }
  return std::nullopt;
}

Problem Audit::CheckBreaches() const {
  const int64_t said = alerts_.breaches();
  int64_t counted = 0;
  for (const Seat& seat : world_.plan().seats) {
    naive::NetValues totals;
    ReadValues(RowsOf(seat), seat.key, RowKind::kTotal, &totals);
    for (const auto& [key, value] : totals) {
      const domain::Cell cell = domain::Cell::FromPacked(key.cell);
      if (cell.metric == domain::MetricId::kSlaBreached) counted += value;
    }
  }
  if (said == counted) return std::nullopt;
  return std::to_string(counted) + " breaches have been counted, and " + std::to_string(said) +
         " alerted";
}

Problem Audit::CheckAtRest() {
  if (auto problem = Check()) return problem;
  if (auto problem = CheckSequences()) return problem;
  if (auto problem = CheckOrphans()) return problem;
  if (auto problem = CheckBreaches()) return problem;
  return CheckCounts();
}

Problem Audit::CheckOrphans() const {
  for (const Seat& seat : world_.plan().seats) {
    const std::string problem = FindOrphan(RowsOf(seat), seat.key);
    if (problem.empty()) continue;
    return seat.topic + "/" + std::to_string(seat.partition) + " keeps " + problem;
  }
  return std::nullopt;
}

Problem Audit::CheckControl() {
  for (; control_read_ < world_.log.End(kControl, 0); ++control_read_) {
    const test::LogRecord& record = *world_.log.At(kControl, 0, control_read_);
    if (record.key != record.payload || !pipeline::DecodeNote(record.payload)) {
      return "there is no note on the control topic at " + std::to_string(control_read_);
    }
    notes_[HeaderOf(record, "touchline_topic") + "/" + HeaderOf(record, "touchline_partition")]
        .insert(record.payload);
  }
  return std::nullopt;
}

// Every sequence that a task has given out is on one of the four topics.
Problem Audit::CheckSequences() const {
  std::map<std::string, uint64_t> letters;
  for (const auto& [where, reason] : dead_letters_) {
    ++letters[std::get<0>(where) + "/" + std::to_string(std::get<1>(where))];
  }
  std::map<std::string, uint64_t> alerts = alerts_.BySender();
  for (const Seat& seat : world_.plan().seats) {
    const std::string sender = seat.topic + "/" + std::to_string(seat.partition);
    const auto facts = sent_.find(sender);
    uint64_t arrived = letters[sender] + alerts[sender];
    if (const auto notes = notes_.find(sender); notes != notes_.end()) {
      arrived += notes->second.size();
    }
    if (facts != sent_.end()) {
      for (const auto& [sequence, record] : facts->second) arrived += record.told;
    }
    const uint64_t given = ReadPosition(RowsOf(seat), seat.key).next_sequence - 1;
    if (arrived != given) {
      return sender + " has given out " + std::to_string(given) + " sequences, of which " +
             std::to_string(arrived) + " have arrived";
    }
  }
  return std::nullopt;
}

// Conservation: consumed = applied + duplicate + ignored + rejected, by source.
Problem Audit::CheckCounts() const {
  std::map<std::string, int64_t> consumed, counted;
  int64_t facts_applied = 0;
  for (const Seat& seat : world_.plan().seats) {
    const std::string alias = seat.key.stage == StageId::kJourneys
                                  ? std::string(kContactsAlias)
                                  : seat.topic.substr(seat.topic.find('.') + 1);
    consumed[alias] += seat.key.stage == StageId::kJourneys
                           ? static_cast<int64_t>(told_[static_cast<size_t>(seat.partition)])
                           : world_.log.End(seat.topic, seat.partition);
    naive::NetValues totals;
    ReadValues(RowsOf(seat), seat.key, RowKind::kTotal, &totals);
    for (const auto& [key, value] : totals) {
      const domain::Cell cell = domain::Cell::FromPacked(key.cell);
      if (cell.metric != domain::MetricId::kEvents) continue;
      counted[key.labels.subject] += value;
      const bool applied = cell.closed == 0;
      if (applied && alias == kContactsAlias) facts_applied += value;
    }
  }
  for (const auto& [alias, records] : consumed) {
    if (counted[alias] == records) continue;
    return std::to_string(records) + " records of " + alias + " have been consumed, and " +
           std::to_string(counted[alias]) + " counted";
  }
  if (facts_applied != first_sendings_) {
    return "journeys have taken " + std::to_string(facts_applied) + " records of the " +
           std::to_string(first_sendings_) + " that were sent to them";
  }
  return std::nullopt;
}

}  // namespace touchline::sim
