#include <algorithm>
#include <array>

#include "simulator/stories.h"

namespace touchline::simulator {
namespace {

using domain::AbandonStage;
using domain::Cause;
using domain::Direction;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::Relation;
using domain::TransferKind;

// How a conversation went out of an agent's hands.
enum class Exit : uint8_t { kOver, kToQueue, kToAgent, kToExternal };
struct TalkResult {
  Exit exit = Exit::kOver;
  AgentIndex agent = 0;      // who held the call last
  AgentIndex next = 0;       // kToAgent: who is to take it, and holds it
  TransferKind kind = TransferKind::kBlind;
};

void TellHeld(World& w, Contact& c, AgentIndex agent) {
  w.Tell(c, w.ByAgent(EventType::kCallHeld, agent));
}
void TellResumed(World& w, Contact& c, AgentIndex agent) {
  w.Tell(c, w.ByAgent(EventType::kCallResumed, agent));
}

Task<> Hold(World& w, ContactPtr c, AgentIndex agent) {
  TellHeld(w, *c, agent);
  co_await w.Pause(40, 0.8);
  TellResumed(w, *c, agent);
}

// Asks a colleague, another queue or somebody outside, with the caller on hold.
Task<> Consult(World& w, ContactPtr c, AgentIndex agent) {
  Random& r = w.random();
  TellHeld(w, *c, agent);
  co_await w.Sleep(r.Between(0, 3));
  Event e = w.ByAgent(EventType::kCallConsulted, agent);
  const std::optional<AgentIndex> colleague =
      w.staff().Colleague(c->queue, Desk::kCalls, agent, &r);
  if (colleague && r.Chance(0.6)) {
    e.to_agent = w.staff().agent(*colleague).id;
  } else if (r.Chance(0.6)) {
    e.to_queue = w.staff().queue_name(w.OtherQueue(c->queue));
  } else {
    e.to_external = "+4930555018";
  }
  w.Tell(*c, e);
  // Some systems make the consultation a call of its own.
  if (r.Chance(0.15)) w.PlanLinked(*c, Kind::kCall, Relation::kConsultOf, Party::kAgent, 0);
  co_await w.Pause(60);
  TellResumed(w, *c, agent);
}

// A third one joins; mostly it is he who leaves, else the call is his from then on.
Task<AgentIndex> Conference(World& w, ContactPtr c, AgentIndex agent) {
  Random& r = w.random();
  const std::optional<AgentIndex> other = w.staff().TryTake(c->queue, Desk::kCalls);
  if (!other) co_return agent;
  Event e = w.ByAgent(EventType::kCallConsulted, agent);
  e.to_agent = w.staff().agent(*other).id;
  w.Tell(*c, e);
  co_await w.Sleep(r.Between(3, 20));
  w.Tell(*c, w.ByAgent(EventType::kCallJoined, *other));
  co_await w.Pause(90);
  const bool first_leaves = r.Chance(0.3);
  const AgentIndex leaves = first_leaves ? agent : *other;
  w.Tell(*c, w.ByAgent(EventType::kCallLeft, leaves));
  w.scheduler().Start(WrapUp(w, c, kCallWords, leaves));
  co_return first_leaves ? *other : agent;
}

Task<TalkResult> Transfer(World& w, ContactPtr c, AgentIndex agent) {
  Random& r = w.random();
  TalkResult result{.agent = agent,
                    .kind = r.Chance(0.4) ? TransferKind::kWarm : TransferKind::kBlind};
  constexpr std::array<double, 3> kWeights = {0.6, 0.3, 0.1};
  const size_t where = r.Pick(kWeights);
  std::optional<AgentIndex> next;
  if (where == 1) {
    next = w.staff().Colleague(c->queue, Desk::kCalls, agent, &r);
    if (next && !w.staff().TryTakeAgent(*next)) next.reset();
  }
  const QueueIndex other = w.OtherQueue(c->queue);

  Event e{.type = EventType::kCallTransferred};
  if (next) {
    result.exit = Exit::kToAgent;
    result.next = *next;
    e.to_agent = w.staff().agent(*next).id;
  } else if (where == 2) {
    result.exit = Exit::kToExternal;
    e.to_external = "+4930555077";
  } else {
    result.exit = Exit::kToQueue;
    e.to_queue = w.staff().queue_name(other);
  }
  if (result.kind == TransferKind::kWarm) {
    TellHeld(w, *c, agent);
    Event consulted = w.ByAgent(EventType::kCallConsulted, agent);
    consulted.to_queue = e.to_queue;
    consulted.to_agent = e.to_agent;
    consulted.to_external = e.to_external;
    w.Tell(*c, consulted);
    co_await w.Pause(30);
    TellResumed(w, *c, agent);
  }
  e.transfer_kind = result.kind;
  if (r.Chance(0.6)) {
    e.by = Party::kAgent;
    e.by_agent = w.staff().agent(agent).id;
  }
  w.Tell(*c, e);
  if (result.exit == Exit::kToQueue) c->queue = other;
  co_return result;
}

// From the answer until the agent lets go of the call.
Task<TalkResult> Talk(World& w, ContactPtr c, AgentIndex agent) {
  const auto& b = w.options().behaviour;
  Random& r = w.random();
  co_await w.Pause(45);
  TellWhatIsLearnt(w, *c, EventType::kCallUpdated);
  co_await w.Pause(70);
  while (r.Chance(b.hold)) {
    co_await Hold(w, c, agent);
    co_await w.Pause(30);
  }
  if (r.Chance(b.consult)) {
    co_await Consult(w, c, agent);
    co_await w.Pause(30);
  }
  if (r.Chance(b.conference)) agent = co_await Conference(w, c, agent);
  if (r.Chance(b.transfer)) {
    const TalkResult transferred = co_await Transfer(w, c, agent);
    co_return transferred;
  }
  co_await w.Pause(60);
  co_return TalkResult{.agent = agent};
}

void End(World& w, Contact& c, Party by, std::optional<bool> resolved, const char* disposition) {
  w.Tell(c, {.type = EventType::kCallEnded, .disposition = disposition, .by = by,
             .resolved = resolved});
}

// The last conversation is over: the end, as far as it is known how it ended.
void EndAfterTalk(World& w, ContactPtr c, AgentIndex agent) {
  Random& r = w.random();
  const bool resolved = r.Chance(w.options().behaviour.resolved);
  const bool told = r.Chance(0.85);
  const Party by = r.Chance(0.6) ? Party::kCustomer : Party::kAgent;
  End(w, *c, by, told ? std::optional<bool>(resolved) : std::nullopt,
      resolved ? "done" : "open_question");
  w.scheduler().Start(WrapUp(w, c, kCallWords, agent));
  FollowUp(w, *c, resolved);
}

// From the first answer to the end, through all transfers.
Task<> Conversation(World& w, ContactPtr c, AgentIndex agent) {
  for (int hops = 0;; ++hops) {
    const TalkResult talk = co_await Talk(w, c, agent);
    if (talk.exit == Exit::kOver || hops == 6) {
      EndAfterTalk(w, c, talk.agent);
      co_return;
    }
    if (talk.exit == Exit::kToExternal) {
      End(w, *c, Party::kAgent, std::nullopt, "transferred_out");
      w.scheduler().Start(WrapUp(w, c, kCallWords, talk.agent));
      co_return;
    }
    w.scheduler().Start(WrapUp(w, c, kCallWords, talk.agent));
    std::optional<AgentIndex> first;
    if (talk.exit == Exit::kToAgent) first = talk.next;
    const std::optional<AgentIndex> next = co_await ReachAgent(w, c, kCallWords, first);
    if (!next) co_return;
    agent = *next;
  }
}

Task<> Inbound(World& w, ContactPtr c) {
  Random& r = w.random();
  Event started = w.Opening(*c, EventType::kCallStarted);
  started.direction = Direction::kInbound;
  w.Tell(*c, started);
  co_await w.Pause(18);
  if (r.Chance(0.04)) {
    w.Tell(*c, {.type = EventType::kCallAbandoned, .abandon_stage = AbandonStage::kIvr});
    w.MayReturn(*c);
    co_return;
  }
  if (r.Chance(0.05)) {
    co_await w.Pause(40);
    End(w, *c, Party::kCustomer, true, "self_service");
    co_return;
  }
  std::optional<AgentIndex> direct;
  if (r.Chance(0.03)) direct = w.staff().TryTake(c->queue, Desk::kCalls);  // by extension
  const std::optional<AgentIndex> agent = co_await ReachAgent(w, c, kCallWords, direct);
  if (agent) co_await Conversation(w, c, *agent);
}

// Dialled by an agent: the campaign, a callback, a consultation.
Task<> Outbound(World& w, ContactPtr c) {
  Random& r = w.random();
  const std::optional<AgentIndex> agent =
      co_await w.staff().Wait(c->queue, Desk::kCalls, int64_t{4} * 3600 * 1'000'000'000);
  if (!agent) co_return;  // nobody found the time, and nothing was told
  Event dialed = w.Opening(*c, EventType::kCallDialed);
  dialed.agent = w.staff().agent(*agent).id;
  dialed.team = w.staff().agent(*agent).team;
  w.Tell(*c, dialed);
  co_await w.Pause(14, 0.4);
  if (c->occasion.relation == Relation::kConsultOf) {
    w.Tell(*c, w.ByAgent(EventType::kCallConnected, *agent));
    co_await w.Pause(60);
    End(w, *c, Party::kAgent, std::nullopt, "consultation");
    w.staff().Release(*agent);
    co_return;
  }
  constexpr std::array<double, 5> kResults = {0.55, 0.2, 0.08, 0.12, 0.05};
  constexpr std::array<Cause, 5> kCauses = {Cause::kNone, Cause::kNoAnswer, Cause::kBusy,
                                            Cause::kVoicemail, Cause::kWrongNumber};
  const size_t result = r.Pick(kResults);
  if (result != 0) {
    Event e = w.ByAgent(EventType::kCallNotConnected, *agent);
    e.cause = kCauses[result];
    w.Tell(*c, e);
    w.scheduler().Start(WrapUp(w, c, kCallWords, *agent));
    co_return;
  }
  w.Tell(*c, w.ByAgent(EventType::kCallConnected, *agent));
  co_await Conversation(w, c, *agent);
}

// A promised callback: some systems queue it like a call, in others an agent dials.
Task<> Callback(World& w, ContactPtr c) {
  c->direction = Direction::kCallback;
  if (c->serial % 3 == 0) {
    co_await Outbound(w, c);
    co_return;
  }
  const std::optional<AgentIndex> agent = co_await ReachAgent(w, c, kCallWords);
  if (agent) co_await Conversation(w, c, *agent);
}

}  // namespace

Task<> TellCall(World& w, Occasion occasion) {
  const ContactPtr c = w.Open(occasion);
  const Relation relation = occasion.relation;
  if (relation == Relation::kCallbackOf) {
    co_await Callback(w, c);
  } else if (occasion.outbound || relation == Relation::kFollowUpOf ||
             relation == Relation::kConsultOf) {
    c->direction = Direction::kOutbound;
    co_await Outbound(w, c);
  } else {
    co_await Inbound(w, c);
  }
  w.Close(*c);
}

}  // namespace touchline::simulator
