#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"
#include "domain/metrics.h"
#include "domain/rules.h"
#include "pipeline/partner_policy.h"
#include "pipeline/process_stats.h"
#include "pipeline/published.h"
#include "pipeline/store_interactions.h"
#include "pipeline/watermark.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_log.h"
#include "tests/support/fake_store.h"

namespace touchline::test {

// One event topic of the driven pipeline.
struct DrivenTopic {
  std::string name = "support.calls";
  std::string alias = "calls";
  pipeline::PartnerPolicy partner = {};  // default: kFixed ""; see AnyPartner
  pipeline::TimeMode mode = pipeline::TimeMode::kRecorded;
  Duration skew = Duration::Seconds(2);
};

struct DriverOptions {
  domain::RuleSet rules;
  int partitions = 1;          // of each event topic
  int contacts_partitions = 2; // of touchline.contacts
  size_t swept_at_once = 3;    // as InteractionsOptions; so few that walks take several turns
  std::string name_space = "default";
  std::vector<DrivenTopic> topics;  // default: calls, chats, tickets
  // Partners that events may name (all topics without a policy of their own).
  std::vector<std::string> partners;
};

// The real decoder, both stages, their tasks and the commit cycle in one thread, on a fake log,
// store, sink and clock. Verbs are what happens in the world; values are what is durable.
class PipelineDriver {
 public:
  explicit PipelineDriver(DriverOptions options);
  ~PipelineDriver();

  // Appends to the topic, by the key's partition. Nothing is consumed yet.
  void Append(std::string_view topic, std::string_view key, std::string_view payload);
  void AppendTo(std::string_view topic, int partition, std::string_view key,
                std::string_view payload);
  // Consumes what there is on all topics, and folds it. Does not commit.
  Status Consume();
  // Seals, makes durable, and sends the outbox.
  Status Commit();
  // The broker says where each partition ends now; the next Consume hears it.
  void ProveEnds();
  // Consume and Commit until nothing moves any more, both stages.
  Status Settle();
  // The process dies: what is not durable is gone. A new one starts on the store.
  Status Crash();
  // The process ends in good order, and a new one starts on the store with these rules.
  Status Reconfigure(domain::RuleSet rules);
  // Appends heartbeats whose time it is, which raise every event topic's watermark to `t` (recorded
  // topics) once they are consumed.
  void TellTime(EventTime t);
  // Does so, and lets both stages follow.
  Status AdvanceTo(EventTime t);

  // Every durable integer, net (added - withdrawn): totals, quarter hours, 15-second buckets.
  void ReadNet(const std::function<void(pipeline::RowKind, EventTime start,
                                        const pipeline::ScopeLabels&, domain::Cell,
                                        int64_t net)>& visit) const;
  void ReadWaiting(
      const std::function<void(const pipeline::ScopeLabels&, EventTime since)>& visit) const;
  EventTime JourneysWatermark() const;  // the least of the stage's tasks
  // Of one partition of an event topic. REQUIRES: the topic is one of the options'.
  EventTime Watermark(std::string_view topic, int partition) const;

  // What does not add up of what the contacts' explanations say (explanation_check.h); empty: all
  // does. REQUIRES: everything is durable.
  std::string FindUnexplained();
  // Where the durable interactions are.
  std::vector<pipeline::InteractionsPlace> places() const;

  // What this life of the process shows, and what it says about itself.
  const pipeline::PublishedLedger& published() const;
  const pipeline::ProcessStats& stats() const;

  FakeLog& log();
  FakeStore& store();
  FakeClock& clock();

 private:
  struct World;
  struct Process;
  Status Start();
  std::unique_ptr<World> world_;
  std::unique_ptr<Process> process_;
};

}  // namespace touchline::test
