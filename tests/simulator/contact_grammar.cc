#include "tests/simulator/contact_grammar.h"

namespace touchline::simulator {

using domain::AbandonStage;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::TicketStatus;

std::string ContactGrammar::Check(const Event& e) {
  const auto kind = domain::KindOf(e.type);
  if (!kind) return "not an interaction's event";
  std::string complaint = *kind == Kind::kCall   ? Call(e)
                          : *kind == Kind::kChat ? Chat(e)
                                                 : Ticket(e);
  open_ = true;
  return complaint;
}

std::string ContactGrammar::Call(const Event& e) {
  using enum EventType;
  const std::string agent(e.agent);
  const bool opens = e.type == kCallStarted || e.type == kCallQueued || e.type == kCallDialed;
  if (!open_ && !opens) return "does not open";
  if (over_ && e.type != kCallWrappedUp) return "after the end";
  switch (e.type) {
    case kCallStarted:
      return Expect(!open_, "started twice");
    case kCallDialed:
      dialing_ = agent;
      return Expect(!open_, "dialled after the start");
    case kCallQueued:
      if (!holding_.empty()) return "queued while somebody talks";
      queued_ever_ = waiting_ = true;
      transferred_ = false;
      return Expect(!e.queue.empty(), "no queue");
    case kCallLeftQueue:
      if (!waiting_) return "left no queue";
      waiting_ = false;
      over_ = e.cause != domain::Cause::kOverflow;
      return Expect(offered_.empty(), "left while ringing");
    case kCallRinging:
      if (!offered_.empty() || !holding_.empty()) return "rings at a second agent";
      offered_ = agent;
      return "";
    case kCallMissed:
      if (offered_ != agent) return "missed what did not ring";
      offered_.clear();
      return "";
    case kCallAnswered:
      if (offered_ != agent) return "answered what did not ring";
      offered_.clear();
      holding_.insert(agent);
      waiting_ = transferred_ = false;
      return "";
    case kCallConnected:
      if (dialing_ != agent) return "connected what was not dialled";
      dialing_.clear();
      holding_.insert(agent);
      return "";
    case kCallNotConnected:
      over_ = true;
      let_go_.insert(agent);
      return Expect(dialing_ == agent, "not connected, not dialled");
    case kCallHeld:
      if (held_) return "held twice";
      held_ = true;
      return Expect(Holds(agent), "held by a stranger");
    case kCallResumed:
      if (!held_) return "resumed what was not held";
      held_ = false;
      return Expect(Holds(agent), "resumed by a stranger");
    case kCallConsulted:
      return Expect(Holds(agent), "consulted by a stranger");
    case kCallJoined:
      if (holding_.empty()) return "joined nobody";
      return Expect(holding_.insert(agent).second, "joined twice");
    case kCallLeft:
      let_go_.insert(agent);
      if (holding_.erase(agent) == 0) return "left without being there";
      return Expect(!holding_.empty(), "the last one left");
    case kCallTransferred:
      if (holding_.size() != 1 || held_) return "transferred by nobody, or on hold";
      let_go_.insert(*holding_.begin());
      holding_.clear();
      transferred_ = true;
      return "";
    case kCallAbandoned:
      over_ = true;
      if (!holding_.empty()) return "abandoned in a conversation";
      if (e.abandon_stage == AbandonStage::kIvr) return Expect(!queued_ever_, "no more in the IVR");
      if (e.abandon_stage == AbandonStage::kQueue) return Expect(waiting_, "not in a queue");
      return Expect(offered_.empty(), "ringing still");
    case kCallEnded:
      over_ = true;
      let_go_.insert(holding_.begin(), holding_.end());
      holding_.clear();
      return Expect(!held_, "ended on hold");
    case kCallWrappedUp:
      return Expect(let_go_.contains(agent), "wrapped up without having let go");
    case kCallUpdated:
      return "";
    default:
      return "not a call's event";
  }
}

std::string ContactGrammar::Chat(const Event& e) {
  using enum EventType;
  const std::string agent(e.agent);
  if (!open_ && e.type != kChatStarted) return "does not open";
  if (over_ && e.type != kChatWrappedUp && e.type != kChatReopened) return "after the end";
  switch (e.type) {
    case kChatStarted:
      return Expect(!open_, "started twice");
    case kChatQueued:
      if (!holding_.empty()) return "queued while somebody is there";
      waiting_ = true;
      return "";
    case kChatLeftQueue:
      if (!waiting_) return "left no queue";
      waiting_ = false;
      over_ = e.cause != domain::Cause::kOverflow;
      return "";
    case kChatOffered:
      if (!offered_.empty()) return "offered to a second agent";
      offered_ = agent;
      return Expect(waiting_, "offered without waiting");
    case kChatMissed:
      if (offered_ != agent) return "missed what was not offered";
      offered_.clear();
      return "";
    case kChatJoined:
      if (!offered_.empty() && offered_ != agent) return "joined by another";
      offered_.clear();
      waiting_ = false;
      return Expect(holding_.insert(agent).second, "joined twice");
    case kChatLeft:
      let_go_.insert(agent);
      return Expect(holding_.erase(agent) == 1, "left without being there");
    case kChatMessage:
      if (e.author == Party::kNone) return "no author";
      return Expect(e.author != Party::kAgent || Holds(agent), "written by a stranger");
    case kChatTransferred:
      return Expect(!holding_.empty(), "transferred by nobody");
    case kChatAbandoned:
      over_ = true;
      return Expect(holding_.empty(), "abandoned in a conversation");
    case kChatEnded:
      over_ = true;
      let_go_.insert(holding_.begin(), holding_.end());
      holding_.clear();
      return "";
    case kChatReopened:
      if (!over_) return "reopened what is open";
      over_ = waiting_ = false;
      return "";
    case kChatWrappedUp:
      return Expect(let_go_.contains(agent), "wrapped up without having let go");
    case kChatUpdated:
      return "";
    default:
      return "not a chat's event";
  }
}

std::string ContactGrammar::TicketStatusTo(TicketStatus to) {
  using enum TicketStatus;
  static const std::map<TicketStatus, std::set<TicketStatus>> kMay = {
      {kNew, {kOpen}},      {kOpen, {kOpen, kPending, kOnHold, kSolved}},
      {kPending, {kOpen}},  {kOnHold, {kOpen}},
      {kSolved, {kOpen, kClosed}}};
  const auto it = kMay.find(status_);
  const bool may = it != kMay.end() && it->second.contains(to);
  status_ = to;
  over_ = to == kClosed;
  return Expect(may, "a status that cannot follow");
}

std::string ContactGrammar::Ticket(const Event& e) {
  using enum EventType;
  const std::string agent(e.agent);
  if (open_ == (e.type == kTicketCreated)) return open_ ? "created twice" : "does not open";
  if (over_) return "after the end";
  switch (e.type) {
    case kTicketCreated:
      status_ = e.status;
      return Expect(!e.queue.empty(), "no queue");
    case kTicketMessage:
      return Expect(e.author != Party::kNone, "no author");
    case kTicketUpdated:
      return e.status == TicketStatus::kNone ? "" : TicketStatusTo(e.status);
    case kTicketWorkStarted:
      return Expect(working_.insert(agent).second, "at work already");
    case kTicketWorkEnded:
      return Expect(working_.erase(agent) == 1, "was not at work");
    case kTicketMerged:
      over_ = true;
      return Expect(!e.into.empty(), "merged into nothing");
    default:
      return "not a ticket's event";
  }
}

}  // namespace touchline::simulator
