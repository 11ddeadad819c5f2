#include <algorithm>
#include <array>

#include "simulator/stories.h"

namespace touchline::simulator {
namespace {

using domain::AbandonStage;
using domain::Cause;
using domain::Event;
using domain::EventType;
using domain::Kind;
using domain::Party;
using domain::Relation;

// What the queue did with a contact that it did not hand to an agent.
enum class Departure : uint8_t { kStays, kElsewhere, kLeft };

bool IsCallback(const Contact& c) { return c.direction == domain::Direction::kCallback; }

int64_t Nanos(double seconds) { return static_cast<int64_t>(seconds * 1e9); }

void TellLeftQueue(World& w, Contact& c, const QueueWords& words, Cause cause) {
  w.Tell(c, {.type = words.left_queue, .cause = cause});
}

void TellAbandoned(World& w, Contact& c, const QueueWords& words, AbandonStage stage) {
  Event e{.type = words.abandoned};
  if (words.desk == Desk::kCalls) e.abandon_stage = stage;
  w.Tell(c, e);
  w.MayReturn(c);
}

void LeaveForCallback(World& w, Contact& c, const QueueWords& words) {
  TellLeftQueue(w, c, words, Cause::kCallback);
  w.PlanLinked(c, Kind::kCall, Relation::kCallbackOf, Party::kSystem,
               w.random().LogNormal(1500, 0.7));
}

// Nobody is there: sent away, to voicemail, or promised a callback.
void TurnAway(World& w, Contact& c, const QueueWords& words) {
  constexpr std::array<double, 3> kWeights = {0.5, 0.3, 0.2};
  switch (w.random().Pick(kWeights)) {
    case 0:
      TellLeftQueue(w, c, words, Cause::kClosed);
      w.MayReturn(c);
      return;
    case 1:
      TellLeftQueue(w, c, words, Cause::kVoicemail);
      w.PlanLinked(c, Kind::kTicket, Relation::kVoicemailOf, Party::kCustomer,
                   w.random().Between(5, 60));
      return;
    default:
      LeaveForCallback(w, c, words);
  }
}

// The wait is long: the system may move the contact on or offer a callback.
Departure MoveOn(World& w, Contact& c, const QueueWords& words) {
  Random& r = w.random();
  // Once moved, a contact stays; and nobody moves a callback about for hours.
  if (!c.moved_on && !IsCallback(c) && r.Chance(0.2)) {
    const QueueIndex other = w.OtherQueue(c.queue);
    if (other != c.queue && !w.staff().Closed(other, words.desk)) {
      TellLeftQueue(w, c, words, Cause::kOverflow);
      c.queue = other;
      c.moved_on = true;
      return Departure::kElsewhere;
    }
  }
  if (!IsCallback(c) && r.Chance(w.options().behaviour.callback)) {
    LeaveForCallback(w, c, words);
    return Departure::kLeft;
  }
  return Departure::kStays;
}

void TellQueued(World& w, Contact& c, const QueueWords& words) {
  // For a callback this is the first event, so it says what openings say.
  Event e = c.told == 0 ? w.Opening(c, words.queued) : Event{.type = words.queued};
  e.queue = w.staff().queue_name(c.queue);
  if (words.desk == Desk::kCalls) e.direction = c.direction;
  w.Tell(c, e);
}

// What came of ringing at an agent who holds the contact already. Unless it is taken, he is free
// again.
enum class OfferResult : uint8_t { kTaken, kMissed, kCallerGone };

Task<OfferResult> OfferTo(World& w, ContactPtr c, const QueueWords& words, AgentIndex agent) {
  Random& r = w.random();
  w.Tell(*c, w.ByAgent(words.offered, agent));
  Event missed = w.ByAgent(words.missed, agent);
  if (r.Chance(w.options().behaviour.missed_offer)) {
    const bool declined = r.Chance(0.3);
    co_await w.Sleep(declined ? r.Between(1, 8) : 20);
    missed.cause = declined ? Cause::kDeclined : Cause::kNoAnswer;
    w.Tell(*c, missed);
    w.staff().Rest(agent, Nanos(r.Between(30, 120)));
    w.staff().Release(agent);
    co_return OfferResult::kMissed;
  }
  if (words.desk == Desk::kCalls && r.Chance(0.012)) {
    co_await w.Sleep(r.Between(1, 6));
    missed.cause = Cause::kCallerHungUp;
    w.Tell(*c, missed);
    w.staff().Release(agent);
    TellAbandoned(w, *c, words, AbandonStage::kRinging);
    co_return OfferResult::kCallerGone;
  }
  // Some systems take calls for the agent: offered and taken at one instant.
  if (!r.Chance(0.15)) co_await w.Sleep(std::min(r.LogNormal(4.5, 0.5), 19.0));
  w.Tell(*c, w.ByAgent(words.taken, agent));
  co_return OfferResult::kTaken;
}

// Enters the contact's queue; false when it leaves at once.
Task<bool> EnterQueue(World& w, ContactPtr c, const QueueWords& words) {
  Random& r = w.random();
  TellQueued(w, *c, words);
  if (IsCallback(*c)) co_return true;
  if (w.staff().Closed(c->queue, words.desk)) {
    co_await w.Sleep(r.Between(2, 10));
    TurnAway(w, *c, words);
    co_return false;
  }
  if (r.Chance(0.01)) {
    // Some would rather be called back, whoever is free.
    co_await w.Sleep(r.Between(2, 10));
    LeaveForCallback(w, *c, words);
    co_return false;
  }
  co_return true;
}

// The customer's patience is at its end.
Task<> GiveUp(World& w, ContactPtr c, const QueueWords& words) {
  const bool calls = words.desk == Desk::kCalls;
  if (!IsCallback(*c) && (calls || !w.random().Chance(0.25))) {
    TellAbandoned(w, *c, words, AbandonStage::kQueue);
    co_return;
  }
  // Nobody tells of the customer's leaving: the system clears up later.
  co_await w.Sleep(w.random().Between(600, 1500));
  w.Tell(*c, {.type = calls ? EventType::kCallEnded : EventType::kChatEnded,
              .by = Party::kSystem});
  w.MayReturn(*c);
}

}  // namespace

const QueueWords kCallWords = {
    .queued = EventType::kCallQueued, .left_queue = EventType::kCallLeftQueue,
    .offered = EventType::kCallRinging, .missed = EventType::kCallMissed,
    .abandoned = EventType::kCallAbandoned, .taken = EventType::kCallAnswered,
    .wrapped_up = EventType::kCallWrappedUp, .desk = Desk::kCalls};
const QueueWords kChatWords = {
    .queued = EventType::kChatQueued, .left_queue = EventType::kChatLeftQueue,
    .offered = EventType::kChatOffered, .missed = EventType::kChatMissed,
    .abandoned = EventType::kChatAbandoned, .taken = EventType::kChatJoined,
    .wrapped_up = EventType::kChatWrappedUp, .desk = Desk::kChats};

Task<std::optional<AgentIndex>> ReachAgent(World& w, ContactPtr c, const QueueWords& words,
                                           std::optional<AgentIndex> first) {
  const bool calls = words.desk == Desk::kCalls;
  const bool requeues = c->serial % 2 == 0;  // half of the systems queue anew after a missed offer
  const double patience =
      w.random().LogNormal(w.options().behaviour.patience_s * (calls ? 1 : 4), 0.9);
  // A customer who is to be called does not tire; an unanswered callback is given up in the end.
  int64_t patience_ns = Nanos(IsCallback(*c) ? 8 * 3600 : patience);
  const int64_t move_on_ns = Nanos(calls ? 60 : 180);
  int64_t until_move_on_ns = move_on_ns;
  std::optional<AgentIndex> agent = first;
  bool queued = false;

  for (;;) {
    if (agent) {
      const OfferResult result = co_await OfferTo(w, c, words, *agent);
      if (result == OfferResult::kTaken) co_return agent;
      if (result == OfferResult::kCallerGone) co_return std::nullopt;
      if (requeues) queued = false;
    }
    if (!queued) {
      queued = co_await EnterQueue(w, c, words);
      if (!queued) co_return std::nullopt;
    }
    const int64_t since_ns = w.now_ns();
    agent = co_await w.staff().Wait(c->queue, words.desk, std::min(patience_ns, until_move_on_ns));
    patience_ns -= w.now_ns() - since_ns;
    until_move_on_ns -= w.now_ns() - since_ns;
    if (agent) continue;
    if (patience_ns <= 0) {
      co_await GiveUp(w, c, words);
      co_return std::nullopt;
    }
    until_move_on_ns = move_on_ns;
    const Departure departure = MoveOn(w, *c, words);
    if (departure == Departure::kLeft) co_return std::nullopt;
    if (departure == Departure::kElsewhere) queued = false;
  }
}

Task<> WrapUp(World& w, ContactPtr c, const QueueWords& words, AgentIndex agent) {
  const bool tells = c->source % 4 != 3;  // some systems never tell the end of after-call work
  co_await w.Pause(words.desk == Desk::kCalls ? 35 : 20);
  if (tells) w.Tell(*c, w.ByAgent(words.wrapped_up, agent));
  w.staff().Release(agent);
}

void TellWhatIsLearnt(World& w, Contact& c, EventType updated) {
  Random& r = w.random();
  Event e{.type = updated};
  bool any = false;
  if (!c.identified && r.Chance(0.5)) {
    c.identified = any = true;
    e.customer = w.CustomerId(c.occasion.customer);
    e.tier = w.TierOf(c.occasion.customer);
  }
  if (!c.reason_known && r.Chance(0.7)) {
    c.reason_known = any = true;
    e.reason = w.ReasonOf(c);
  }
  if (c.occasion.attempt > 0 && r.Chance(0.4)) e.repeated_info = any = true;
  if (r.Chance(0.03)) {
    e.priority = "urgent";
    any = true;
  }
  if (any) w.Tell(c, e);
}

void FollowUp(World& w, const Contact& c, bool resolved) {
  Random& r = w.random();
  if (c.occasion.relation == Relation::kConsultOf) return;
  if (r.Chance(w.options().behaviour.escalation)) {
    w.PlanLinked(c, Kind::kTicket, Relation::kCreatedFrom, Party::kAgent, r.Between(5, 300));
    return;
  }
  if (!resolved) {
    w.MayReturn(c);
  } else if (r.Chance(0.01)) {
    w.PlanLinked(c, Kind::kCall, Relation::kFollowUpOf, Party::kAgent,
                 r.LogNormal(20 * 3600.0, 0.3));
  }
}

}  // namespace touchline::simulator
