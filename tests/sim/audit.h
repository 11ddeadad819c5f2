#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/sim/alert_audit.h"
#include "tests/sim/durable.h"
#include "tests/sim/world.h"

namespace touchline::sim {

// What must hold after every single step, whatever has happened. Each check returns what is wrong,
// for people, or nullopt.
class Audit {
 public:
  explicit Audit(World* world);

  // A record went into the log. To be told of each one of the event topics.
  void Sent(const std::string& topic, int32_t partition, WallTime at);
  // All that may have changed since the last call.
  std::optional<std::string> Check();
  // Once everything has come to rest: nothing that left an outbox is missing, every record has
  // been counted once, no fact twice, and no row has lost what it belongs to.
  std::optional<std::string> CheckAtRest();
  // The dead letters that have been seen: (topic, partition, offset) with the reason.
  using DeadLetters = std::map<std::tuple<std::string, int32_t, pipeline::Offset>, std::string>;
  const DeadLetters& dead_letters() const { return dead_letters_; }
  const AlertAudit& alerts() const { return alerts_; }

 private:
  struct SentRecord {
    uint64_t content = 0;  // hash of partition, key and payload
    size_t told = 0;       // facts in it, or one watermark
  };
  struct SeenTask {
    Position position;
    std::map<std::string, uint64_t> upstream;
  };
  struct SeenProcess {
    uint64_t releases = 0;
    uint64_t fingerprint = 0;
    bool up = false;
  };

  // Positions never go back, and neither does what a reader knows of its senders.
  std::optional<std::string> CheckTasks(size_t process);
  // Live time does not pass a record that has not been read.
  std::optional<std::string> CheckWatermark(size_t seat, const Position& position) const;
  // What readers see is what has been called durable, no more and no less.
  std::optional<std::string> CheckPublished(size_t process);
  // Sequences have one content each, come in order, and left after their commit.
  std::optional<std::string> CheckContacts(int32_t partition);
  std::optional<std::string> CheckDeadLetters();
  std::optional<std::string> CheckControl();
  const Seat* SeatOf(const std::string& topic, int32_t partition) const;
  const test::FakeStore::Rows& RowsOf(const Seat& seat) const;
  std::optional<std::string> CheckCounts() const;
  std::optional<std::string> CheckSequences() const;
  // What the alerts say of breaches, retractions taken off, is what was counted.
  std::optional<std::string> CheckBreaches() const;
  std::optional<std::string> CheckOrphans() const;

  World& world_;
  AlertAudit alerts_;
  std::vector<SeenTask> tasks_;          // by seat
  std::vector<std::vector<WallTime>> sent_at_;  // by seat and offset
  std::vector<SeenProcess> processes_;
  std::vector<pipeline::Offset> read_;   // of the contacts topic, by partition
  std::vector<size_t> told_;             // facts and watermarks in what has been read
  pipeline::Offset letters_read_ = 0;
  std::map<std::string, std::map<uint64_t, SentRecord>> sent_;  // by sender
  std::map<std::pair<std::string, int32_t>, uint64_t> highest_in_;  // by sender and partition
  int64_t first_sendings_ = 0;  // facts and watermarks that a reader has to take
  DeadLetters dead_letters_;
  pipeline::Offset control_read_ = 0;
  std::map<std::string, std::set<std::string>> notes_;  // of the control topic, by sender
};

}  // namespace touchline::sim
