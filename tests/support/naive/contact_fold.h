#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "domain/metrics.h"
#include "domain/rules.h"
#include "tests/support/naive/net_values.h"
#include "tests/support/naive/rules.h"
#include "tests/support/naive/sla_clocks.h"
#include "tests/support/naive/sla_moment.h"

namespace touchline::naive {

// What the journeys hear of a contact.
struct Facts {
  domain::Kind kind = domain::Kind::kCall;
  std::string id;
  std::string customer, first_partner, partner, queue, reason, segment, tier;
  domain::Channel channel = domain::Channel::kNone;
  domain::Party initiator = domain::Party::kNone;
  bool linked = false;
  bool answered_by_person = false;
  bool abandoned = false;
  EventTime start;
  std::optional<EventTime> end;
  Duration waited;
  int64_t transfers = 0, reopenings = 0, repeated_info = 0;
};

struct ContactResult {
  NetValues values;  // gauges included
  LongestWaiting waiting;
  Facts facts;
  SlaResults sla;
};

// Folds one contact's whole history (docs/folding_rules.md sections 1 to 8, docs/sla_clocks.md): a
// pure function of the events, the watermark and the rules.
// REQUIRES: `events` are one contact's, without duplicates, sorted by order(), not empty.
ContactResult FoldContact(const std::vector<domain::Event>& events, EventTime watermark,
                          const Rules& rules);

// The contact while it is being folded. The members stand in the order of the rules page.
class ContactFold {
 public:
  ContactFold(domain::Kind kind, const Rules& rules) : kind_(kind), rules_(rules) {}

  void Run(const std::vector<domain::Event>& events, EventTime watermark);
  ContactResult Result(const std::string& id) const;
  // What the clocks go by, in order; at least one after Run.
  const std::vector<SlaMoment>& moments() const { return moments_; }

 private:
  // Section 1: the machine, and what is learnt from every event.
  void Apply(const domain::Event& e);
  void FireTimers(EventTime before, EventTime watermark);
  void Learn(const domain::Event& e);
  void CountContact(const domain::Event& first);
  void ApplyCallOrChat(const domain::Event& e);
  void ApplyTicket(const domain::Event& e);
  domain::Channel ChannelLabel() const;
  domain::Direction DirectionLabel() const;
  pipeline::ScopeLabels QueueLabels(const std::string& queue, domain::Direction direction) const;
  pipeline::ScopeLabels ContactLabels(const std::string& queue) const;
  pipeline::ScopeLabels AgentLabels(const std::string& agent) const;
  // Returns the place in counted_, by which it can be taken back.
  size_t Count(const pipeline::ScopeLabels& labels, domain::MetricId metric, EventTime at,
               size_t closed = 0, int64_t value = 1);

  // Section 2: queue entries.
  struct Entry {
    std::string queue;
    domain::Direction direction = domain::Direction::kNone;
    EventTime since;
    std::optional<EventTime> last_customer_message;
    std::optional<size_t> silent_abandon;  // where counted_ has it
    EventTime silent_from() const {
      return last_customer_message ? std::max(since, *last_customer_message) : since;
    }
  };
  void Queued(const domain::Event& e);
  void AnswerEntry(const std::string& agent, EventTime t);
  void AbandonEntry(EventTime t);
  // Closes the open entry; the place of the outcome in counted_.
  size_t CloseEntry(domain::QueueOutcome outcome, EventTime t);

  // Section 3: legs.
  struct Ring {
    std::string queue;
    EventTime since;
  };
  struct Leg {
    std::string agent, queue;
    bool held = false, ever_held = false;
    EventTime since;  // of the current stretch
    Duration talk, hold;
  };
  struct WrapUp {
    std::string queue;
    EventTime since;
  };
  void Missed(const domain::Event& e);
  void Activate(const domain::Event& e);
  void SetHeld(const domain::Event& e, bool held);
  void Transferred(const domain::Event& e);
  void WrappedUp(const domain::Event& e);
  void EndRing(const std::string& agent, EventTime t);
  void EndLegOf(const std::string& agent, EventTime t);
  void EndAllLegs(EventTime t);
  void ObservePart(const std::string& agent, const std::string& queue, domain::Part part,
                   EventTime t, Duration length);
  bool IsActive(const std::string& agent) const;

  // Section 4: messages.
  static bool Counts(const domain::Event& e);
  void CountReply(const domain::Event& e);
  void Message(const domain::Event& e);
  void CustomerWrote(EventTime t);
  void AgentWrote(const std::string& agent, EventTime t);
  std::optional<EventTime> FirstResponseStart() const;

  // Section 5: tickets.
  void TicketUpdated(const domain::Event& e);
  void SetStatus(domain::TicketStatus status, EventTime t);
  void AddStatusTime(EventTime t);
  bool StatusIsSolved() const {
    return status_ == domain::TicketStatus::kSolved || status_ == domain::TicketStatus::kClosed;
  }

  // Section 6: ends and revivals.
  void Solve(EventTime t);
  void NoLongerSolved(EventTime t);
  void CountReopened(EventTime t);
  void Ended(const domain::Event& e);
  void End(EventTime t, EventTime legs_end);
  void Reap(EventTime due);
  bool Revives(const domain::Event& e) const;
  void Revive(const domain::Event& e);
  void ApplyAfterEnd(const domain::Event& e);
  void SilentAbandon(EventTime due);

  // Section 11: self-service. Returns the place in counted_.
  size_t CountSelfService(domain::SelfServiceResult result, EventTime t);
  void ReachPeople(const domain::Event& e);

  // Section 12: business time.
  using Spans = std::vector<std::pair<EventTime, EventTime>>;
  // Beside a calendar value; the place in counted_, if the queue has a business calendar.
  std::optional<size_t> CountBusiness(domain::MetricId metric, EventTime t, size_t calendar_closed,
                                      const Spans& spans);
  // The sum of an end, by both clocks.
  void PublishAtEnd(domain::MetricId metric, EventTime t, size_t closed, Duration sum,
                    const Spans& spans);

  // SLA clocks: what there is to tell once an event or a timer has had its effects.
  void NoteMoment(EventTime t, const std::optional<Hands>& changer);
  Hands HandsOf(const std::string& agent) const;
  Hands Holder() const;
  std::optional<Hands> ChangerOf(const domain::Event& e) const;

  // Section 7: gauges.
  void CountGauges(std::vector<Counted>* counted, LongestWaiting* waiting) const;

  const domain::Kind kind_;
  const Rules& rules_;
  std::vector<Counted> counted_;

  bool created_ = false;
  EventTime created_at_, last_event_;
  bool first_is_dialed_ = false;
  std::string partner_, first_partner_, queue_;
  std::string customer_, reason_, priority_, tier_, segment_;
  domain::Channel channel_ = domain::Channel::kNone;
  domain::Direction direction_ = domain::Direction::kNone;
  domain::Party initiator_ = domain::Party::kNone;
  bool linked_ = false;
  int64_t repeated_info_ = 0;

  std::optional<Entry> entry_;
  bool had_entry_ = false;
  Duration waited_;

  std::map<std::string, Ring> rings_;      // by agent
  std::vector<Leg> legs_;                  // active ones, in order of beginning
  std::map<std::string, WrapUp> wrap_ups_;  // by agent
  std::set<std::tuple<std::string, std::string, domain::Part>> parts_seen_;
  bool handled_ = false;
  std::string last_person_;
  int64_t transfers_ = 0;
  bool answered_by_person_ = false;

  std::optional<EventTime> unanswered_since_;
  std::optional<EventTime> first_customer_message_;
  std::optional<EventTime> first_response_restart_;
  bool first_response_done_ = false;
  bool person_replied_ = false;
  std::optional<EventTime> handoff_;
  bool bot_holds_ = false;
  bool bot_may_hold_ = true;

  bool self_service_ = false;  // and nobody has been asked yet

  domain::TicketStatus status_ = domain::TicketStatus::kNew;
  EventTime status_since_;
  Duration requester_wait_, agent_work_;
  Spans requester_waits_, agent_works_;
  std::string assignee_;

  bool solved_ = false;
  std::optional<EventTime> last_solved_;
  Duration solved_time_;              // all stretches that are over
  Duration solved_time_before_last_;  // solved_time_ as it was at last_solved_
  EventTime unsolved_since_;
  Spans until_solved_;  // each stretch without being solved that a solved has ended
  int64_t changes_of_stretch_ = 0;
  int64_t reopenings_ = 0;

  std::optional<EventTime> end_;
  bool ended_by_window_ = false;
  bool merged_ = false;
  bool abandoned_ = false;
  std::string reason_at_end_;
  std::vector<size_t> published_at_end_;  // places in counted_
  std::optional<Entry> reaped_entry_;
  Duration reaped_wait_;

  // Since the last moment.
  struct Happened {
    bool answered = false, replied = false, solved = false;
    bool reaped_answer = false, reinstated_answer = false;
  };
  std::vector<SlaMoment> moments_;
  Happened happened_;
  std::map<std::string, std::string> told_teams_;  // by agent
  bool answer_awaited_ = false;                    // the answer clock's, while transferred, too
  bool reaped_answer_awaited_ = false;
  bool customer_wrote_while_pending_ = false;
};

}  // namespace touchline::naive
