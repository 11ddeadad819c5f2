// What the contact's clocks go by (docs/sla_clocks.md sections 2 to 4).

#include "tests/support/naive/contact_fold.h"

namespace touchline::naive {

using domain::Direction;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::SlaTarget;
using domain::TicketStatus;

namespace {

constexpr size_t At(SlaTarget target) { return static_cast<size_t>(target); }

}  // namespace

Hands ContactFold::HandsOf(const std::string& agent) const {
  const auto told = told_teams_.find(agent);
  return {.bot = false,
          .agent = agent,
          .told_team = told == told_teams_.end() ? "" : told->second};
}

Hands ContactFold::Holder() const {
  if (bot_holds_ || self_service_) return {.bot = true};
  if (!legs_.empty()) return HandsOf(legs_.back().agent);
  return HandsOf(assignee_);  // calls and chats have none
}

std::optional<Hands> ContactFold::ChangerOf(const Event& e) const {
  if (e.by == Party::kBot) return Hands{.bot = true};
  if (e.by == Party::kCustomer || e.by == Party::kSystem) return Hands();
  if (!e.by_agent.empty()) return HandsOf(std::string(e.by_agent));
  if (!e.agent.empty()) return HandsOf(std::string(e.agent));
  return std::nullopt;
}

void ContactFold::NoteMoment(EventTime t, const std::optional<Hands>& changer) {
  SlaMoment m{.at = t,
              .subject = {.partner = partner_,
                          .queue = queue_,
                          .priority = priority_,
                          .tier = tier_,
                          .kind = kind_,
                          .channel = ChannelLabel()},
              .customer_wrote = customer_wrote_while_pending_,
              .holder = Holder(),
              .changer = changer};
  if (kind_ == Kind::kTicket) m.status = status_;

  const bool open = !end_ && !StatusIsSolved();
  const bool replies = open && kind_ != Kind::kCall;
  const bool start_reached = initiator_ == Party::kCustomer || first_customer_message_;
  const bool works = open && kind_ == Kind::kTicket;
  m.wanted[At(SlaTarget::kAnswer)] = answer_awaited_;
  m.wanted[At(SlaTarget::kFirstResponse)] = replies && !person_replied_ && start_reached;
  m.wanted[At(SlaTarget::kNextResponse)] = replies && person_replied_ && unanswered_since_;
  m.wanted[At(SlaTarget::kPeriodicUpdate)] = replies;
  m.wanted[At(SlaTarget::kRequesterWait)] = works;
  m.wanted[At(SlaTarget::kAgentWork)] = works;
  m.wanted[At(SlaTarget::kResolution)] = open;

  m.begins_update = happened_.replied;
  m.reaped = happened_.reaped_answer;
  m.reinstated = happened_.reinstated_answer;
  m.met[At(SlaTarget::kAnswer)] = happened_.answered;
  m.met[At(SlaTarget::kFirstResponse)] = happened_.replied;
  m.met[At(SlaTarget::kNextResponse)] = happened_.replied || happened_.solved;
  m.met[At(SlaTarget::kPeriodicUpdate)] = happened_.replied || happened_.solved;
  m.met[At(SlaTarget::kRequesterWait)] = happened_.solved;
  m.met[At(SlaTarget::kAgentWork)] = happened_.solved;
  m.met[At(SlaTarget::kResolution)] = happened_.solved;
  happened_ = {};
  moments_.push_back(m);
}

}  // namespace touchline::naive
