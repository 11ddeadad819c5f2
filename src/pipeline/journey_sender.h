#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/contact_fact.h"
#include "pipeline/internal_record.h"
#include "pipeline/outbox.h"

namespace touchline::pipeline {

// What one task of interactions tells the journeys, on its way into the task's outbox: facts, each
// for the partition of the contacts topic that its key chooses, and watermarks for all of them.
// Facts of one partition travel together: what a record costs Kafka's library hardly depends on
// its size. Single-threaded.
class JourneySender {
 public:
  struct Options {
    std::string upstream;    // our name as a sender: "topic/partition"
    std::string name_space;  // of the customers
    std::string topic;
    int32_t partitions = 1;
  };
  // `outbox` outlives it.
  JourneySender(Options options, Outbox* outbox);

  // The sequence that the next fact may get at the earliest: above those of all that came before.
  uint64_t next_sequence() const { return outbox_.next_sequence() + pending_; }
  // Facts of one key arrive in the order of Add. They may wait for others until Flush.
  void Add(const domain::ContactFact& fact);
  // Hands over to the outbox all facts that wait. To be called before the outbox is sealed.
  void Flush();
  // To every partition, behind all facts so far.
  void Send(const WatermarkNote& note);
  // That the customer with this key is to be forgotten: to where his contacts are, behind all facts
  // so far. REQUIRES: NamesCustomer(key).
  void SendForgotten(std::string_view key, EventTime until);

 private:
  struct Bundle {
    uint64_t facts = 0;
    std::string bytes;  // the facts' own
  };
  void AssignKey(const domain::ContactFact& fact);
  void Flush(int32_t partition);

  Options options_;
  Outbox& outbox_;
  std::vector<Bundle> bundles_;  // by partition
  uint64_t pending_ = 0;         // facts in bundles_
  // Reused from record to record.
  std::string key_;
  std::string payload_;
};

}  // namespace touchline::pipeline
