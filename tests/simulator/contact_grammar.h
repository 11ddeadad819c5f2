#pragma once

#include <map>
#include <set>
#include <string>

#include "domain/event.h"

namespace touchline::simulator {

// What may follow what within one contact: a small state machine, written from the contract's table
// and not from the simulator. Feed it one contact's events in their order.
class ContactGrammar {
 public:
  // Empty, or what is wrong with the event here.
  std::string Check(const domain::Event& event);
  // The contact has come to its end.
  bool complete() const { return over_; }

 private:
  std::string Call(const domain::Event& e);
  std::string Chat(const domain::Event& e);
  std::string Ticket(const domain::Event& e);
  std::string TicketStatusTo(domain::TicketStatus to);
  std::string Expect(bool ok, const char* complaint) const { return ok ? "" : complaint; }
  bool Holds(std::string_view agent) const { return holding_.contains(std::string(agent)); }

  bool open_ = false;  // the first event has been seen
  bool over_ = false;
  bool queued_ever_ = false;
  bool waiting_ = false;
  bool transferred_ = false;  // to an agent or queue, not taken yet
  bool held_ = false;
  std::string dialing_, offered_;
  std::set<std::string> holding_, let_go_;
  std::set<std::string> working_;
  domain::TicketStatus status_ = domain::TicketStatus::kNone;
};

}  // namespace touchline::simulator
