// Sections 4 to 6 of the rules page: messages, tickets, ends and revivals.

#include <algorithm>

#include "tests/support/naive/contact_fold.h"

namespace touchline::naive {

using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::MetricId;
using domain::Party;
using domain::QueueOutcome;
using domain::TicketStatus;

namespace {

constexpr size_t kCalendar = 0;         // clock
constexpr size_t kResolutionFirst = 0;  // {resolution, clock}
constexpr size_t kResolutionFull = 2;
constexpr size_t kBlindToQueue = 3;  // {transfer, to}

// Section 12: what of a ticket's statuses is one stretch.
TicketStatus StretchOf(TicketStatus status) {
  if (status == TicketStatus::kNew) return TicketStatus::kOpen;
  return status == TicketStatus::kClosed ? TicketStatus::kSolved : status;
}

}  // namespace

bool ContactFold::Counts(const Event& e) {
  return e.visibility != domain::Visibility::kInternal && !e.automated &&
         e.author != Party::kNone;
}

void ContactFold::CountReply(const Event& e) {
  Count(ContactLabels(queue_), MetricId::kReplies, e.time(), static_cast<size_t>(e.author) - 1);
  if (e.author == Party::kAgent && !e.agent.empty()) {
    Count(AgentLabels(std::string(e.agent)), MetricId::kAgentReplies, e.time());
  }
}

void ContactFold::Message(const Event& e) {
  if (!Counts(e)) return;
  CountReply(e);
  if (e.author == Party::kCustomer) CustomerWrote(e.time());
  if (e.author == Party::kAgent) AgentWrote(std::string(e.agent), e.time());
  if (e.author == Party::kBot && bot_holds_) unanswered_since_.reset();
}

void ContactFold::CustomerWrote(EventTime t) {
  if (!unanswered_since_) unanswered_since_ = t;
  if (!first_customer_message_) first_customer_message_ = t;
  if (status_ == TicketStatus::kPending) customer_wrote_while_pending_ = true;
  if (!entry_) return;
  if (entry_->silent_abandon) counted_[*entry_->silent_abandon].taken_back = true;
  entry_->silent_abandon.reset();
  entry_->last_customer_message = t;
}

void ContactFold::AgentWrote(const std::string& agent, EventTime t) {
  if (unanswered_since_) {
    const int64_t wait = (t - *unanswered_since_).millis();
    Count(ContactLabels(queue_), MetricId::kResponseSeconds, t, kCalendar, wait);
    CountBusiness(MetricId::kResponseSeconds, t, kCalendar, {{*unanswered_since_, t}});
    if (!agent.empty()) {
      Count(AgentLabels(agent), MetricId::kAgentResponses, t);
      Count(AgentLabels(agent), MetricId::kAgentResponseSeconds, t, 0, wait);
    }
    unanswered_since_.reset();
  }
  if (const auto start = FirstResponseStart()) {
    const int64_t wait = (t - *start).millis();
    Count(ContactLabels(queue_), MetricId::kFirstResponseSeconds, t, kCalendar, wait);
    CountBusiness(MetricId::kFirstResponseSeconds, t, kCalendar, {{*start, t}});
    if (!agent.empty()) {
      Count(AgentLabels(agent), MetricId::kAgentFirstResponses, t);
      Count(AgentLabels(agent), MetricId::kAgentFirstResponseSeconds, t, 0, wait);
    }
    first_response_done_ = true;
  }
  if (handoff_) {
    Count(ContactLabels(queue_), MetricId::kHandoffResponseSeconds, t, kCalendar,
          (t - *handoff_).millis());
    CountBusiness(MetricId::kHandoffResponseSeconds, t, kCalendar, {{*handoff_, t}});
    handoff_.reset();
  }
  person_replied_ = answered_by_person_ = happened_.replied = true;
  bot_holds_ = bot_may_hold_ = false;
  if (kind_ == Kind::kTicket && !agent.empty()) last_person_ = agent;
}

// Since when the first response has been awaited; nullopt while it is not.
std::optional<EventTime> ContactFold::FirstResponseStart() const {
  if (first_response_done_) return std::nullopt;
  if (first_response_restart_) return first_response_restart_;
  if (initiator_ == Party::kCustomer) return created_at_;
  return first_customer_message_;
}

void ContactFold::ApplyTicket(const Event& e) {
  const EventTime t = e.time();
  switch (e.type) {
    case EventType::kTicketCreated:
      if (!e.queue.empty()) queue_ = e.queue;
      SetStatus(e.status, t);
      break;
    case EventType::kTicketMessage:
      Message(e);
      break;
    case EventType::kTicketUpdated:
      TicketUpdated(e);
      break;
    case EventType::kTicketWorkStarted:
      Activate(e);
      break;
    case EventType::kTicketWorkEnded:
      EndLegOf(std::string(e.agent), t);
      break;
    case EventType::kTicketMerged:
      merged_ = true;
      End(t, t);
      break;
    default:
      break;
  }
}

void ContactFold::TicketUpdated(const Event& e) {
  const EventTime t = e.time();
  if (!e.queue.empty() && e.queue != queue_) {
    if (!queue_.empty()) {
      Count(QueueLabels(queue_, DirectionLabel()), MetricId::kTransfers, t, kBlindToQueue);
      ++transfers_;
      if (!assignee_.empty()) {
        Count(AgentLabels(assignee_), MetricId::kAgentTransfers, t, kBlindToQueue);
      }
    }
    queue_ = e.queue;
  }
  if (!e.agent.empty() && e.agent != assignee_) {
    if (!assignee_.empty()) Count(ContactLabels(queue_), MetricId::kReassigned, t);
    assignee_ = last_person_ = e.agent;
  }
  SetStatus(e.status, t);
}

void ContactFold::SetStatus(TicketStatus status, EventTime t) {
  if (status == TicketStatus::kNone || status == status_) return;
  AddStatusTime(t);
  const bool was_solved = StatusIsSolved();
  if (StretchOf(status) != StretchOf(status_)) ++changes_of_stretch_;
  status_ = status;
  status_since_ = t;
  customer_wrote_while_pending_ = false;
  if (!was_solved && StatusIsSolved()) Solve(t);
  if (was_solved && !StatusIsSolved()) {
    NoLongerSolved(t);
    CountReopened(t);
  }
  if (status == TicketStatus::kClosed) End(t, t);
}

void ContactFold::AddStatusTime(EventTime t) {
  const Duration stretch = std::max(t - status_since_, Duration());
  const bool works = status_ == TicketStatus::kNew || status_ == TicketStatus::kOpen;
  if (works) {
    agent_work_ = agent_work_ + stretch;
    agent_works_.emplace_back(status_since_, t);
  }
  if (works || status_ == TicketStatus::kOnHold) {
    requester_wait_ = requester_wait_ + stretch;
    requester_waits_.emplace_back(status_since_, t);
  }
  status_since_ = t;
}

void ContactFold::Solve(EventTime t) {
  Count(ContactLabels(queue_), MetricId::kResolved, t);
  if (!last_person_.empty()) Count(AgentLabels(last_person_), MetricId::kAgentResolved, t);
  if (!last_solved_) {
    Count(ContactLabels(queue_), MetricId::kResolutionSeconds, t, kResolutionFirst,
          (t - created_at_).millis());
    CountBusiness(MetricId::kResolutionSeconds, t, kResolutionFirst, {{created_at_, t}});
  }
  until_solved_.emplace_back(unsolved_since_, t);
  if (kind_ != Kind::kTicket) ++changes_of_stretch_;
  solved_ = happened_.solved = true;
  last_solved_ = t;
  solved_time_before_last_ = solved_time_;
  unanswered_since_.reset();
}

void ContactFold::NoLongerSolved(EventTime t) {
  solved_ = false;
  unsolved_since_ = t;
  if (kind_ != Kind::kTicket) ++changes_of_stretch_;
  solved_time_ = solved_time_ + (t - *last_solved_);
  if (!person_replied_) first_response_restart_ = t;
}

void ContactFold::CountReopened(EventTime t) {
  Count(ContactLabels(queue_), MetricId::kReopened, t);
  if (!last_person_.empty()) Count(AgentLabels(last_person_), MetricId::kAgentReopened, t);
  ++reopenings_;
}

void ContactFold::Ended(const Event& e) {
  const EventTime t = e.time();
  abandoned_ = false;
  if (entry_) {
    abandoned_ = e.by == Party::kCustomer || e.by == Party::kNone;
    if (abandoned_) {
      AbandonEntry(t);
    } else {
      CloseEntry(QueueOutcome::kDropped, t);
    }
  }
  EndAllLegs(t);
  if (!e.resolved) Count(ContactLabels(queue_), MetricId::kResolutionUnknown, t);
  if (e.resolved.value_or(false)) Solve(t);
  if (self_service_) {
    published_at_end_.push_back(CountSelfService(domain::SelfServiceResult::kContained, t));
  }
  End(t, t);
}

void ContactFold::End(EventTime t, EventTime legs_end) {
  EndAllLegs(legs_end);
  if (kind_ == Kind::kTicket) {
    AddStatusTime(t);
    PublishAtEnd(MetricId::kRequesterWaitSeconds, t, kCalendar, requester_wait_, requester_waits_);
    PublishAtEnd(MetricId::kAgentWorkSeconds, t, kCalendar, agent_work_, agent_works_);
  }
  if (last_solved_ && !merged_) {
    const Duration full = *last_solved_ - created_at_ - solved_time_before_last_;
    PublishAtEnd(MetricId::kResolutionSeconds, t, kResolutionFull, full, until_solved_);
  }
  unanswered_since_.reset();
  reason_at_end_ = reason_;
  ended_by_window_ = false;
  answer_awaited_ = false;
  end_ = t;
}

void ContactFold::Reap(EventTime due) {
  abandoned_ = false;
  reaped_entry_ = entry_;
  reaped_answer_awaited_ = happened_.reaped_answer = entry_ && answer_awaited_;
  if (entry_) {
    reaped_wait_ = due - entry_->since;
    published_at_end_.push_back(CloseEntry(QueueOutcome::kDropped, due));
  }
  published_at_end_.push_back(
      Count(QueueLabels(queue_, DirectionLabel()), MetricId::kUnendedContacts, due));
  End(due, last_event_);
}

bool ContactFold::Revives(const Event& e) const {
  if (merged_) return false;
  switch (e.type) {
    case EventType::kChatReopened:
    case EventType::kCallQueued:
    case EventType::kChatQueued:
    case EventType::kCallRinging:
    case EventType::kCallAnswered:
    case EventType::kCallDialed:
    case EventType::kCallConnected:
    case EventType::kCallJoined:
    case EventType::kChatOffered:
    case EventType::kChatJoined:
    case EventType::kTicketWorkStarted:
      return true;
    case EventType::kChatMessage:
    case EventType::kTicketMessage:
      return Counts(e) && (e.author == Party::kCustomer || e.author == Party::kAgent);
    case EventType::kTicketUpdated:
      if (e.status == TicketStatus::kNone || e.status == TicketStatus::kClosed) return false;
      return !(ended_by_window_ && e.status == TicketStatus::kSolved);
    default:
      return false;
  }
}

void ContactFold::Revive(const Event& e) {
  const EventTime t = e.time();
  end_.reset();
  for (const size_t place : published_at_end_) counted_[place].taken_back = true;
  published_at_end_.clear();
  if (reaped_entry_) {
    entry_ = reaped_entry_;
    waited_ = waited_ - reaped_wait_;
    answer_awaited_ = happened_.reinstated_answer = reaped_answer_awaited_;
    reaped_entry_.reset();
  }
  if (kind_ == Kind::kTicket) {
    status_since_ = t;
    if (e.type != EventType::kTicketUpdated) SetStatus(TicketStatus::kOpen, t);
    return;
  }
  const bool was_solved = solved_;
  if (was_solved) NoLongerSolved(t);
  if (was_solved || e.type == EventType::kChatReopened) CountReopened(t);
}

void ContactFold::ApplyAfterEnd(const Event& e) {
  if (e.type == EventType::kCallWrappedUp || e.type == EventType::kChatWrappedUp) WrappedUp(e);
  const bool message =
      e.type == EventType::kChatMessage || e.type == EventType::kTicketMessage;
  if (message && Counts(e)) CountReply(e);
}

void ContactFold::ReachPeople(const Event& e) {
  if (!self_service_) return;
  switch (e.type) {
    case EventType::kChatMessage:
      if (!Counts(e) || e.author != Party::kAgent) return;
      break;
    case EventType::kCallQueued:
    case EventType::kChatQueued:
    case EventType::kCallRinging:
    case EventType::kChatOffered:
    case EventType::kCallAnswered:
    case EventType::kCallConnected:
    case EventType::kCallJoined:
    case EventType::kChatJoined:
    case EventType::kCallTransferred:
    case EventType::kChatTransferred:
      break;
    default:
      return;
  }
  CountSelfService(domain::SelfServiceResult::kHandedOff, e.time());
  self_service_ = false;
}

size_t ContactFold::CountSelfService(domain::SelfServiceResult result, EventTime t) {
  size_t closed = 0;  // {self_service, result}
  if (result == domain::SelfServiceResult::kHandedOff) closed = 1;
  if (result == domain::SelfServiceResult::kAbandoned) closed = 2;
  if (kind_ == Kind::kChat) closed += 3;
  return Count(QueueLabels(queue_, DirectionLabel()), MetricId::kSelfService, t, closed);
}

void ContactFold::SilentAbandon(EventTime due) {
  entry_->silent_abandon = Count(QueueLabels(entry_->queue, entry_->direction),
                                 MetricId::kSilentAbandons, due);
}

}  // namespace touchline::naive
